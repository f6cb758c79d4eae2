//! An application with a core of its own per test, and a log that overrides write into.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use supertokens::kernel::Request;
use supertokens::session::{CreateNewSession, Session, SessionContainer, SessionError, Sessions};
use supertokens::{AppInfo, Core, Exchange, Recipe, SuperTokens};

/// What the overrides of a test did, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// What has been written since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// An application on localhost with its own core in memory.
pub(crate) fn app(session: Session) -> SuperTokens {
    SuperTokens::builder(localhost()).core(Core::embedded(":memory:")).recipes(vec![session.boxed()]).build().unwrap()
}

pub(crate) fn localhost() -> AppInfo {
    AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000")
}

pub(crate) fn sessions(app: &SuperTokens) -> Sessions {
    Session::of(app).unwrap()
}

/// A session for the user `user-1` outside of any request.
pub(crate) async fn create(app: &SuperTokens) -> Result<SessionContainer, SessionError> {
    let new = CreateNewSession::new("public", "user-1");
    sessions(app).create_new_session_without_request_response(new).await
}

/// An exchange whose request wants its tokens in headers.
pub(crate) fn exchange() -> Exchange {
    Exchange::new(Request::builder().method(Method::POST).header("st-auth-mode", "header").finish())
}

/// What the SDK answers to a `POST` with this bearer token.
pub(crate) async fn post(app: &SuperTokens, path: &str, token: &str) -> Response<Value> {
    let request = http::Request::post(path).header("authorization", format!("Bearer {token}"));
    match app.handle(request.body(Full::new(Bytes::new())).unwrap()).await {
        supertokens::Handled::Response(response) => {
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Response::from_parts(parts, serde_json::from_slice(&body).unwrap())
        }
        supertokens::Handled::Passed(request) => panic!("{} was passed on", request.uri()),
    }
}
