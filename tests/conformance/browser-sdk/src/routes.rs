//! What the application answers. The names of the routes are those that the tests ask for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use serde_json::{Map, Value, json};
use supertokens::kernel::http::{BodyLimits, collect, parse_json};
use supertokens::session::claims::{ClaimValidationResult, ClaimValidator};
use supertokens::session::{CreateNewSession, RESERVED_CLAIMS, Session, VerifiedSession, VerifySessionOptions};
use supertokens::{Clock, Error, Exchange, SystemClock};

use crate::app::{App, Instance, Settings};
use crate::core::{CallFailed, create_app, create_legacy_session};
use crate::pages;
use crate::reply::{Reply, json as json_reply, status, text, with_status};

type Answer = Result<Reply, Error>;

const BODY_LIMITS: BodyLimits = BodyLimits { bytes: 20 * 1024 * 1024, json_depth: 64 };
const HOUR_MS: u64 = 3_600_000;

/// Whether a request sets the application up anew.
pub(crate) fn is_set_up<B>(request: &Request<B>) -> bool {
    *request.method() == Method::POST && matches!(request.uri().path(), "/test/setup/st" | "/reinitialiseBackendConfig")
}

/// Sets the application up anew.
pub(crate) async fn set_up(request: Request<Incoming>, app: &App, instance: &mut Arc<Instance>) -> Reply {
    let (parts, body) = request.into_parts();
    let settings = match read(&parts, body).await {
        Ok(body) => serde_json::from_value::<Settings>(Value::Object(body)).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let built = settings.and_then(|new| {
        let settings = if parts.uri.path() == "/reinitialiseBackendConfig" {
            Settings { core_url: new.core_url, ..instance.settings.clone() }
        } else {
            new
        };
        app.build(settings).map_err(|error| error.to_string())
    });
    match built {
        Ok(new) => {
            *instance = Arc::new(new);
            text("")
        }
        Err(error) => with_status(StatusCode::INTERNAL_SERVER_ERROR, text(error)),
    }
}

/// Answers every other request. What fails in a way that no front end is told of shows its reason here: tests read it.
pub(crate) async fn answer(request: Request<Incoming>, app: Arc<App>, instance: Arc<Instance>) -> Answer {
    match route(request, &app, &instance).await {
        Err(error @ (Error::Recipe(_) | Error::BadInput { .. } | Error::BodyTooLarge { .. })) => Err(error),
        Err(error) => Ok(with_status(StatusCode::INTERNAL_SERVER_ERROR, text(error.to_string()))),
        answered => answered,
    }
}

async fn route(request: Request<Incoming>, app: &App, instance: &Instance) -> Answer {
    let (parts, body) = request.into_parts();
    let counters = &app.counters;
    match (&parts.method, parts.uri.path()) {
        // What the tests themselves need.
        (&Method::POST, "/test/setup/app") => new_core_app(app, read(&parts, body).await?).await,
        (&Method::POST, "/beforeeach") => {
            for counter in [&counters.refresh_attempted, &counters.refresh_called, &counters.get_session_called] {
                counter.store(0, Ordering::SeqCst);
            }
            Ok(text(""))
        }
        (&Method::POST, "/after" | "/stopst" | "/testUserConfig") => Ok(text("")),
        (&Method::GET, "/refreshCalledTime") => Ok(count(&counters.refresh_called)),
        (&Method::GET, "/refreshAttemptedTime") => Ok(count(&counters.refresh_attempted)),
        (&Method::GET, "/getSessionCalledTime") => Ok(count(&counters.get_session_called)),
        (&Method::GET, "/featureFlags") => Ok(json_reply(&json!({
            "sessionJwt": instance.settings.enable_jwt,
            "sessionClaims": true,
            "v3AccessToken": true,
            "duplicateCookieHandling": true,
        }))),
        (&Method::GET, "/getPackageVersion") => Ok(package_version(app)),

        // Without a session.
        (&Method::GET, "/ping") => Ok(text("success")),
        (&Method::POST, "/403-without-body") => Ok(with_status(StatusCode::FORBIDDEN, text("Forbidden"))),
        (&Method::GET, "/testError") => Ok(test_error(&parts)),
        (&Method::GET, "/testHeader") => {
            Ok(text(json!({"success": parts.headers.contains_key("st-custom-header")}).to_string()))
        }
        (&Method::POST, "/checkAllowCredentials") => {
            Ok(json_reply(&parts.headers.contains_key("allow-credentials").into()))
        }
        (_, "/checkDeviceInfo") => Ok(json_reply(&is_this_sdk(&parts, app).into())),
        (&Method::POST, "/multipleInterceptors") => {
            let both = ["interceptorheader1", "interceptorheader2"].map(|name| parts.headers.contains_key(name));
            Ok(text(if both == [true, true] { "success" } else { "failure" }))
        }
        (&Method::GET, "/check-rid-no-session") => Ok(success_if(rid(&parts).starts_with("anti-csrf"))),
        (_, path) if path == "/testing" || path.starts_with("/testing/") => Ok(testing(&parts)),

        // With one.
        (&Method::POST, "/login") => log_in(&parts, read(&parts, body).await?, instance).await,
        (&Method::POST, "/login-2.18") => legacy_log_in(app, instance, read(&parts, body).await?).await,
        (&Method::GET, "/") => {
            let session = verify(&parts).await?;
            counters.get_session_called.fetch_add(1, Ordering::SeqCst);
            Ok(text(session.user_id()))
        }
        (&Method::GET, "/check-rid") => verify(&parts).await.map(|_| success_if(rid(&parts) == "anti-csrf")),
        (&Method::GET, "/update-jwt") => verify(&parts).await.map(|session| payload_of(&session)),
        (&Method::POST, "/update-jwt") => update_jwt(&parts, read(&parts, body).await?).await,
        (&Method::POST, "/update-jwt-with-handle") => {
            update_jwt_with_handle(&parts, read(&parts, body).await?, instance).await
        }
        (&Method::POST, "/session-claims-error") => session_claims_error(&parts).await,
        (&Method::POST, "/logout") => {
            verify(&parts).await?.revoke_session().await?;
            Ok(text("success"))
        }
        (&Method::POST, "/revokeAll") => {
            let session = verify(&parts).await?;
            Session::of(&instance.supertokens)?.revoke_all_sessions_for_user(session.user_id(), None).await?;
            Ok(text("success"))
        }
        (&Method::POST, "/auth/session/refresh") => {
            counters.refresh_attempted.fetch_add(1, Ordering::SeqCst);
            // On this path verifying a session refreshes it.
            verify(&parts).await?;
            if !parts.headers.contains_key("rid") {
                return Ok(text("refresh failed"));
            }
            counters.refresh_called.fetch_add(1, Ordering::SeqCst);
            Ok(text("refresh success"))
        }

        (&Method::GET, path) => {
            Ok(pages::file(app.options.pages.as_deref(), path).await.unwrap_or_else(|| status(StatusCode::NOT_FOUND)))
        }
        _ => Ok(status(StatusCode::NOT_FOUND)),
    }
}

async fn new_core_app(app: &App, body: Map<String, Value>) -> Answer {
    let app_id = match body.get("appId").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => uuid::Uuid::new_v4().to_string(),
    };
    let core_config = body.get("coreConfig").cloned().unwrap_or_else(|| json!({}));
    Ok(match create_app(&app.transport, &app.options.core, &app_id, &core_config).await {
        Ok(address) => text(address),
        Err(error) => with_status(StatusCode::INTERNAL_SERVER_ERROR, text(error.to_string())),
    })
}

async fn log_in(parts: &Parts, body: Map<String, Value>, instance: &Instance) -> Answer {
    let new = CreateNewSession::new("public", user_id(&body)?);
    let sessions = Session::of(&instance.supertokens)?;
    let session = sessions.create_new_session(&Exchange::from_parts(parts)?, new).await?;
    Ok(text(session.user_id()))
}

/// A session as it was made before core interface 3.0. Not every core still makes one.
async fn legacy_log_in(app: &App, instance: &Instance, body: Map<String, Value>) -> Answer {
    let user_id = user_id(&body)?;
    let payload = body.get("payload").cloned().unwrap_or_else(|| json!({}));
    let tokens = match create_legacy_session(&app.transport, instance.core_url(app), &user_id, &payload).await {
        Ok(tokens) => tokens,
        Err(error @ CallFailed::Refused(..)) => {
            return Ok(with_status(StatusCode::NOT_IMPLEMENTED, text(error.to_string())));
        }
        Err(error @ CallFailed::Unreachable(_)) => {
            return Ok(with_status(StatusCode::INTERNAL_SERVER_ERROR, text(error.to_string())));
        }
    };
    let front_token = json!({"uid": user_id, "ate": SystemClock.now_ms() + HOUR_MS, "up": payload});
    let mut reply = text("");
    for (name, value) in [
        ("st-access-token", tokens.access_token),
        ("st-refresh-token", tokens.refresh_token),
        ("front-token", STANDARD.encode(front_token.to_string())),
    ] {
        reply.headers_mut().insert(name, HeaderValue::from_str(&value).map_err(Error::other)?);
    }
    Ok(reply)
}

/// Replaces everything that the application has in the access token's payload.
async fn update_jwt(parts: &Parts, body: Map<String, Value>) -> Answer {
    let session = verify(parts).await?;
    let payload = session.access_token_payload();
    let own = payload.iter().map(|(name, _)| name).filter(|name| !RESERVED_CLAIMS.contains(name));
    session.merge_into_access_token_payload(&replacing(own, body)).await?;
    Ok(payload_of(&session))
}

/// Does so behind the access token, which stays as it is.
async fn update_jwt_with_handle(parts: &Parts, body: Map<String, Value>, instance: &Instance) -> Answer {
    let session = verify(parts).await?;
    let sessions = Session::of(&instance.supertokens)?;
    if let Some(information) = sessions.get_session_information(session.handle()).await? {
        let own = information.custom_claims_in_access_token_payload;
        let update = replacing(own.iter().map(|(name, _)| name), body);
        sessions.merge_into_access_token_payload(session.handle(), &update).await?;
    }
    Ok(payload_of(&session))
}

/// An update after which `new` is there and of `present` nothing else.
fn replacing<'a>(present: impl Iterator<Item = &'a str>, new: Map<String, Value>) -> Map<String, Value> {
    let mut update: Map<String, Value> = present.map(|name| (name.to_owned(), Value::Null)).collect();
    update.extend(new);
    update
}

async fn session_claims_error(parts: &Parts) -> Answer {
    let fails =
        ClaimValidator::new("test-claim-failing", |_| ClaimValidationResult::invalid(json!({"message": "testReason"})));
    let options = VerifySessionOptions::new()
        .override_global_claim_validators(move |_, _, _| std::future::ready(Ok(vec![fails.clone()])));
    VerifiedSession::<Value>::from_parts(parts, options).await?;
    Ok(json_reply(&json!({})))
}

async fn verify(parts: &Parts) -> Result<VerifiedSession, Error> {
    Ok(VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?)
}

fn payload_of(session: &VerifiedSession) -> Reply {
    json_reply(&Value::Object(session.access_token_payload().as_map().clone()))
}

fn user_id(body: &Map<String, Value>) -> Result<String, Error> {
    let user_id = body.get("userId").and_then(Value::as_str);
    user_id.map(str::to_owned).ok_or_else(|| Error::bad_input("the body has no `userId`"))
}

fn rid(parts: &Parts) -> &str {
    parts.headers.get("rid").and_then(|rid| rid.to_str().ok()).unwrap_or_default()
}

fn success_if(condition: bool) -> Reply {
    text(if condition { "success" } else { "fail" })
}

fn count(counter: &AtomicU32) -> Reply {
    text(counter.load(Ordering::SeqCst).to_string())
}

fn package_version(app: &App) -> Reply {
    match &app.options.package_version {
        Some(version) => text(version),
        None => with_status(StatusCode::INTERNAL_SERVER_ERROR, text("start the server with --package-version")),
    }
}

/// Whether the request says that it comes from the browser SDK of the version under test.
fn is_this_sdk(parts: &Parts, app: &App) -> bool {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    header("supertokens-sdk-name") == Some("website")
        && header("supertokens-sdk-version") == app.options.package_version.as_deref()
}

fn testing(parts: &Parts) -> Reply {
    let mut reply = text("success");
    reply
        .headers_mut()
        .extend(parts.headers.get("testing").map(|value| (http::HeaderName::from_static("testing"), value.clone())));
    reply
}

fn test_error(parts: &Parts) -> Reply {
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
    let code = query.iter().find(|(name, _)| name == "code").and_then(|(_, code)| code.parse().ok());
    let status = code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_status(status, text("test error message"))
}

/// A body of JSON or of a form; of anything else nothing is read.
async fn read(parts: &Parts, body: Incoming) -> Result<Map<String, Value>, Error> {
    let bytes = collect(body, &BODY_LIMITS).await?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    object(content_type.unwrap_or_default(), &bytes)
}

fn object(content_type: &str, bytes: &Bytes) -> Result<Map<String, Value>, Error> {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => Ok(match parse_json(bytes, BODY_LIMITS.json_depth)? {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }),
        "application/x-www-form-urlencoded" => {
            let fields: Vec<(String, String)> =
                serde_urlencoded::from_bytes(bytes).map_err(|error| Error::bad_input(error.to_string()))?;
            Ok(fields.into_iter().map(|(name, value)| (name, value.into())).collect())
        }
        _ => Ok(Map::new()),
    }
}
