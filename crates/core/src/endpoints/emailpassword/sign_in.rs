//! `POST /recipe/signin`.

use std::sync::Arc;

use super::{Reply, email, signed_in, status};
use crate::{
    core::Context,
    emailpassword::{self, Account},
    http::{ApiError, Fields},
    passwords::{Password, Verified},
    storage::{TenantKey, UserRecords},
};

/// How often a password is checked whose account gets another hash meanwhile: by a new password, or by another sign-in
/// that replaced an old hash.
const MAX_CHECKS: usize = 3;

/// Checks a password. An address without an account takes as long as a wrong password.
pub(super) async fn sign_in(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let email = email(&fields, "email")?;
    let password = Password::new(fields.string("password")?);
    match account_with(context, context.tenant()?, email, password).await? {
        Some(Account { user, recipe_user_id, .. }) => signed_in(context, &user, &recipe_user_id).await,
        None => status("WRONG_CREDENTIALS_ERROR"),
    }
}

/// The account of an address, if it has this password, not only when the check begins but also when it has ended.
async fn account_with(
    context: &Context<'_>,
    tenant: TenantKey,
    email: String,
    password: Password,
) -> Result<Option<Account>, ApiError> {
    let (config, password) = (&context.app()?.config, Arc::new(password));
    let hash = {
        let (tenant, email) = (tenant.clone(), email.clone());
        move |records: &dyn UserRecords| emailpassword::password_hash(records, &tenant, &email)
    };
    let mut checked = context.storage().read_users(hash).await?;
    for _ in 0..MAX_CHECKS {
        let verified = context.core.passwords.verify(config, password.clone(), checked.clone()).await?;
        let (Some(hash), Verified::Right { new_hash }) = (checked, verified) else { return Ok(None) };
        let now = match new_hash {
            None => {
                let (tenant, email) = (tenant.clone(), email.clone());
                let find = move |records: &dyn UserRecords| emailpassword::account(records, &tenant, &email);
                context.storage().read_users(find).await?
            }
            Some(new_hash) => {
                let (tenant, email, hash) = (tenant.clone(), email.clone(), hash.clone());
                let replace = move |records: &mut dyn UserRecords| {
                    emailpassword::replace_hash(records, &tenant, &email, &hash, &new_hash)
                };
                context.storage().change_users(replace).await?
            }
        };
        // No two accounts have the same: there is a salt in it.
        if now.as_ref().is_none_or(|account| account.password_hash.as_ref() == Some(&hash)) {
            return Ok(now);
        }
        checked = now.and_then(|account| account.password_hash);
    }
    Ok(None)
}
