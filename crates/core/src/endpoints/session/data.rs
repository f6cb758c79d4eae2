//! What is stored with a session: reading and replacing it.

use serde::Serialize;

use super::{
    NO_SESSION, Reply, change_live, checked_payload, live_session, reply::unauthorised, session_user, status,
    stored_object,
};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    json_object::JsonObject,
    session::handle,
    storage::{SessionChange, SessionKey, StoredSession},
};

/// `GET /recipe/session`.
pub(super) async fn information(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Information<'r> {
        session_handle: &'r str,
        user_id: &'r str,
        recipe_user_id: &'r str,
        user_data_in_database: JsonObject<'r>,
        expiry: u64,
        #[serde(rename = "userDataInJWT")]
        user_data_in_jwt: JsonObject<'r>,
        time_created: u64,
        status: &'static str,
        tenant_id: &'r str,
    }

    let handle = context.request.parameter("sessionHandle")?;
    let key = key(context, &handle)?;
    let Some(session) = live_session(context, key.clone()).await? else {
        return unauthorised(NO_SESSION);
    };
    let user = session_user(context, context.app()?, &session.recipe_user_id).await?;
    json(&Information {
        session_handle: &handle,
        user_id: &user.user_id,
        recipe_user_id: &user.recipe_user_id,
        user_data_in_database: stored_object(&session.user_data_in_database)?,
        expiry: session.refresh.expires_at_ms,
        user_data_in_jwt: stored_object(&session.user_data_in_jwt)?,
        time_created: session.created_at_ms,
        status: "OK",
        tenant_id: &key.tenant.tenant_id,
    })
}

/// `GET /recipe/session/data`, an older form of the above.
pub(super) async fn database_data(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Data<'r> {
        status: &'static str,
        user_data_in_database: JsonObject<'r>,
    }

    let Some(session) = session_of_query(context).await? else { return unauthorised(NO_SESSION) };
    json(&Data { status: "OK", user_data_in_database: stored_object(&session.user_data_in_database)? })
}

/// `GET /recipe/jwt/data`, an older form of the above.
pub(super) async fn payload(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Payload<'r> {
        status: &'static str,
        #[serde(rename = "userDataInJWT")]
        user_data_in_jwt: JsonObject<'r>,
    }

    let Some(session) = session_of_query(context).await? else { return unauthorised(NO_SESSION) };
    json(&Payload { status: "OK", user_data_in_jwt: stored_object(&session.user_data_in_jwt)? })
}

/// `PUT /recipe/session/data`.
pub(super) async fn replace_database_data(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let handle = fields.string("sessionHandle")?;
    let text = fields.object("userDataInDatabase")?.to_text();
    replace(context, key(context, &handle)?, SessionChange::UserDataInDatabase(text)).await
}

/// `PUT /recipe/jwt/data`.
pub(super) async fn replace_payload(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let handle = fields.string("sessionHandle")?;
    let payload = fields.object("userDataInJWT")?;
    let key = key(context, &handle)?;
    let text = checked_payload(&payload)?;
    replace(context, key, SessionChange::UserDataInJwt(text)).await
}

async fn replace(context: &Context<'_>, key: SessionKey, new: SessionChange) -> Reply {
    if !change_live(context, key, new).await? {
        return unauthorised(NO_SESSION);
    }
    status("OK")
}

async fn session_of_query(context: &Context<'_>) -> Result<Option<StoredSession>, ApiError> {
    let handle = context.request.parameter("sessionHandle")?;
    live_session(context, key(context, &handle)?).await
}

/// Where a session lies, if its handle names a tenant that exists.
fn key(context: &Context<'_>, handle: &str) -> Result<SessionKey, ApiError> {
    let app = context.app()?;
    let key = handle::locate(&app.id, handle);
    app.known_tenant(&key.tenant.tenant_id)?;
    Ok(key)
}
