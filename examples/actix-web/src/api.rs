//! The application's own routes. Each `?` on an error of the SDK becomes the reply that front ends expect.

use actix_web::web::{self, Data, Json, JsonConfig, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};
use supertokens::Error as SdkError;
use supertokens::actix_web::{AuthRequest, Error, RequireClaim, VerifiedSession};
use supertokens::session::{CreateNewSession, Payload, Session};

use crate::plan::Plans;

const MAX_BODY_BYTES: usize = 16 * 1024;

type Reply = Result<Json<Value>, Error>;

/// The routes of the API.
pub(crate) fn routes(config: &mut ServiceConfig, plans: &Plans) {
    // For users with the plan `team` alone: the middleware lets nobody else through.
    let for_teams =
        web::resource("/api/report").route(web::get().to(report)).wrap(RequireClaim::new(plans.only_teams()));
    config
        .app_data(JsonConfig::default().limit(MAX_BODY_BYTES))
        .route("/api/session", web::post().to(create))
        .route("/api/me", web::get().to(me))
        .route("/api/jwt-payload", web::post().to(change_jwt_payload))
        .route("/api/session-data", web::get().to(session_data))
        .route("/api/session-data", web::post().to(change_session_data))
        .route("/api/plan", web::post().to(change_plan))
        .route("/api/revoke", web::post().to(revoke))
        .service(for_teams);
}

#[derive(Deserialize)]
struct NewSession {
    #[serde(rename = "userId")]
    user_id: String,
}

/// Makes a session for whoever asks: an application would look at a password first.
async fn create(auth: AuthRequest, new: Json<NewSession>) -> Reply {
    let user_id = new.user_id.trim();
    if user_id.is_empty() {
        return Err(SdkError::bad_input("Choose a user id: it is empty.").into());
    }
    // The override in main.rs adds to both payloads.
    let new = CreateNewSession::new("public", user_id);
    let session = Session::of(&auth)?.create_new_session(&auth.exchange, new).await?;
    Ok(Json(json!({"handle": session.handle()})))
}

/// What this application reads from the access token's payload.
#[derive(Deserialize)]
struct MyClaims {
    #[serde(rename = "someKey")]
    some_key: Option<String>,
}

/// Who the session is, and its access token's payload: verified here, without a call to the core.
async fn me(session: VerifiedSession<MyClaims>) -> Json<Value> {
    Json(json!({
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
async fn change_jwt_payload(session: VerifiedSession, Json(change): Json<Change>) -> Reply {
    let mut update = Payload::new();
    // The session's own names (sub, exp, ..) are refused. A null removes.
    update.insert(change.name, change.value).map_err(|error| SdkError::bad_input(error.to_string()))?;
    session.merge_into_access_token_payload(&update).await?;
    Ok(Json(json!({"jwtPayload": *session.access_token_payload()})))
}

/// The data that the core keeps with the session: one call to the core, which also notices a session that has ended.
async fn session_data(session: VerifiedSession) -> Reply {
    Ok(Json(json!({"sessionData": session.session_data().await?})))
}

/// Changes the data that the core keeps with the session. No token changes: the front end never sees this data.
async fn change_session_data(session: VerifiedSession, Json(change): Json<Change>) -> Reply {
    let mut data = session.session_data().await?;
    match change.value {
        Some(value) => data.insert(change.name, value).map_err(|error| SdkError::bad_input(error.to_string()))?,
        None => drop(data.remove(&change.name)),
    }
    session.update_session_data_in_database(&data).await?;
    Ok(Json(json!({"sessionData": data})))
}

#[derive(Deserialize)]
struct NewPlan {
    plan: String,
}

/// Changes the user's plan in the application's own data, and then the claim in this session.
async fn change_plan(plans: Data<Plans>, session: VerifiedSession, new: Json<NewPlan>) -> Reply {
    plans.store(session.user_id(), &new.plan)?;
    session.fetch_and_set_claim(plans.claim()).await?;
    Ok(Json(json!({"plan": session.claim_value(plans.claim())})))
}

async fn report(session: VerifiedSession) -> Json<Value> {
    Json(json!({"report": format!("The quarterly report for {}.", session.user_id())}))
}

/// Ends the session in the core, as an administrator would from elsewhere: this browser's tokens stay where they are.
/// (`session.revoke_session()` would remove them with this response.)
async fn revoke(auth: AuthRequest, session: VerifiedSession) -> Reply {
    let existed = Session::of(&auth)?.revoke_session(session.handle()).await?;
    Ok(Json(json!({"revoked": existed})))
}
