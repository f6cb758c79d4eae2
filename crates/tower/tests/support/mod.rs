//! An application with a core in memory, and requests to it.

#[path = "../../../../tests/support/log.rs"]
pub(crate) mod log;

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens_app::{Core, SuperTokens};
use supertokens_kernel::{AppInfo, BoxError, Exchange, Recipe};
use supertokens_session::{
    CreateNewSession, Session, SessionContainer, SessionError, VerifiedSession, VerifySessionOptions,
};
use supertokens_tower::SuperTokensLayer;
use tower::{Layer, Service, ServiceExt, service_fn};

// The body of a request is not the body of a response, so that no layer takes one for the other.
pub(crate) type Request = http::Request<Full<Bytes>>;
pub(crate) type Response = http::Response<String>;

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

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn supertokens() -> SuperTokens {
    SuperTokens::builder(AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000"))
        .core(Core::embedded(":memory:"))
        .recipes(vec![Session::new().boxed()])
        .build()
        .unwrap()
}

/// The application's own routes.
pub(crate) async fn routes(request: Request) -> Result<Response, SessionError> {
    let (parts, _body) = request.into_parts();
    let reply = match parts.uri.path() {
        "/sign-in" => {
            let supertokens = SuperTokens::from_parts(&parts)?;
            let new = CreateNewSession::new("public", "user-1");
            Session::of(&supertokens)?.create_new_session(&Exchange::from_parts(&parts)?, new).await?;
            json!("signed in")
        }
        "/me" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            json!({"userId": session.user_id(), "seen": session.claims["seen"]})
        }
        "/update" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            session.merge_into_access_token_payload(&json!({"seen": true})).await?;
            json!("updated")
        }
        "/from-extensions" => {
            json!(parts.extensions.get::<SessionContainer>().map_or("nobody", |session| session.user_id()))
        }
        other => panic!("no route {other}"),
    };
    Ok(Response::new(reply.to_string()))
}

pub(crate) fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::default()).unwrap()
}

/// Signs `user-1` in with tokens in headers, and gives the access token.
pub(crate) async fn sign_in(supertokens: &SuperTokens) -> String {
    let reply = call(supertokens, service_fn(routes), Method::POST, "/sign-in").await;
    reply.header("st-access-token").unwrap().to_owned()
}

/// Sends a request without a session through [`SuperTokensLayer`] to `service`.
pub(crate) async fn call<S, R>(supertokens: &SuperTokens, service: S, method: Method, path: &str) -> Reply
where
    S: Service<Request, Response = http::Response<R>, Error: Debug + 'static>,
    R: Body<Data = Bytes, Error: Into<BoxError>>,
{
    let service = SuperTokensLayer::new(supertokens.clone()).layer(service);
    read(service.oneshot(request(method, path, &[])).await.unwrap()).await
}

/// Sends a request with an access token through [`SuperTokensLayer`] to `service`.
pub(crate) async fn call_as<S, R>(
    supertokens: &SuperTokens,
    service: S,
    token: &str,
    method: Method,
    path: &str,
) -> Reply
where
    S: Service<Request, Response = http::Response<R>, Error: Debug + 'static>,
    R: Body<Data = Bytes, Error: Into<BoxError>>,
{
    let service = SuperTokensLayer::new(supertokens.clone()).layer(service);
    let bearer = format!("Bearer {token}");
    let request = request(method, path, &[("authorization", &bearer)]);
    read(service.oneshot(request).await.unwrap()).await
}

pub(crate) async fn read<R: Body<Data = Bytes, Error: Into<BoxError>>>(response: http::Response<R>) -> Reply {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Into::into).unwrap().to_bytes();
    Reply { status: parts.status, headers: parts.headers, body }
}

/// A service that answers only calls that its readiness was asked for; clones have to be asked again.
pub(crate) struct NeedsReadiness(bool);

impl NeedsReadiness {
    pub(crate) fn new() -> Self {
        Self(false)
    }
}

impl Clone for NeedsReadiness {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl Service<Request> for NeedsReadiness {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0 = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        assert!(std::mem::take(&mut self.0), "called without having been polled");
        ready(Ok(Response::new(json!("called when ready").to_string())))
    }
}
