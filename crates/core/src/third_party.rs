//! Accounts at third parties.

use crate::{
    emailpassword::end_reset_tokens,
    linking::{Having, conflict},
    storage::{
        AccountInfo, StorageError, StoredLoginMethod, StoredThirdParty, StoredUser, TenantKey, UserRecipe, UserRecords,
    },
    user_ids::external_id,
};

/// What a third party says of somebody.
pub(crate) struct ThirdPartyUser {
    pub(crate) account: StoredThirdParty,
    pub(crate) email: String,
    pub(crate) is_email_verified: bool,
}

/// What came of signing in or up.
pub(crate) enum SignedInUp {
    Yes {
        created_new_user: bool,
        user: StoredUser,
        /// The core's id.
        recipe_user_id: String,
    },
    /// The address is another one than before, and another primary user has it.
    EmailNotAllowed,
}

/// Signs in, and up if nobody has the account yet: then with `new_user_id`. An address is taken over as the third party
/// has it now; that it was verified is not forgotten when the third party no longer says so.
pub(crate) fn sign_in_up(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    given: ThirdPartyUser,
    new_user_id: String,
    now_ms: u64,
) -> Result<SignedInUp, StorageError> {
    let app_id = &*tenant.app_id;
    let known = find(records, tenant, &given.account)?;
    let created_new_user = known.is_none();
    let recipe_user_id = match known {
        Some(recipe_user_id) => {
            if !take_over_email(records, app_id, &recipe_user_id, &given.email)? {
                return Ok(SignedInUp::EmailNotAllowed);
            }
            recipe_user_id
        }
        None => {
            let method = StoredLoginMethod {
                recipe_user_id: new_user_id,
                external_user_id: None,
                recipe: UserRecipe::ThirdParty,
                tenant_ids: vec![tenant.tenant_id.clone()],
                time_joined_ms: now_ms,
                email: Some(given.email.clone()),
                phone_number: None,
                third_party: Some(given.account),
                is_verified: given.is_email_verified,
            };
            records.add_login_method(app_id, &method, None)?;
            method.recipe_user_id
        }
    };
    if given.is_email_verified {
        let id = external_id(records, app_id, &recipe_user_id)?;
        records.add_verified_email(app_id, &id, &given.email)?;
    }
    let user = records.user(app_id, &recipe_user_id)?;
    // It was just found or made.
    Ok(user.map_or(SignedInUp::EmailNotAllowed, |user| SignedInUp::Yes { created_new_user, user, recipe_user_id }))
}

/// The recipe user id of an account in a tenant.
pub(crate) fn find(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    account: &StoredThirdParty,
) -> Result<Option<String>, StorageError> {
    let info = AccountInfo::ThirdParty { id: &account.id, user_id: &account.user_id };
    Ok(records.login_methods_with(tenant, info)?.into_iter().next().map(|method| method.recipe_user_id))
}

/// Gives whether the login method has this address now. Reset tokens that are on the way to another one end.
fn take_over_email(
    records: &mut dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
    email: &str,
) -> Result<bool, StorageError> {
    let user = records.user(app_id, recipe_user_id)?;
    let Some(user) = user else { return Ok(false) };
    if user.login_method(recipe_user_id).is_some_and(|method| method.email.as_deref() == Some(email)) {
        return Ok(true);
    }
    let having = Having::default().and_info(AccountInfo::Email(email)).and_tenants_of(&user);
    if user.is_primary && conflict(records, app_id, &user.user_id, &having)?.is_some() {
        return Ok(false);
    }
    end_reset_tokens(records, app_id, recipe_user_id, &user.user_id)?;
    records.set_email(app_id, recipe_user_id, Some(email))?;
    Ok(true)
}
