//! An application with a core in memory, and requests to it.

#![allow(dead_code, reason = "each test program uses its part")]

#[path = "../../../../tests/support/log.rs"]
pub(crate) mod log;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use supertokens_app::{Core, SuperTokens};
use supertokens_kernel::{AppInfo, Recipe};
use supertokens_session::Session;
use tower::ServiceExt;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> (StatusCode, Value) {
        (self.status, serde_json::from_slice(&self.body).unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn supertokens() -> SuperTokens {
    supertokens_with(Session::new())
}

pub(crate) fn supertokens_with(session: Session) -> SuperTokens {
    supertokens_of(AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000"), session)
}

pub(crate) fn supertokens_of(app_info: AppInfo, session: Session) -> SuperTokens {
    SuperTokens::builder(app_info).core(Core::embedded(":memory:")).recipes(vec![session.boxed()]).build().unwrap()
}

/// Signs `user-1` in with tokens in headers, and gives the access token.
pub(crate) async fn sign_in(app: &Router) -> String {
    call(app, Method::POST, "/sign-in").await.header("st-access-token").unwrap().to_owned()
}

/// Sends a request without a session.
pub(crate) async fn call(app: &Router, method: Method, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    read(app.clone().oneshot(request).await.unwrap()).await
}

/// Sends a request with an access token.
pub(crate) async fn call_as(app: &Router, token: &str, method: Method, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    read(app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

pub(crate) async fn read(response: Response<Body>) -> Reply {
    let (parts, body) = response.into_parts();
    Reply { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}
