//! Calls to the core that no SDK of today makes.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use supertokens::kernel::core_client::{CoreTransport, RemoteTransport};

/// Why the core gave no answer that helps.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailed {
    #[error("the core answered {0}: {1}")]
    Refused(StatusCode, String),
    #[error("the core cannot be asked: {0}")]
    Unreachable(String),
}

/// The tokens of a session as interface 2.18 made them.
pub(crate) struct LegacySession {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Makes an app with a configuration of its own, and gives its address.
pub(crate) async fn create_app(
    transport: &RemoteTransport,
    core: &str,
    app_id: &str,
    core_config: &Value,
) -> Result<String, CallFailed> {
    let body = json!({"appId": app_id, "coreConfig": core_config});
    let answer = call(transport, Method::PUT, &format!("{core}/recipe/multitenancy/app/v2"), None, &body).await?;
    if answer.get("status") != Some(&json!("OK")) {
        return Err(CallFailed::Refused(StatusCode::OK, answer.to_string()));
    }
    Ok(format!("{core}/appid-{app_id}"))
}

/// Makes a session as SDKs did that spoke core interface 2.18.
pub(crate) async fn create_legacy_session(
    transport: &RemoteTransport,
    core: &str,
    user_id: &str,
    payload: &Value,
) -> Result<LegacySession, CallFailed> {
    let body = json!({
        "userId": user_id, "enableAntiCsrf": false, "userDataInJWT": payload, "userDataInDatabase": {},
    });
    let answer = call(transport, Method::POST, &format!("{core}/recipe/session"), Some("2.18"), &body).await?;
    let token = |kind: &str| answer.pointer(kind).and_then(Value::as_str).map(str::to_owned);
    match (token("/accessToken/token"), token("/refreshToken/token")) {
        (Some(access_token), Some(refresh_token)) => Ok(LegacySession { access_token, refresh_token }),
        _ => Err(CallFailed::Refused(StatusCode::OK, "the answer holds no tokens".to_owned())),
    }
}

async fn call(
    transport: &RemoteTransport,
    method: Method,
    url: &str,
    cdi_version: Option<&str>,
    body: &Value,
) -> Result<Value, CallFailed> {
    let mut request = Request::builder().method(method).uri(url).header(header::CONTENT_TYPE, "application/json");
    if let Some(version) = cdi_version {
        request = request.header("cdi-version", version).header("rid", "session");
    }
    let unreachable = |error: &dyn std::error::Error| CallFailed::Unreachable(format!("{url}: {error}"));
    let request = request.body(Bytes::from(body.to_string())).map_err(|error| unreachable(&error))?;
    let response = transport.send(request).await.map_err(|error| unreachable(&error))?;
    let refused = || CallFailed::Refused(response.status(), String::from_utf8_lossy(response.body()).into_owned());
    if response.status() != StatusCode::OK {
        return Err(refused());
    }
    serde_json::from_slice(response.body()).map_err(|_| refused())
}
