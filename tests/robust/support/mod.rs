//! An application to send requests to, over any core.

mod fake_core;
mod log;

pub(crate) use fake_core::{Act, FakeCore};
pub(crate) use log::logged;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::session::{CreateNewSession, Session, Sessions, VerifiedSession, VerifySessionOptions};
use supertokens::{AppInfo, Core, Error, ManualClock, Recipe, SuperTokens};

/// An application under test, with a clock that stands still until it is moved.
pub(crate) struct App {
    pub(crate) supertokens: SuperTokens,
    pub(crate) clock: Arc<ManualClock>,
}

/// What a browser gets.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl App {
    /// An application with the session recipe's defaults on this core.
    pub(crate) fn on(core: Core) -> Self {
        Self::with(core, Session::new())
    }

    /// An application with this session recipe on this core.
    pub(crate) fn with(core: Core, session: Session) -> Self {
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let clock = Arc::new(ManualClock::new(u64::try_from(now_ms).unwrap()));
        let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
        let supertokens =
            SuperTokens::builder(app_info).core(core).clock(clock.clone()).recipes(vec![session.boxed()]).build();
        Self { supertokens: supertokens.unwrap(), clock }
    }

    /// An application on an embedded core of its own.
    pub(crate) fn embedded() -> Self {
        Self::on(Core::embedded(":memory:"))
    }

    /// The application's session functions.
    pub(crate) fn sessions(&self) -> Sessions {
        Session::of(&self.supertokens).unwrap()
    }

    /// Sends a request. `/create` makes a session for `user-1`, `/me` tells whose session it is, everything else is the
    /// SDK's or a 404.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Reply {
        let supertokens = self.supertokens.clone();
        let response =
            self.supertokens.serve(request.map(Full::new), async |request| application(&supertokens, request).await);
        read(response.await).await
    }

    /// Sends a request without a body, with these headers.
    pub(crate) async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Bytes::new()).unwrap()).await
    }

    /// Refreshes with a token in a cookie, as a browser does.
    pub(crate) async fn refresh_by_cookie(&self, refresh_token: &str) -> Reply {
        let cookie = format!("sRefreshToken={}", refresh_token.replace('+', "%2B"));
        self.call(Method::POST, "/auth/session/refresh", &[("cookie", &cookie)]).await
    }
}

/// Reads a response to its end.
pub(crate) async fn read<B: BodyExt<Error: std::fmt::Debug>>(response: Response<B>) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
    Reply { status: parts.status, headers: parts.headers, body }
}

/// The application's own routes.
async fn application(supertokens: &SuperTokens, request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, _body) = request.into_parts();
    let body = match parts.uri.path() {
        "/create" => {
            let exchange = parts.extensions.get::<supertokens::kernel::http::Attachment>().unwrap().exchange(&parts);
            let new = CreateNewSession::new("public", "user-1");
            let session = Session::of(supertokens)?.create_new_session(&exchange, new).await?;
            json!({"handle": session.handle()})
        }
        "/me" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            json!({"userId": session.user_id()})
        }
        _ => {
            let mut response = Response::new(Full::new(Bytes::from_static(b"the application's own 404")));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    Ok(Response::new(Full::new(Bytes::from(body.to_string()))))
}

impl Reply {
    /// The status and the body.
    pub(crate) fn seen(&self) -> (u16, &Value) {
        (self.status.as_u16(), &self.body)
    }

    /// The value that a cookie is set to, decoded, if it is set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let mut all = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let value = all.find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?.split(';').next()?;
        Some(value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
    }
}
