//! The application's own routes. Each `?` on a session's error becomes the reply that front ends expect.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use supertokens::kernel::http::{BodyLimits, collect, parse_json};
use supertokens::session::{CreateNewSession, Payload, Session, SessionError, VerifiedSession, VerifySessionOptions};
use supertokens::{Error, Exchange, SuperTokens};

use crate::page;
use crate::plan::Plans;

type Reply = Result<Response<Full<Bytes>>, SessionError>;

/// What this application reads from the access token's payload.
#[derive(Deserialize)]
struct MyClaims {
    #[serde(rename = "someKey")]
    some_key: Option<String>,
}

/// Answers a request for a page or for the API.
pub(crate) async fn answer(request: Request<Incoming>, plans: &Plans) -> Reply {
    let (parts, body) = request.into_parts();
    match (&parts.method, parts.uri.path()) {
        (&Method::POST, "/api/session") => create(&parts, read(body).await?).await,
        (&Method::GET, "/api/me") => me(&parts).await,
        (&Method::POST, "/api/jwt-payload") => change_jwt_payload(&parts, read(body).await?).await,
        (&Method::GET, "/api/session-data") => session_data(&parts).await,
        (&Method::POST, "/api/session-data") => change_session_data(&parts, read(body).await?).await,
        (&Method::POST, "/api/plan") => change_plan(&parts, read(body).await?, plans).await,
        (&Method::GET, "/api/report") => report(&parts, plans).await,
        (&Method::POST, "/api/revoke") => revoke(&parts).await,
        (&Method::GET, path) => Ok(page::file(path).unwrap_or_else(not_found)),
        _ => Ok(not_found()),
    }
}

#[derive(Deserialize)]
struct NewSession {
    #[serde(rename = "userId")]
    user_id: String,
}

/// Makes a session for whoever asks: an application would look at a password first.
async fn create(parts: &Parts, NewSession { user_id }: NewSession) -> Reply {
    if user_id.trim().is_empty() {
        return Err(Error::bad_input("Choose a user id: it is empty.").into());
    }
    // The override in main.rs adds to both payloads.
    let new = CreateNewSession::new("public", user_id.trim());
    let sessions = Session::of(SuperTokens::global()?)?;
    let session = sessions.create_new_session(&Exchange::from_parts(parts)?, new).await?;
    reply(&json!({"handle": session.handle()}))
}

/// Who the session is, and its access token's payload: verified here, without a call to the core.
async fn me(parts: &Parts) -> Reply {
    let session: VerifiedSession<MyClaims> = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    reply(&json!({
        "userId": session.user_id(),
        "handle": session.handle(),
        "someKey": session.claims.some_key,
        "jwtPayload": *session.access_token_payload(),
    }))
}

/// One field to be stored, or, without a value, to be removed.
#[derive(Deserialize)]
struct Change {
    name: String,
    value: Option<String>,
}

/// Changes the access token's payload. The new token goes out with this response.
async fn change_jwt_payload(parts: &Parts, change: Change) -> Reply {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    let mut update = Payload::new();
    // The session's own names (sub, exp, ..) are refused. A null removes.
    update.insert(change.name, change.value).map_err(|error| Error::bad_input(error.to_string()))?;
    session.merge_into_access_token_payload(&update).await?;
    reply(&json!({"jwtPayload": *session.access_token_payload()}))
}

/// The data that the core keeps with the session: one call to the core, which also notices a session that has ended.
async fn session_data(parts: &Parts) -> Reply {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    reply(&json!({"sessionData": session.session_data().await?}))
}

/// Changes the data that the core keeps with the session. No token changes: the front end never sees this data.
async fn change_session_data(parts: &Parts, change: Change) -> Reply {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    let mut data = session.session_data().await?;
    match change.value {
        Some(value) => data.insert(change.name, value).map_err(|error| Error::bad_input(error.to_string()))?,
        None => drop(data.remove(&change.name)),
    }
    session.update_session_data_in_database(&data).await?;
    reply(&json!({"sessionData": data}))
}

#[derive(Deserialize)]
struct NewPlan {
    plan: String,
}

/// Changes the user's plan in the application's own data, and then the claim in this session.
async fn change_plan(parts: &Parts, new: NewPlan, plans: &Plans) -> Reply {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    plans.store(session.user_id(), &new.plan)?;
    session.fetch_and_set_claim(plans.claim()).await?;
    reply(&json!({"plan": session.claim_value(plans.claim())}))
}

/// For users with the plan `team` alone: the validator runs before anything else here does.
async fn report(parts: &Parts, plans: &Plans) -> Reply {
    let only_teams = plans.only_teams();
    let options = VerifySessionOptions::new().override_global_claim_validators(move |mut validators, _, _| {
        validators.push(only_teams.clone());
        std::future::ready(Ok(validators))
    });
    let session: VerifiedSession = VerifiedSession::from_parts(parts, options).await?;
    reply(&json!({"report": format!("The quarterly report for {}.", session.user_id())}))
}

/// Ends the session in the core, as an administrator would from elsewhere: this browser's tokens stay where they are.
/// (`session.revoke_session()` would remove them with this response.)
async fn revoke(parts: &Parts) -> Reply {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?;
    let existed = Session::of(SuperTokens::global()?)?.revoke_session(session.handle()).await?;
    reply(&json!({"revoked": existed}))
}

async fn read<T: DeserializeOwned>(body: Incoming) -> Result<T, SessionError> {
    let limits = BodyLimits { bytes: 16 * 1024, ..BodyLimits::default() };
    Ok(parse_json(&collect(body, &limits).await?, limits.json_depth)?)
}

fn reply(body: &Value) -> Reply {
    let mut response = Response::new(Full::from(body.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(r#"{"message":"There is nothing at this address."}"#));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
