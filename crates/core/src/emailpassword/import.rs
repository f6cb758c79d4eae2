//! Accounts with password hashes from elsewhere.

use super::{NewAccount, account_of, sign_up};
use crate::storage::{StorageError, StoredUser, TenantKey, UserRecords};

/// An account that has the hash now.
pub(crate) struct Imported {
    pub(crate) user: StoredUser,
    pub(crate) did_user_already_exist: bool,
}

/// Makes an account with a hash, or replaces the hash of the one that the address has.
pub(crate) fn import(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    new: NewAccount,
) -> Result<Option<Imported>, StorageError> {
    if let Some(method) = account_of(records, tenant, &new.email)? {
        records.set_password_hash(&tenant.app_id, &method.recipe_user_id, &new.password_hash)?;
        let user = records.user(&tenant.app_id, &method.user_id)?;
        return Ok(user.map(|user| Imported { user, did_user_already_exist: true }));
    }
    let user = sign_up(records, tenant, new)?;
    Ok(user.map(|user| Imported { user, did_user_already_exist: false }))
}
