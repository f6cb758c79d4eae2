//! The endpoints of sessions, and what they share.

mod create;
mod data;
mod issuer;
mod list;
mod refresh;
mod regenerate;
mod reply;
mod verify;

use std::sync::{Arc, Mutex, PoisonError};

use super::{Endpoint, Reply, status};
use crate::{
    core::Context,
    http::ApiError,
    json_object::JsonObject,
    session::access_token::{PROTECTED_CLAIMS, SessionClaims},
    storage::{SessionChange, SessionKey, SessionUser, StoredSession, UserRecords},
    tenancy::App,
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/session")
        .get(|context| Box::pin(data::information(context)))
        .post(|context| Box::pin(create::create(context))),
    Endpoint::at("/recipe/session/verify").post(|context| Box::pin(verify::verify(context))),
    Endpoint::at("/recipe/session/refresh").post(|context| Box::pin(refresh::refresh(context))),
    Endpoint::at("/recipe/session/regenerate").post(|context| Box::pin(regenerate::regenerate(context))),
    Endpoint::at("/recipe/session/remove").post(|context| Box::pin(list::remove(context))),
    Endpoint::at("/recipe/session/user").get(|context| Box::pin(list::of_user(context))),
    Endpoint::at("/recipe/session/data")
        .get(|context| Box::pin(data::database_data(context)))
        .put(|context| Box::pin(data::replace_database_data(context))),
    Endpoint::at("/recipe/jwt/data")
        .get(|context| Box::pin(data::payload(context)))
        .put(|context| Box::pin(data::replace_payload(context))),
];

/// The longest payload and the longest user id, so that every token stays below what is read.
const MAX_PAYLOAD_BYTES: usize = 32 * 1024;
pub(super) const MAX_USER_ID_BYTES: usize = 1024;

/// The message where a handle or a token leads to no session.
const NO_SESSION: &str = "Session does not exist.";

/// Whom a session of this id is of: it may be that of an account linked to another, and the application may have given
/// ids of its own.
async fn session_user(context: &Context<'_>, app: &App, id: &str) -> Result<SessionUser, ApiError> {
    let (app_id, id) = (app.id.clone(), id.to_owned());
    let find = move |records: &dyn UserRecords| records.session_user(&app_id, &id);
    Ok(context.storage().read_users(find).await?)
}

/// Where the session of a token lies, if its tenant still exists.
fn session_key(app: &App, claims: &SessionClaims<'_>) -> Result<SessionKey, ApiError> {
    let tenant = app.known_tenant(&claims.tenant_id)?;
    Ok(SessionKey { tenant, handle: claims.session_handle.clone().into_owned() })
}

/// A session that has not ended.
async fn live_session(context: &Context<'_>, key: SessionKey) -> Result<Option<StoredSession>, ApiError> {
    let session = context.storage().session(key).await?;
    Ok(session.filter(|session| session.refresh.expires_at_ms > context.now_ms()))
}

/// Runs a change inside the storage's transaction and gives what it found out.
async fn change<T: Send + 'static>(
    context: &Context<'_>,
    key: SessionKey,
    decide: impl FnOnce(Option<&StoredSession>) -> (T, SessionChange) + Send + 'static,
) -> Result<T, ApiError> {
    let found = Arc::new(Mutex::new(None));
    let result = found.clone();
    let decide = move |session: Option<&StoredSession>| {
        let (outcome, change) = decide(session);
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        change
    };
    context.storage().change_session(key, Box::new(decide)).await?;
    let outcome = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    outcome.ok_or(ApiError::Internal)
}

/// Makes a change to a session that has not ended. Gives whether there is one.
async fn change_live(context: &Context<'_>, key: SessionKey, new: SessionChange) -> Result<bool, ApiError> {
    let now_ms = context.now_ms();
    change(context, key, move |session| match session {
        Some(session) if session.refresh.expires_at_ms > now_ms => (true, new),
        _ => (false, SessionChange::Keep),
    })
    .await
}

/// The text of a payload that a session may have: without the core's claims, and so short that a token can hold it.
fn checked_payload(payload: &JsonObject<'_>) -> Result<String, ApiError> {
    if payload.contains_any(&PROTECTED_CLAIMS) {
        return Err(ApiError::bad_request("The user payload contains protected field"));
    }
    let text = payload.to_text();
    if text.len() > MAX_PAYLOAD_BYTES {
        return Err(ApiError::bad_request(format!("userDataInJWT must have at most {MAX_PAYLOAD_BYTES} bytes")));
    }
    Ok(text)
}

/// Reads JSON that this core has stored.
fn stored_object(text: &str) -> Result<JsonObject<'_>, ApiError> {
    JsonObject::parse(text).ok_or_else(|| {
        tracing::error!("the stored JSON of a session is damaged");
        ApiError::Internal
    })
}
