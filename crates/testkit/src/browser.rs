//! A browser that keeps cookies, or a front end that keeps tokens from headers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use supertokens_app::SuperTokens;
use supertokens_kernel::error::BoxError;
use supertokens_kernel::{BoxFuture, Clock, Exchange, ManualClock, RecipeUserId, Request as SdkRequest};
use supertokens_session::{CreateNewSession, Session, SessionContainer, TokenTransferMethod, VerifySessionOptions};

use crate::jar::Jar;
use crate::response::TestResponse;

/// Gives a request to the application.
pub(crate) type SendRequest = Arc<dyn Fn(Request<Full<Bytes>>) -> BoxFuture<Response<Bytes>> + Send + Sync>;

/// What a browser visits.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) supertokens: SuperTokens,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) send: SendRequest,
}

/// Somebody in front of the application. Keeps the session's tokens as a real front end does: in cookies, or, for
/// [`with_header_tokens`](Self::with_header_tokens), from and in headers.
///
/// It does not refresh by itself, so that a test sees what the application says; [`refresh`](Self::refresh) does.
/// Clones are other people with the same cookies.
pub struct Browser {
    site: Site,
    method: TokenTransferMethod,
    kept: Mutex<Kept>,
}

#[derive(Clone, Default)]
struct Kept {
    jar: Jar,
    access_token: Option<String>,
    refresh_token: Option<String>,
    anti_csrf: Option<String>,
}

/// A request that is about to be sent.
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'b> {
    browser: &'b Browser,
    request: Request<Full<Bytes>>,
}

impl Browser {
    pub(crate) fn new(site: Site) -> Self {
        Self { site, method: TokenTransferMethod::Cookie, kept: Mutex::default() }
    }

    /// A front end that keeps its tokens itself and sends them in `Authorization`, as mobile applications do.
    #[must_use]
    pub fn with_header_tokens(mut self) -> Self {
        self.method = TokenTransferMethod::Header;
        self
    }

    /// `GET` of a path, which may have a query.
    pub fn get(&self, path: &str) -> TestRequest<'_> {
        self.request(Method::GET, path)
    }

    /// `POST` to a path.
    pub fn post(&self, path: &str) -> TestRequest<'_> {
        self.request(Method::POST, path)
    }

    /// A request with any method.
    ///
    /// # Panics
    ///
    /// If `path` is no path.
    pub fn request(&self, method: Method, path: &str) -> TestRequest<'_> {
        let request = Request::builder().method(method).uri(path).body(Full::default());
        let mut request =
            TestRequest { browser: self, request: request.unwrap_or_else(|error| panic!("{path:?}: {error}")) };
        let mode = match self.method {
            TokenTransferMethod::Cookie => "cookie",
            TokenTransferMethod::Header => "header",
        };
        request = request.header("st-auth-mode", mode).header("rid", "anti-csrf");
        let kept = self.kept();
        let uri_path = request.request.uri().path().to_owned();
        if let Some(cookies) = kept.jar.header_for(&uri_path, self.site.clock.now_ms()) {
            request = request.header("cookie", &cookies);
        }
        if let Some(anti_csrf) = &kept.anti_csrf {
            request = request.header("anti-csrf", anti_csrf);
        }
        let token = if uri_path.ends_with("/session/refresh") { &kept.refresh_token } else { &kept.access_token };
        match token {
            Some(token) => request.header("authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// Makes a session for a user and keeps its tokens, as a sign-in would that needs no password. The user need not
    /// exist. Overrides and claims of the application run.
    ///
    /// # Panics
    ///
    /// If no session can be made; the message says why.
    pub async fn sign_in_as(&self, recipe_user_id: impl Into<RecipeUserId>) -> SessionContainer {
        let request = self.request(Method::POST, "/");
        let (parts, _) = request.request.into_parts();
        let exchange = Exchange::new(SdkRequest::new(&parts, Bytes::new(), &Default::default()));
        let sessions = Session::of(&self.site.supertokens).unwrap_or_else(|error| panic!("{error}"));
        let new = CreateNewSession::new("public", recipe_user_id);
        let session = sessions.create_new_session(&exchange, new).await;
        let session = session.unwrap_or_else(|error| panic!("no session can be made: {error}"));
        let mut response = Response::new(Bytes::new());
        exchange.response.apply(response.headers_mut());
        self.keep(&response);
        session
    }

    /// Asks for new tokens with the refresh token, as the official front ends do after a 401.
    pub async fn refresh(&self) -> TestResponse {
        let base = self.site.supertokens.app_info().api_base_path.clone();
        self.post(&format!("{}/session/refresh", base.as_str())).send().await
    }

    /// The session that this browser has, verified as a route would without demanding any claim.
    pub async fn session(&self) -> Option<SessionContainer> {
        let (parts, _) = self.get("/").request.into_parts();
        let exchange = Exchange::new(SdkRequest::new(&parts, Bytes::new(), &Default::default()));
        let sessions = Session::of(&self.site.supertokens).ok()?;
        let options = VerifySessionOptions::new().override_global_claim_validators(async |_, _, _| Ok(Vec::new()));
        sessions.get_session_if_exists(&exchange, options).await.ok().flatten()
    }

    /// The value of a cookie, whatever its path.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.kept().jar.value(name, self.site.clock.now_ms()).map(str::to_owned)
    }

    fn keep(&self, response: &Response<Bytes>) {
        let now_ms = self.site.clock.now_ms();
        let mut kept = self.kept();
        for cookie in response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            kept.jar.store(cookie, now_ms);
        }
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        if self.method == TokenTransferMethod::Header {
            // An empty token takes the kept one away.
            if let Some(token) = header("st-access-token") {
                kept.access_token = Some(token.to_owned()).filter(|token| !token.is_empty());
            }
            if let Some(token) = header("st-refresh-token") {
                kept.refresh_token = Some(token.to_owned()).filter(|token| !token.is_empty());
            }
        }
        if header("front-token") == Some("remove") {
            kept.anti_csrf = None;
        }
        if let Some(anti_csrf) = header("anti-csrf") {
            kept.anti_csrf = Some(anti_csrf.to_owned());
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Browser {
    fn clone(&self) -> Self {
        Self { site: self.site.clone(), method: self.method, kept: Mutex::new(self.kept().clone()) }
    }
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("method", &self.method).finish_non_exhaustive()
    }
}

impl TestRequest<'_> {
    /// Sets a header, in place of any other value.
    ///
    /// # Panics
    ///
    /// If name or value is none that a header may have.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let header = (HeaderName::try_from(name), HeaderValue::try_from(value));
        let (Ok(name), Ok(value)) = header else { panic!("{name:?} with this value cannot be sent as a header") };
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sets the body to JSON.
    ///
    /// # Panics
    ///
    /// If `body` cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|error| panic!("the body is no JSON: {error}"));
        self.header("content-type", "application/json; charset=utf-8").body(body)
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = Full::new(body.into());
        self
    }

    /// Sends it and keeps the tokens that come back.
    pub async fn send(self) -> TestResponse {
        let response = (self.browser.site.send)(self.request).await;
        self.browser.keep(&response);
        TestResponse::new(response)
    }
}

/// Reads a response to its end.
pub(crate) async fn read<B>(response: Response<B>) -> Response<Bytes>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes()),
        Err(error) => panic!("the response's body cannot be read: {}", error.into()),
    }
}
