//! The application that tests talk to: its own routes, and a 404 for the rest.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::kernel::http::Attachment;
use supertokens::session::{CreateNewSession, Payload, Session, SessionError, VerifiedSession, VerifySessionOptions};
use supertokens::{Error, Exchange, SuperTokens};

/// The application's own routes:
///
/// * `/create?user=&tenant=` makes a session, with the body as its `jwt_payload`;
/// * `/me` tells who the session is, `/optional` also that there is none; both take the options of
///   [`VerifySessionOptions`] as query parameters;
/// * `/merge` changes the payload by the body;
/// * `/revoke` ends the session, `/create-and-revoke` one that it has just made; `/create-and-refuse` makes one and then
///   fails as if there were none;
/// * everything else is a 404 that tells how long the request's body is.
pub(super) async fn application(
    supertokens: SuperTokens,
    request: Request<Full<Bytes>>,
) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let reply = match parts.uri.path() {
        "/create" => {
            let tenant = query(&parts, "tenant").unwrap_or_else(|| "public".to_owned());
            let user = query(&parts, "user").unwrap_or_else(|| "user-1".to_owned());
            let mut session_data = Payload::new();
            session_data.insert("kept", "in the core")?;
            let mut new = CreateNewSession::new(tenant, user).session_data(session_data);
            if !body.is_empty() {
                new = new.jwt_payload(Payload::from_data(&json_of(&body))?);
            }
            let session = Session::of(&supertokens)?.create_new_session(&exchange(&parts), new).await?;
            json!({"handle": session.handle()})
        }
        "/me" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, options(&parts)).await?;
            json!({
                "userId": session.user_id(),
                "recipeUserId": session.recipe_user_id(),
                "tenantId": session.tenant_id().as_str(),
                "handle": session.handle(),
                "payload": session.claims,
            })
        }
        "/optional" => {
            let session: Option<VerifiedSession> =
                VerifiedSession::from_parts_if_exists(&parts, options(&parts)).await?;
            json!({"userId": session.map(|session| session.user_id().to_owned())})
        }
        "/merge" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, options(&parts)).await?;
            session.merge_into_access_token_payload(&json_of(&body)).await?;
            json!({"payload": *session.access_token_payload()})
        }
        "/create-and-revoke" => {
            let new = CreateNewSession::new("public", "user-1");
            let session = Session::of(&supertokens)?.create_new_session(&exchange(&parts), new).await?;
            session.revoke_session().await?;
            json!({})
        }
        // Where the SDK does not answer the route itself.
        "/auth/session/refresh" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, options(&parts)).await?;
            json!({"refreshed": session.handle()})
        }
        "/create-and-refuse" => {
            let new = CreateNewSession::new("public", "user-1");
            Session::of(&supertokens)?.create_new_session(&exchange(&parts), new).await?;
            return Err(SessionError::unauthorised("banned meanwhile").into());
        }
        "/revoke" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, options(&parts)).await?;
            session.revoke_session().await?;
            json!({})
        }
        _ => {
            let text = format!("the application's own 404; {} bytes came with it", body.len());
            let mut response = Response::new(Full::new(text.into()));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    let mut response = Response::new(Full::new(reply.to_string().into()));
    response.headers_mut().insert("content-type", "application/json".parse().unwrap());
    Ok(response)
}

/// The options that the query names.
fn options(parts: &Parts) -> VerifySessionOptions {
    let flag = |name| query(parts, name).map(|value| value == "true");
    let mut options = VerifySessionOptions::new();
    if let Some(check) = flag("anti_csrf_check") {
        options = options.anti_csrf_check(check);
    }
    if let Some(check) = flag("check_database") {
        options = options.check_database(check);
    }
    options
}

fn query(parts: &Parts, name: &str) -> Option<String> {
    let pairs = parts.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn exchange(parts: &Parts) -> Exchange {
    parts.extensions.get::<Attachment>().unwrap().exchange(parts)
}

fn json_of(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap()
}
