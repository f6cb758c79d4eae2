//! Requests as front ends make them.

use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use supertokens::session::TokenTransferMethod;

use super::application::application;
use super::{App, Reply};

/// A request that is about to be sent.
#[must_use]
pub(crate) struct Call<'a> {
    app: &'a App,
    request: Request<Bytes>,
}

/// The tokens of a session, as a front end keeps them.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) method: TokenTransferMethod,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) anti_csrf: Option<String>,
    pub(crate) handle: String,
}

impl<'a> Call<'a> {
    pub(super) fn new(app: &'a App, method: Method, path: &str) -> Self {
        Self { app, request: Request::builder().method(method).uri(path).body(Bytes::new()).unwrap() }
    }

    /// Adds a header, also beside one of the same name.
    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.request.headers_mut().append(name, HeaderValue::from_bytes(value.as_ref()).unwrap());
        self
    }

    pub(crate) fn headers<V: AsRef<[u8]>>(self, headers: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        headers.into_iter().fold(self, |call, (name, value)| call.header(name, value))
    }

    /// Asks for tokens in cookies or headers, as front ends do.
    pub(crate) fn auth_mode(self, method: TokenTransferMethod) -> Self {
        let mode = match method {
            TokenTransferMethod::Cookie => "cookie",
            TokenTransferMethod::Header => "header",
        };
        self.header("st-auth-mode", mode)
    }

    /// Sends the session's access token along.
    pub(crate) fn session(self, tokens: &Tokens) -> Self {
        self.headers(tokens.for_access())
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json; charset=utf-8").body(body.to_string())
    }

    pub(crate) async fn send(self) -> Reply {
        let supertokens = self.app.supertokens.clone();
        let request = self.request.map(Full::new);
        let response =
            self.app.supertokens.serve(request, async move |request| application(supertokens, request).await).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

impl Tokens {
    /// What a request to the application carries.
    pub(crate) fn for_access(&self) -> [(&'static str, String); 1] {
        match self.method {
            TokenTransferMethod::Cookie => [("cookie", format!("sAccessToken={}", self.access))],
            TokenTransferMethod::Header => [("authorization", format!("Bearer {}", self.access))],
        }
    }

    /// What a request to the refresh route carries.
    pub(crate) fn for_refresh(&self) -> [(&'static str, String); 1] {
        match self.method {
            TokenTransferMethod::Cookie => {
                [("cookie", format!("sAccessToken={}; sRefreshToken={}", self.access, self.refresh))]
            }
            TokenTransferMethod::Header => [("authorization", format!("Bearer {}", self.refresh))],
        }
    }
}
