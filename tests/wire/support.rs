//! An application with a core of its own per test, and requests to it as a front end would make them.

use std::sync::Arc;

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::session::{CreateNewSession, Payload, Session, VerifiedSession, VerifySessionOptions};
use supertokens::{AppInfo, Core, Error, Exchange, ManualClock, Recipe, SuperTokens};

/// An application under test, with its own core and clock.
pub(crate) struct App {
    pub(crate) supertokens: SuperTokens,
    pub(crate) clock: Arc<ManualClock>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl App {
    /// An application with this session recipe, on localhost.
    pub(crate) fn new(session: Session) -> Self {
        Self::at("http://localhost:3001", "http://localhost:3000", session)
    }

    /// An application with this session recipe at these domains.
    pub(crate) fn at(api_domain: &str, website_domain: &str, session: Session) -> Self {
        Self::with(AppInfo::new("Acme", api_domain, website_domain), vec![session.boxed()])
    }

    /// An application with these recipes.
    pub(crate) fn with(app_info: AppInfo, recipes: Vec<Box<dyn Recipe>>) -> Self {
        let now_ms = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let clock = Arc::new(ManualClock::new(u64::try_from(now_ms).unwrap()));
        let supertokens = SuperTokens::builder(app_info)
            .core(Core::embedded(":memory:"))
            .clock(clock.clone())
            .recipes(recipes)
            .build()
            .unwrap();
        Self { supertokens, clock }
    }

    /// Sends a request. `/create` makes a session for the user `user-1`, `/me` tells who the session is,
    /// `/update` changes the payload, `/revoke` ends the session; everything else is the SDK's or a 404.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Reply {
        let supertokens = self.supertokens.clone();
        let response = self
            .supertokens
            .serve(request.map(Full::new), async move |request| application(supertokens, request).await)
            .await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request without a body, with these headers.
    pub(crate) async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Bytes::new()).unwrap()).await
    }
}

/// The application's own routes.
async fn application(supertokens: SuperTokens, request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, _body) = request.into_parts();
    let exchange = |parts: &http::request::Parts| -> Exchange {
        parts.extensions.get::<supertokens::kernel::http::Attachment>().unwrap().exchange(parts)
    };
    let body = match parts.uri.path() {
        "/create" => {
            let mut payload = Payload::new();
            payload.insert("role", "admin")?;
            let new = CreateNewSession::new("public", "user-1").jwt_payload(payload.clone()).session_data(payload);
            let session = Session::of(&supertokens)?.create_new_session(&exchange(&parts), new).await?;
            json!({"handle": session.handle()})
        }
        "/me" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            json!({"userId": session.user_id(), "payload": session.claims, "handle": session.handle()})
        }
        "/optional" => {
            let session: Option<VerifiedSession> =
                VerifiedSession::from_parts_if_exists(&parts, VerifySessionOptions::new()).await?;
            json!({"userId": session.map(|session| session.user_id().to_owned())})
        }
        "/update" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            session.merge_into_access_token_payload(&json!({"role": null, "seen": true})).await?;
            json!({"payload": *session.access_token_payload()})
        }
        "/revoke" => {
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            session.revoke_session().await?;
            json!({})
        }
        _ => {
            let mut response = Response::new(Full::new(Bytes::from_static(b"the application's own 404")));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    response.headers_mut().insert("content-type", "application/json".parse().unwrap());
    Ok(response)
}

impl Reply {
    /// The value of a response header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// All `Set-Cookie` headers.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The value that a cookie is set to, as it is written.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.set_cookies().into_iter().find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
        set.split(';').next()
    }

    /// What the front token says.
    pub(crate) fn front_token(&self) -> Option<Value> {
        let token = self.header("front-token")?;
        Some(serde_json::from_slice(&base64::engine::general_purpose::STANDARD.decode(token).ok()?).unwrap())
    }
}
