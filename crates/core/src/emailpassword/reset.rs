//! Setting a new password with a token that was mailed.

use crate::{
    storage::{StorageError, StoredResetToken, TenantKey, TokenHash, UserRecipe, UserRecords},
    user_ids::{external_id, supertokens_id},
};

/// Whom a token was made for.
pub(crate) struct Consumed {
    /// As callers are given it.
    pub(crate) user_id: String,
    pub(crate) email: String,
}

/// Adds a token for a user or an account of any recipe and any address, as the real core does. Gives whether the id names
/// one: a user's id does so also when the account that it came from is gone.
pub(crate) fn add_reset_token(
    records: &mut dyn UserRecords,
    app_id: &str,
    mut token: StoredResetToken,
) -> Result<bool, StorageError> {
    token.user_id = supertokens_id(records, app_id, &token.user_id)?;
    let is_known = records.user_id_of(app_id, &token.user_id)?.is_some();
    if is_known {
        records.add_reset_token(app_id, &token)?;
    }
    Ok(is_known)
}

/// Ends the tokens of an account that are on the way to an address which it leaves, and those for its user: one of these
/// may have been made for the same address.
pub(crate) fn end_reset_tokens(
    records: &mut dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
    user_id: &str,
) -> Result<(), StorageError> {
    records.remove_reset_tokens_of(app_id, recipe_user_id)?;
    records.remove_reset_tokens_of(app_id, user_id)
}

/// Whether a token is good, which it still is.
pub(crate) fn has_reset_token(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    hash: &TokenHash,
    now_ms: u64,
) -> Result<bool, StorageError> {
    Ok(token_in(records, tenant, hash)?.is_some_and(|token| token.expires_at_ms >= now_ms))
}

/// Uses a token up, and with it all others of its account. `None` if it is not good.
pub(crate) fn consume_reset_token(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    hash: &TokenHash,
    now_ms: u64,
) -> Result<Option<Consumed>, StorageError> {
    let Some(token) = take(records, tenant, hash, now_ms)? else { return Ok(None) };
    Ok(Some(Consumed { user_id: external_id(records, &tenant.app_id, &token.user_id)?, email: token.email }))
}

/// Uses a token up and sets the account's password.
pub(crate) fn reset_password(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    hash: &TokenHash,
    password_hash: &str,
    now_ms: u64,
) -> Result<Option<Consumed>, StorageError> {
    let Some(token) = take(records, tenant, hash, now_ms)? else { return Ok(None) };
    let app_id = &tenant.app_id;
    let user = records.user(app_id, &token.user_id)?;
    let method = user.as_ref().and_then(|user| user.login_method(&token.user_id));
    if method.is_some_and(|method| method.recipe == UserRecipe::EmailPassword) {
        records.set_password_hash(app_id, &token.user_id, password_hash)?;
    }
    Ok(Some(Consumed { user_id: external_id(records, app_id, &token.user_id)?, email: token.email }))
}

fn take(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    hash: &TokenHash,
    now_ms: u64,
) -> Result<Option<StoredResetToken>, StorageError> {
    let Some(token) = token_in(records, tenant, hash)? else { return Ok(None) };
    records.remove_reset_tokens_of(&tenant.app_id, &token.user_id)?;
    Ok((token.expires_at_ms >= now_ms).then_some(token))
}

/// The token of a hash, if the account that it names may sign in to the tenant, or another of the same user that has the
/// token's address: a token may have been made for the user rather than for one of its accounts.
fn token_in(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    hash: &TokenHash,
) -> Result<Option<StoredResetToken>, StorageError> {
    let Some(token) = records.reset_token(&tenant.app_id, hash)? else { return Ok(None) };
    let Some(user) = records.user(&tenant.app_id, &token.user_id)? else { return Ok(None) };
    let is_named = user.login_methods.iter().any(|method| {
        method.tenant_ids.contains(&tenant.tenant_id)
            && (method.recipe_user_id == token.user_id || method.email.as_ref() == Some(&token.email))
    });
    Ok(is_named.then_some(token))
}
