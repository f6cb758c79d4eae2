//! Finding whom a password is to be checked of.

use zeroize::Zeroizing;

use super::account_of;
use crate::storage::{StorageError, StoredUser, TenantKey, UserRecords};

/// An account, and what its password is checked against.
pub(crate) struct Account {
    pub(crate) user: StoredUser,
    /// The core's id.
    pub(crate) recipe_user_id: String,
    pub(crate) password_hash: Option<Zeroizing<String>>,
}

/// What the password of an address is checked against.
pub(crate) fn password_hash(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    email: &str,
) -> Result<Option<Zeroizing<String>>, StorageError> {
    match account_of(records, tenant, email)? {
        Some(method) => records.password_hash(&tenant.app_id, &method.recipe_user_id),
        None => Ok(None),
    }
}

/// The account of an address in a tenant.
pub(crate) fn account(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    email: &str,
) -> Result<Option<Account>, StorageError> {
    let Some(method) = account_of(records, tenant, email)? else { return Ok(None) };
    let password_hash = records.password_hash(&tenant.app_id, &method.recipe_user_id)?;
    let user = records.user(&tenant.app_id, &method.user_id)?;
    Ok(user.map(|user| Account { user, recipe_user_id: method.recipe_user_id, password_hash }))
}

/// Replaces the hash of an account's password by another one of the same password, unless the password has changed. Gives
/// the account as it was found.
pub(crate) fn replace_hash(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    email: &str,
    checked: &str,
    new_hash: &str,
) -> Result<Option<Account>, StorageError> {
    let found = account(records, tenant, email)?;
    if let Some(Account { recipe_user_id, password_hash: Some(hash), .. }) = &found
        && hash.as_str() == checked
    {
        records.set_password_hash(&tenant.app_id, recipe_user_id, new_hash)?;
    }
    Ok(found)
}
