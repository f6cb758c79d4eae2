//! What the SDK tells a `tracing` subscriber: a span for each function of a recipe, and never a token or a secret.
//!
//! The subscriber hears the whole process, the core's threads too, which is why these tests have a program of their own.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;
use supertokens::kernel::http::Attachment;
use supertokens::session::{AntiCsrf, CreateNewSession, Session, VerifiedSession, VerifySessionOptions};
use supertokens::{AppInfo, Core, Error, ManualClock, Recipe, SuperTokens};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const IN_THE_TOKEN: &str = "what-only-the-token-knows";
const IN_THE_CORE: &str = "what-only-the-core-knows";

/// Everything that anybody in the process has said, one line per span, event or later value.
fn recorded() -> &'static Mutex<Vec<String>> {
    static LINES: OnceLock<&'static Mutex<Vec<String>>> = OnceLock::new();
    LINES.get_or_init(|| {
        let lines: &'static Mutex<Vec<String>> = Box::leak(Box::default());
        tracing::subscriber::set_global_default(Everything { lines, next_span: AtomicU64::new(1) }).unwrap();
        lines
    })
}

struct Everything {
    lines: &'static Mutex<Vec<String>>,
    next_span: AtomicU64,
}

impl Subscriber for Everything {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(format!("span {}", span.metadata().name()));
        span.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
        Id::from_u64(self.next_span.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        let mut line = Line("values".to_owned());
        values.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("event {} {}", event.metadata().target(), event.metadata().level()));
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }

    // As it is, so that nothing hides behind an escape.
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {}={value}", field.name()).unwrap();
    }
}

/// An application, and every token that it has handed out.
struct Browser {
    app: SuperTokens,
    tokens: Vec<String>,
    cookies: Vec<(String, String)>,
    anti_csrf: String,
}

impl Browser {
    /// A `POST` with all cookies; or with others, and then it is somebody else who sends it.
    async fn post(&mut self, path: &str, cookies: Option<String>) -> StatusCode {
        let is_own = cookies.is_none();
        let all = || self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = Request::post(path)
            .header("cookie", cookies.unwrap_or_else(all))
            .header("anti-csrf", &self.anti_csrf)
            .header("st-auth-mode", "cookie")
            .body(Full::new(Bytes::new()))
            .unwrap();
        let app = self.app.clone();
        let response = self.app.serve(request, async move |request| application(&app, request).await).await;
        if is_own {
            self.keep(response.headers());
        }
        response.status()
    }

    fn keep(&mut self, headers: &HeaderMap) {
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        for cookie in headers.get_all("set-cookie").iter().map(text) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
            self.tokens.push(value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="));
            self.tokens.push(value.to_owned());
        }
        self.tokens.extend(headers.get("front-token").map(text));
        if let Some(anti_csrf) = headers.get("anti-csrf").map(text) {
            self.tokens.push(anti_csrf.clone());
            self.anti_csrf = anti_csrf;
        }
    }

    fn cookie(&self, name: &str) -> String {
        self.cookies.iter().find(|(known, _)| known == name).map(|(name, value)| format!("{name}={value}")).unwrap()
    }
}

async fn application(app: &SuperTokens, request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, _) = request.into_parts();
    let verify = || VerifiedSession::<serde_json::Value>::from_parts(&parts, VerifySessionOptions::new());
    match parts.uri.path() {
        "/create" => {
            let exchange = parts.extensions.get::<Attachment>().unwrap().exchange(&parts);
            let new = CreateNewSession::new("public", "user-1");
            Session::of(app)?.create_new_session(&exchange, new).await?;
        }
        "/change" => {
            let session = verify().await?;
            session.merge_into_access_token_payload(&json!({"more": IN_THE_TOKEN})).await?;
            session.update_session_data_in_database(&json!({"more": IN_THE_CORE})).await?;
        }
        _ => drop(verify().await?),
    }
    Ok(Response::new(Full::default()))
}

#[tokio::test]
async fn every_function_of_a_session_life_has_a_span_and_no_token_is_told() {
    let lines = recorded();
    let clock = Arc::new(ManualClock::new(1_900_000_000_000));
    let session = Session::new().anti_csrf(AntiCsrf::ViaToken).override_functions(|functions| {
        functions.create_new_session(async |mut input, original| {
            input.jwt_payload.insert("some", IN_THE_TOKEN)?;
            input.session_data.insert("some", IN_THE_CORE)?;
            original.create_new_session(input).await
        })
    });
    let app = SuperTokens::builder(AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000"))
        .core(Core::embedded(":memory:"))
        .clock(clock.clone())
        .recipes(vec![session.boxed()])
        .build()
        .unwrap();
    let mut browser = Browser { app, tokens: Vec::new(), cookies: Vec::new(), anti_csrf: "none-yet".into() };

    assert_eq!(browser.post("/create", None).await, StatusCode::OK);
    assert_eq!(browser.post("/me", None).await, StatusCode::OK);
    assert_eq!(browser.post("/change", None).await, StatusCode::OK);
    let stolen = browser.cookie("sRefreshToken");
    assert_eq!(browser.post("/auth/session/refresh", None).await, StatusCode::OK);
    assert_eq!(browser.post("/me", None).await, StatusCode::OK);
    let forged = format!("{}x", browser.cookie("sAccessToken"));
    assert_eq!(browser.post("/me", Some(forged)).await, StatusCode::UNAUTHORIZED);
    let garbled = "sAccessToken=a-garbled-token; sRefreshToken=a-garbled-token".to_owned();
    assert_eq!(browser.post("/me", Some(garbled.clone())).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post("/auth/session/refresh", Some(garbled)).await, StatusCode::UNAUTHORIZED);
    browser.tokens.push("a-garbled-token".into());
    clock.advance_ms(3_601_000);
    assert_eq!(browser.post("/me", Some(browser.cookie("sAccessToken"))).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post("/auth/session/refresh", None).await, StatusCode::OK);
    assert_eq!(browser.post("/me", None).await, StatusCode::OK);
    assert_eq!(browser.post("/auth/session/refresh", Some(stolen)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.post("/create", None).await, StatusCode::OK);
    assert_eq!(browser.post("/auth/signout", None).await, StatusCode::OK);
    browser.app.shutdown().await;

    let lines = lines.lock().unwrap().clone();
    for function in
        ["create_new_session", "get_session", "refresh_session", "regenerate_access_token", "revoke_session"]
    {
        assert!(lines.contains(&format!("span session.{function}")), "{function}: {lines:#?}");
    }
    for api in ["refresh_post", "sign_out_post", "verify_session"] {
        assert!(lines.contains(&format!("span session.{api}")), "{api}: {lines:#?}");
    }
    let has_fields = lines.iter().any(|line| line.contains("built the application") && line.contains("recipes="));
    assert!(has_fields, "the subscriber hears fields: {lines:#?}");
    assert_nothing_told(&lines, &browser.tokens);
}

#[tokio::test]
async fn a_core_that_is_away_is_reported_without_its_api_key() {
    let lines = recorded();
    let key = "the-key-that-the-core-demands";
    let app = SuperTokens::builder(AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000"))
        .core(Core::remote("http://127.0.0.1:9").api_key(key))
        .recipes(vec![Session::new().boxed()])
        .build()
        .unwrap();
    let token = "a-refresh-token-that-nobody-reads".to_owned();
    let request = Request::post("/auth/session/refresh").header("authorization", format!("Bearer {token}"));
    let supertokens::Handled::Response(response) = app.handle(request.body(Full::new(Bytes::new())).unwrap()).await
    else {
        panic!("not answered")
    };
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let lines = lines.lock().unwrap().clone();
    assert!(lines.iter().any(|line| line.contains("127.0.0.1:9")), "the operator is told which host: {lines:#?}");
    assert_nothing_told(&lines, &[key.to_owned(), token]);
}

/// Neither a token nor a part of one that would be of use, and nothing of the payloads.
fn assert_nothing_told(lines: &[String], tokens: &[String]) {
    let is_part = |part: &&str| part.len() >= 12;
    // The header of a JWT is the same for all, and says nothing.
    let is_header = |part: &&str| part.starts_with("eyJ") && part.len() < 200 && !part.contains('.');
    let segments = tokens.iter().flat_map(|token| token.split('.')).filter(|part| is_part(part) && !is_header(part));
    let secrets: Vec<&str> = tokens.iter().map(String::as_str).filter(is_part).chain(segments).collect();
    assert!(!secrets.is_empty());
    for line in lines {
        for secret in secrets.iter().chain(&[IN_THE_TOKEN, IN_THE_CORE]) {
            assert!(!line.contains(secret), "`{secret}` is told in: {line}");
        }
    }
}

#[test]
#[should_panic(expected = "is told in: event message=bad token c2lnbmF0dXJlLW9m")]
fn a_part_of_a_token_in_a_line_would_be_noticed() {
    let token = "eyJhbGciOiJSUzI1NiJ9.cGF5bG9hZC1vZi1pdA.c2lnbmF0dXJlLW9m".to_owned();
    assert_nothing_told(&["event message=bad token c2lnbmF0dXJlLW9m".to_owned()], &[token]);
}
