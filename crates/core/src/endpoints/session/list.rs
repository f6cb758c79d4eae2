//! Sessions of a user: listing and revoking.

use serde::Serialize;

use super::Reply;
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    session::handle,
    storage::{SessionsOf, UserRecords},
    user_ids::{self, Accounts},
};

/// `GET /recipe/session/user`.
pub(super) async fn of_user(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Handles {
        status: &'static str,
        session_handles: Vec<String>,
    }

    let user_id = context.request.parameter("userId")?;
    // Anything but "true" is false, and nothing is true.
    let across = context.request.optional_parameter("fetchAcrossAllTenants");
    let across = across.is_none_or(|text| text.eq_ignore_ascii_case("true"));
    let accounts = context.request.optional_parameter("fetchSessionsForAllLinkedAccounts");
    let accounts = accounts_of(accounts.is_none_or(|text| text.eq_ignore_ascii_case("true")));
    let of = sessions_of(context, user_id, across, accounts).await?;
    let session_handles = context.storage().session_handles(of, context.now_ms()).await?;
    json(&Handles { status: "OK", session_handles })
}

/// `POST /recipe/session/remove`.
pub(super) async fn remove(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Revoked {
        status: &'static str,
        session_handles_revoked: Vec<String>,
    }

    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.optional_string("userId")?;
    let handles = fields.optional_strings("sessionHandles")?;
    if user_id.is_some() == handles.is_some() {
        return Err(ApiError::bad_request("Invalid JSON input - use one of userId or sessionHandles array"));
    }
    let across = fields.optional_boolean("revokeAcrossAllTenants")?;
    if user_id.is_none() && across.is_some() {
        return Err(ApiError::bad_request(
            "Invalid JSON input - revokeAcrossAllTenants can only be set if userId is set",
        ));
    }
    let linked = fields.optional_boolean("revokeSessionsForLinkedAccounts")?;
    if user_id.is_none() && linked.is_some() {
        return Err(ApiError::bad_request(
            "Invalid JSON input - revokeSessionsForLinkedAccounts can only be set if userId is set",
        ));
    }
    let session_handles_revoked = match user_id {
        Some(user_id) => {
            let accounts = accounts_of(linked.unwrap_or(true));
            let of = sessions_of(context, user_id.into_owned(), across.unwrap_or(true), accounts).await?;
            context.storage().remove_sessions_of(of, context.now_ms()).await?
        }
        None => remove_by_handles(context, &handles.unwrap_or_default()).await?,
    };
    json(&Revoked { status: "OK", session_handles_revoked })
}

async fn remove_by_handles(context: &Context<'_>, handles: &[String]) -> Result<Vec<String>, ApiError> {
    let app = context.app()?;
    let mut keys = Vec::with_capacity(handles.len());
    for handle in handles {
        let key = handle::locate(&app.id, handle);
        app.known_tenant(&key.tenant.tenant_id)?;
        keys.push(key);
    }
    Ok(context.storage().remove_sessions(keys).await?)
}

fn accounts_of(linked: bool) -> Accounts {
    if linked { Accounts::Linked } else { Accounts::Named }
}

/// A user's sessions in the whole app, which only the tenant `public` may ask for, or those in the path's tenant.
async fn sessions_of(
    context: &Context<'_>,
    id: String,
    across: bool,
    accounts: Accounts,
) -> Result<SessionsOf, ApiError> {
    let (app_id, tenant_id) = if across {
        (context.app_of_public_tenant()?.id.clone(), None)
    } else {
        let tenant = context.tenant()?;
        (tenant.app_id, Some(tenant.tenant_id))
    };
    let owners = {
        let app_id = app_id.clone();
        move |records: &dyn UserRecords| user_ids::session_owners(records, &app_id, &id, accounts)
    };
    let recipe_user_ids = context.storage().read_users(owners).await?;
    Ok(SessionsOf { app_id, tenant_id, recipe_user_ids })
}
