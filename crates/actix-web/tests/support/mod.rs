//! An application with a core in memory, and requests to it.

#![allow(dead_code, reason = "each test program uses its part")]

#[path = "../../../../tests/support/log.rs"]
pub(crate) mod log;

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use bytes::Bytes;
use serde_json::Value;
use supertokens_app::{Core, SuperTokens};
use supertokens_kernel::{AppInfo, Recipe};
use supertokens_session::Session;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: actix_web::http::header::HeaderMap,
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
pub(crate) async fn sign_in<B: MessageBody>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
) -> String {
    call(app, Method::POST, "/sign-in").await.header("st-access-token").unwrap().to_owned()
}

/// Sends a request without a session.
pub(crate) async fn call<B: MessageBody>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    method: Method,
    path: &str,
) -> Reply {
    send(app, TestRequest::with_uri(path).method(method)).await
}

/// Sends a request with an access token.
pub(crate) async fn call_as<B: MessageBody>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    token: &str,
    method: Method,
    path: &str,
) -> Reply {
    let bearer = ("authorization", format!("Bearer {token}"));
    send(app, TestRequest::with_uri(path).method(method).insert_header(bearer)).await
}

pub(crate) async fn send<B: MessageBody>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    request: TestRequest,
) -> Reply {
    match app.call(request.to_request()).await {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            Reply { status, headers, body: to_bytes(response.into_body()).await.map_err(Into::into).unwrap() }
        }
        // As the server does.
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            Reply { status, headers, body: to_bytes(response.into_body()).await.unwrap() }
        }
    }
}
