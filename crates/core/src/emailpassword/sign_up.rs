//! Making accounts.

use super::account_of;
use crate::{
    email::is_fake,
    storage::{StorageError, StoredLoginMethod, StoredUser, TenantKey, UserRecipe, UserRecords},
};

/// An account to be made.
pub(crate) struct NewAccount {
    /// The id that it gets.
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) password_hash: String,
    pub(crate) now_ms: u64,
}

/// Whether an address has an account in a tenant.
pub(crate) fn is_taken(records: &dyn UserRecords, tenant: &TenantKey, email: &str) -> Result<bool, StorageError> {
    Ok(account_of(records, tenant, email)?.is_some())
}

/// Makes an account, and gives its user. `None` if the address has one already.
pub(crate) fn sign_up(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    new: NewAccount,
) -> Result<Option<StoredUser>, StorageError> {
    if is_taken(records, tenant, &new.email)? {
        return Ok(None);
    }
    let method = StoredLoginMethod {
        recipe_user_id: new.id.clone(),
        external_user_id: None,
        recipe: UserRecipe::EmailPassword,
        tenant_ids: vec![tenant.tenant_id.clone()],
        time_joined_ms: new.now_ms,
        email: Some(new.email.clone()),
        phone_number: None,
        third_party: None,
        is_verified: is_fake(&new.email),
    };
    records.add_login_method(&tenant.app_id, &method, Some(&new.password_hash))?;
    if method.is_verified {
        records.add_verified_email(&tenant.app_id, &method.recipe_user_id, &new.email)?;
    }
    Ok(Some(StoredUser {
        user_id: new.id,
        external_user_id: None,
        is_primary: false,
        time_joined_ms: new.now_ms,
        login_methods: vec![method],
    }))
}
