//! Changing an account's address and password.

use super::end_reset_tokens;
use crate::{
    linking::{Having, conflict},
    storage::{AccountInfo, StorageError, TenantKey, UserRecipe, UserRecords},
    user_ids::supertokens_id,
};

/// What is to become of an account. `None` stays as it is.
pub(crate) struct Change {
    pub(crate) email: Option<String>,
    pub(crate) password_hash: Option<String>,
}

/// What came of it, or would.
pub(crate) enum Changed {
    Yes,
    /// There is no such account of this recipe.
    UnknownUser,
    /// Another account of this recipe has the address.
    EmailTaken,
    /// Another primary user has the address, and the account's user is primary as well.
    EmailNotAllowed,
}

/// Whether an account could get this address, if any.
pub(crate) fn can_change(
    records: &dyn UserRecords,
    app_id: &str,
    id: &str,
    email: Option<&str>,
) -> Result<Changed, StorageError> {
    let id = supertokens_id(records, app_id, id)?;
    let user = records.user(app_id, &id)?;
    let method = user.as_ref().and_then(|user| user.login_method(&id));
    let (Some(user), Some(method)) = (&user, method.filter(|method| method.recipe == UserRecipe::EmailPassword)) else {
        return Ok(Changed::UnknownUser);
    };
    let Some(email) = email.filter(|email| method.email.as_deref() != Some(*email)) else { return Ok(Changed::Yes) };
    let info = AccountInfo::Email(email);
    let having = Having::default().and_info(info).and_tenants_of(user);
    if user.is_primary && conflict(records, app_id, &user.user_id, &having)?.is_some() {
        return Ok(Changed::EmailNotAllowed);
    }
    for tenant_id in &method.tenant_ids {
        let tenant = TenantKey { app_id: app_id.into(), tenant_id: tenant_id.clone() };
        let others = records.login_methods_with(&tenant, info)?;
        if others.iter().any(|other| other.recipe == UserRecipe::EmailPassword && other.recipe_user_id != id) {
            return Ok(Changed::EmailTaken);
        }
    }
    Ok(Changed::Yes)
}

/// Changes an account. Reset tokens that are on the way to it or its user end with its address, and with its password.
pub(crate) fn change(
    records: &mut dyn UserRecords,
    app_id: &str,
    id: &str,
    change: &Change,
) -> Result<Changed, StorageError> {
    let outcome = can_change(records, app_id, id, change.email.as_deref())?;
    let id = supertokens_id(records, app_id, id)?;
    if matches!(outcome, Changed::Yes)
        && let Some(user) = records.user(app_id, &id)?
    {
        let email = user.login_method(&id).and_then(|method| method.email.as_ref());
        let is_new_email = change.email.is_some() && change.email.as_ref() != email;
        if is_new_email {
            records.set_email(app_id, &id, change.email.as_deref())?;
        }
        if let Some(hash) = &change.password_hash {
            records.set_password_hash(app_id, &id, hash)?;
        }
        if is_new_email || change.password_hash.is_some() {
            end_reset_tokens(records, app_id, &id, &user.user_id)?;
        }
    }
    Ok(outcome)
}
