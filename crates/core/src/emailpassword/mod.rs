//! Accounts of an e-mail address and a password. All of this runs inside the storage's transactions, where no password is
//! ever hashed: that takes too long.

mod change;
mod import;
mod reset;
mod sign_in;
mod sign_up;

pub(crate) use self::{
    change::{Change, Changed, can_change, change},
    import::import,
    reset::{Consumed, add_reset_token, consume_reset_token, end_reset_tokens, has_reset_token, reset_password},
    sign_in::{Account, account, password_hash, replace_hash},
    sign_up::{NewAccount, is_taken, sign_up},
};
use crate::storage::{AccountInfo, LoginMethodRef, StorageError, TenantKey, UserRecipe, UserRecords};

/// The account of an address in a tenant.
fn account_of(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    email: &str,
) -> Result<Option<LoginMethodRef>, StorageError> {
    let methods = records.login_methods_with(tenant, AccountInfo::Email(email))?;
    Ok(methods.into_iter().find(|method| method.recipe == UserRecipe::EmailPassword))
}
