//! The application's own routes.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use supertokens::Exchange;
use supertokens::kernel::http::{BodyLimits, collect, parse_json};
use supertokens::session::{CreateNewSession, Session, SessionError, VerifiedSession, VerifySessionOptions};

use crate::server::Server;

type Reply = Result<Response<Full<Bytes>>, SessionError>;

#[derive(Deserialize)]
struct NewSession {
    #[serde(rename = "userId")]
    user_id: String,
}

#[derive(Deserialize)]
struct Advance {
    ms: u64,
}

/// Answers what the SDK has left to the application.
pub(crate) async fn answer(request: Request<Incoming>, server: Arc<Server>) -> Reply {
    let (parts, body) = request.into_parts();
    match (&parts.method, parts.uri.path()) {
        (&Method::GET, "/") => Ok(page()),
        (&Method::POST, "/api/session") => {
            let NewSession { user_id } = read(body).await?;
            let sessions = Session::of(&server.supertokens)?;
            let new = CreateNewSession::new("public", user_id);
            let session = sessions.create_new_session(&Exchange::from_parts(&parts)?, new).await?;
            reply(StatusCode::OK, &json!({"handle": session.handle()}))
        }
        (&Method::GET | &Method::POST, "/api/me") => {
            let session = verify(&parts).await?;
            reply(StatusCode::OK, &json!({"userId": session.user_id(), "handle": session.handle()}))
        }
        (&Method::POST, "/api/payload") => {
            verify(&parts).await?.merge_into_access_token_payload(&read::<Map<String, Value>>(body).await?).await?;
            reply(StatusCode::OK, &json!({}))
        }
        // What a test does behind the browser's back.
        (&Method::POST, "/test/advance") => {
            server.clock.advance_ms(read::<Advance>(body).await?.ms);
            reply(StatusCode::OK, &json!({}))
        }
        _ => reply(StatusCode::NOT_FOUND, &json!({"message": "There is nothing at this address."})),
    }
}

async fn verify(parts: &Parts) -> Result<VerifiedSession, SessionError> {
    VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await
}

/// The page: the tests put the SDK into it.
fn page() -> Response<Full<Bytes>> {
    const HTML: &str =
        "<!doctype html><html lang=\"en\"><title>Browser tests</title><link rel=\"icon\" href=\"data:,\">";
    let mut response = Response::new(Full::from(HTML));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

async fn read<T: DeserializeOwned>(body: Incoming) -> Result<T, SessionError> {
    let limits = BodyLimits { bytes: 16 * 1024, ..BodyLimits::default() };
    Ok(parse_json(&collect(body, &limits).await?, limits.json_depth)?)
}

fn reply(status: StatusCode, body: &Value) -> Reply {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
