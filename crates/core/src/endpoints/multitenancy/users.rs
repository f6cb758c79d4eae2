//! Who may sign in to a tenant.

use serde::Serialize;

use super::Reply;
use crate::{
    core::Context,
    endpoints::{ok_with, status},
    http::{ApiError, Fields, json},
    linking::{Having, conflict},
    storage::{AccountInfo, StorageError, StoredLoginMethod, TenantKey, UserRecipe, UserRecords},
    user_ids::{known_ids, supertokens_id},
};

/// What came of letting a user into a tenant.
enum Associated {
    Now,
    Already,
    UnknownUser,
    /// Somebody of the same recipe has this there.
    Exists(&'static str),
    /// Another primary user has something of this one's there.
    NotAllowed(&'static str),
}

/// `POST /recipe/multitenancy/tenant/user`.
pub(super) async fn associate(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct NotAllowed {
        status: &'static str,
        reason: &'static str,
    }

    let id = recipe_user_id(context)?;
    let tenant = context.tenant()?;
    let add = move |records: &mut dyn UserRecords| add_to_tenant(records, &tenant, &id);
    match context.storage().change_users(add).await? {
        Associated::Now => ok_with("wasAlreadyAssociated", &false),
        Associated::Already => ok_with("wasAlreadyAssociated", &true),
        Associated::UnknownUser => status("UNKNOWN_USER_ID_ERROR"),
        Associated::Exists(error) => status(error),
        Associated::NotAllowed(reason) => json(&NotAllowed { status: "ASSOCIATION_NOT_ALLOWED_ERROR", reason }),
    }
}

/// `POST /recipe/multitenancy/tenant/user/remove`.
pub(super) async fn disassociate(context: &Context<'_>) -> Reply {
    let id = recipe_user_id(context)?;
    let tenant = context.tenant()?;
    let remove = move |records: &mut dyn UserRecords| remove_from_tenant(records, &tenant, &id);
    match context.storage().change_many_users(remove).await? {
        Some(was_associated) => ok_with("wasAssociated", &was_associated),
        None => status("UNKNOWN_USER_ID_ERROR"),
    }
}

fn recipe_user_id(context: &Context<'_>) -> Result<String, ApiError> {
    let fields = Fields::parse(context.request.body)?;
    let id = fields.string("recipeUserId")?;
    if id.trim().is_empty() {
        // The real core says the name that the field had before 4.0.
        return Err(ApiError::bad_request("Field name 'userId' cannot be an empty String"));
    }
    Ok(id.trim().to_owned())
}

fn add_to_tenant(records: &mut dyn UserRecords, tenant: &TenantKey, id: &str) -> Result<Associated, StorageError> {
    let id = supertokens_id(records, &tenant.app_id, id)?;
    let Some(user) = records.user(&tenant.app_id, &id)? else { return Ok(Associated::UnknownUser) };
    let Some(method) = user.login_method(&id) else { return Ok(Associated::UnknownUser) };
    if method.tenant_ids.contains(&tenant.tenant_id) {
        return Ok(Associated::Already);
    }
    if let Some(error) = taken(records, tenant, method)? {
        return Ok(Associated::Exists(error));
    }
    if user.is_primary {
        let having = Having::of_user(&user).and_tenant(tenant.tenant_id.clone());
        if let Some(conflict) = conflict(records, &tenant.app_id, &user.user_id, &having)? {
            // Where it is an account of the same recipe as another one of this user, the real core says that.
            for method in user.login_methods.iter().filter(|method| !method.tenant_ids.contains(&tenant.tenant_id)) {
                if let Some(error) = taken(records, tenant, method)? {
                    return Ok(Associated::Exists(error));
                }
            }
            return Ok(Associated::NotAllowed(conflict.description));
        }
    }
    records.add_to_tenant(tenant, &id)?;
    Ok(Associated::Now)
}

/// The status that says which part of a login method somebody of the same recipe has in the tenant.
fn taken(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    method: &StoredLoginMethod,
) -> Result<Option<&'static str>, StorageError> {
    // What identifies a third party's user is the account there: others may have the same address.
    let email = method.email.as_deref().filter(|_| method.recipe != UserRecipe::ThirdParty);
    let third_party = method.third_party.as_ref();
    let parts = [
        (email.map(AccountInfo::Email), "EMAIL_ALREADY_EXISTS_ERROR"),
        (method.phone_number.as_deref().map(AccountInfo::PhoneNumber), "PHONE_NUMBER_ALREADY_EXISTS_ERROR"),
        (
            third_party.map(|account| AccountInfo::ThirdParty { id: &account.id, user_id: &account.user_id }),
            "THIRD_PARTY_USER_ALREADY_EXISTS_ERROR",
        ),
    ];
    for (info, error) in parts {
        let Some(info) = info else { continue };
        if records.login_methods_with(tenant, info)?.iter().any(|other| other.recipe == method.recipe) {
            return Ok(Some(error));
        }
    }
    Ok(None)
}

/// `None` if there is no such user.
fn remove_from_tenant(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    id: &str,
) -> Result<Option<bool>, StorageError> {
    let id = supertokens_id(records, &tenant.app_id, id)?;
    let Some(user) = records.user(&tenant.app_id, &id)? else { return Ok(None) };
    if user.login_method(&id).is_none() {
        return Ok(None);
    }
    // What was there before the application gave an id is under the core's.
    for known_as in known_ids(records, &tenant.app_id, &id)? {
        records.remove_user_data_of_tenant(tenant, &known_as)?;
    }
    records.remove_from_tenant(tenant, &id).map(Some)
}
