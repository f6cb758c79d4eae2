//! What a client of an axum application sees.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use supertokens_app::SuperTokens;
use supertokens_axum::{
    AuthRequest, Error, RequireClaim, SessionOptions, SuperTokensLayer, VerifiedSession, VerifySessionLayer,
};
use supertokens_kernel::{AppInfo, Exchange};
use supertokens_session::claims::{ClaimValidationResult, ClaimValidator};
use supertokens_session::{CreateNewSession, Session, SessionError, VerifySessionOptions};
use tower::ServiceExt;

use crate::support::log::log;
use crate::support::{call, call_as, sign_in, supertokens, supertokens_with};

#[derive(Deserialize)]
struct MyClaims {
    role: String,
}

struct AskTheCore;

impl SessionOptions for AskTheCore {
    fn options() -> VerifySessionOptions {
        VerifySessionOptions::new().check_database(true)
    }
}

async fn me(session: VerifiedSession<MyClaims>) -> Json<Value> {
    Json(json!({"userId": session.user_id(), "role": session.claims.role}))
}

async fn greet(session: Option<VerifiedSession>) -> String {
    session.map_or("nobody".to_owned(), |session| session.user_id().to_owned())
}

async fn create(auth: AuthRequest) -> Result<&'static str, Error> {
    let mut new = CreateNewSession::new("public", "user-1");
    new.jwt_payload.insert("role", "admin")?;
    Session::of(&auth)?.create_new_session(&auth.exchange, new).await?;
    Ok("created")
}

async fn update(session: VerifiedSession) -> Result<&'static str, Error> {
    session.merge_into_access_token_payload(&json!({"seen": true})).await?;
    Ok("updated")
}

async fn ask_the_core(session: VerifiedSession<Value, AskTheCore>) -> String {
    session.user_id().to_owned()
}

fn routes() -> Router {
    Router::new()
        .route("/me", get(me))
        .route("/greet", get(greet).post(greet))
        .route("/sign-in", post(create))
        .route("/update", post(update))
        .route("/ask-the-core", get(ask_the_core))
}

fn app(supertokens: &SuperTokens) -> Router {
    routes().layer(SuperTokensLayer::new(supertokens.clone()))
}

fn unauthorised() -> (StatusCode, Value) {
    (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"}))
}

#[tokio::test]
async fn auth_routes_are_answered_and_unknown_ones_are_the_routers() {
    let app = app(&supertokens());
    assert_eq!(call(&app, Method::POST, "/auth/session/refresh").await.json(), unauthorised());
    assert_eq!(call(&app, Method::POST, "/auth/elsewhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_is_an_argument_of_a_handler_with_its_payload_as_a_type() {
    let app = app(&supertokens());
    assert_eq!(call(&app, Method::GET, "/me").await.json(), unauthorised());
    let token = sign_in(&app).await;
    let me = call_as(&app, &token, Method::GET, "/me").await;
    assert_eq!(me.json(), (StatusCode::OK, json!({"userId": "user-1", "role": "admin"})));
}

#[tokio::test]
async fn an_optional_session_may_be_missing_but_not_bad() {
    let app = app(&supertokens());
    assert_eq!(call(&app, Method::GET, "/greet").await.text(), "nobody");
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/greet").await.text(), "user-1");
    let (start, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", signature.chars().rev().collect::<String>());
    let refused = call_as(&app, &forged, Method::GET, "/greet").await;
    assert_eq!(refused.json(), (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"})));
}

#[tokio::test]
async fn tokens_that_change_in_a_handler_reach_its_response() {
    let app = app(&supertokens());
    let token = sign_in(&app).await;
    let updated = call_as(&app, &token, Method::POST, "/update").await;
    assert_eq!(updated.text(), "updated");
    assert!(updated.header("st-access-token").is_some_and(|new| new != token));
    assert_eq!(updated.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_route_may_say_by_a_type_that_the_core_is_asked() {
    let app = app(&supertokens());
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/ask-the-core").await.text(), "user-1");
    call_as(&app, &token, Method::POST, "/auth/signout").await;
    assert_eq!(call_as(&app, &token, Method::GET, "/me").await.status, StatusCode::OK, "good until it expires");
    let refused = call_as(&app, &token, Method::GET, "/ask-the-core").await;
    assert_eq!(refused.json(), unauthorised());
    assert_eq!(refused.header("front-token"), Some("remove"), "what the error changes reaches the response too");
}

#[tokio::test]
async fn routes_may_get_their_options_from_a_layer_whose_session_the_handler_takes() {
    let supertokens = supertokens();
    let options = VerifySessionOptions::new()
        .check_database(true)
        .override_global_claim_validators(async |_, _, _| Ok(vec![never()]));
    let guarded = routes().route_layer(VerifySessionLayer::new(options));
    let asks = routes().route_layer(VerifySessionLayer::new(VerifySessionOptions::new().check_database(true)));
    let app = Router::new().nest("/never", guarded).nest("/asks", asks).merge(routes());
    let app = app.layer(SuperTokensLayer::new(supertokens));
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/never/greet").await.status, StatusCode::FORBIDDEN);
    assert_eq!(call_as(&app, &token, Method::GET, "/asks/greet").await.text(), "user-1");
    assert_eq!(call(&app, Method::GET, "/asks/greet").await.json(), unauthorised());
    call_as(&app, &token, Method::POST, "/auth/signout").await;
    assert_eq!(call_as(&app, &token, Method::GET, "/asks/greet").await.json(), unauthorised());
    assert_eq!(call_as(&app, &token, Method::GET, "/greet").await.text(), "user-1");
}

#[tokio::test]
async fn a_claim_is_demanded_by_a_route_layer() {
    let app = Router::new()
        .nest("/admins", routes().route_layer(RequireClaim::new(role("admin"))))
        .nest("/owners", routes().route_layer(RequireClaim::new(role("owner"))))
        .merge(routes())
        .layer(SuperTokensLayer::new(supertokens()));
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/admins/greet").await.text(), "user-1");
    let refused = call_as(&app, &token, Method::GET, "/owners/greet").await;
    let failed = json!([{"id": "role", "reason": {"message": "wrong role"}}]);
    assert_eq!(
        refused.json(),
        (StatusCode::FORBIDDEN, json!({"message": "invalid claim", "claimValidationErrors": failed}))
    );
    assert_eq!(call(&app, Method::GET, "/admins/greet").await.json(), unauthorised());
}

#[tokio::test]
async fn an_anti_csrf_check_can_be_left_out_for_a_route() {
    struct NoCheck;
    impl SessionOptions for NoCheck {
        fn options() -> VerifySessionOptions {
            VerifySessionOptions::new().anti_csrf_check(false)
        }
    }
    async fn unchecked(session: VerifiedSession<Value, NoCheck>) -> String {
        session.user_id().to_owned()
    }
    let session = Session::new().anti_csrf(supertokens_session::AntiCsrf::ViaCustomHeader);
    let layer = SuperTokensLayer::new(supertokens_with(session));
    let app = routes().route("/unchecked", post(unchecked)).layer(layer);
    let request = |path: &str| Request::builder().method(Method::POST).uri(path).header("st-auth-mode", "cookie");
    let created =
        support::read(app.clone().oneshot(request("/sign-in").body(Body::empty()).unwrap()).await.unwrap()).await;
    let cookie = created.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let post = async |path: &str| {
        let request = request(path).header("cookie", &cookie).body(Body::empty()).unwrap();
        support::read(app.clone().oneshot(request).await.unwrap()).await
    };
    assert_eq!(post("/greet").await.json().1, json!({"message": "try refresh token"}));
    assert_eq!(post("/unchecked").await.text(), "user-1");
}

#[tokio::test]
async fn errors_of_the_sdk_that_a_handler_returns_are_answered_and_headers_of_layers_stay() {
    async fn refuse() -> Result<(), Error> {
        Err(SessionError::try_refresh_token("expired"))?
    }
    async fn bad_input() -> Result<(), Error> {
        Err(supertokens_kernel::Error::bad_input("no such thing"))?
    }
    async fn add_header(request: axum::extract::Request, next: axum::middleware::Next) -> impl IntoResponse {
        let response = next.run(request).await;
        ([("x-seen", response.status().as_str().to_owned())], response)
    }
    let app = Router::new()
        .route("/refuse", get(refuse))
        .route("/bad-input", get(bad_input))
        .layer(axum::middleware::from_fn(add_header))
        .layer(SuperTokensLayer::new(supertokens()));
    let refused = call(&app, Method::GET, "/refuse").await;
    assert_eq!(refused.json(), (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"})));
    assert_eq!(refused.header("x-seen"), Some("401"), "metrics between handler and layer see the usual status");
    assert_eq!(refused.header("content-type"), Some("application/json; charset=utf-8"));
    let bad_input = call(&app, Method::GET, "/bad-input").await;
    assert_eq!(bad_input.json(), (StatusCode::BAD_REQUEST, json!({"message": "no such thing"})));
}

#[tokio::test]
async fn the_applications_own_error_handler_writes_the_reply() {
    let session = Session::new().on_unauthorised(async |_, exchange: Exchange, _| {
        exchange.response.set_header("x-sign-in", "/login")?;
        supertokens_kernel::http::json_response(StatusCode::IM_A_TEAPOT, &json!({"message": "please sign in"}))
    });
    let app = app(&supertokens_with(session));
    let refused = call(&app, Method::GET, "/me").await;
    assert_eq!(refused.json(), (StatusCode::IM_A_TEAPOT, json!({"message": "please sign in"})));
    assert_eq!(refused.header("x-sign-in"), Some("/login"));
}

#[tokio::test]
async fn a_handler_may_look_at_the_error_and_nothing_is_removed_then() {
    async fn look(session: Result<VerifiedSession, Error>) -> String {
        session.map_or_else(|error| error.to_string(), |session| session.user_id().to_owned())
    }
    let app = Router::new().route("/look", get(look)).layer(SuperTokensLayer::new(supertokens()));
    let looked = call(&app, Method::GET, "/look").await;
    assert_eq!(
        looked.text(),
        "Session does not exist. Are you sending the session tokens in the request with the appropriate token transfer method?"
    );
    assert_eq!(looked.header("front-token"), None);
}

#[tokio::test]
async fn state_nested_routers_and_streaming_bodies_work() {
    #[derive(Clone)]
    struct AppState(&'static str);
    async fn with_state(State(AppState(name)): State<AppState>, session: VerifiedSession, body: Bytes) -> String {
        format!("{name} {} {}", session.user_id(), body.len())
    }
    async fn stream(_session: VerifiedSession) -> Body {
        Body::new(http_body_util::StreamBody::new(Chunks(3)))
    }
    let nested = Router::new().route("/state", post(with_state)).route("/stream", get(stream));
    let app = Router::new().nest("/a", Router::new().nest("/b", nested)).with_state(AppState("state"));
    let app = app.merge(routes()).layer(SuperTokensLayer::new(supertokens()));
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::POST, "/a/b/state").await.text(), "state user-1 0");
    assert_eq!(call_as(&app, &token, Method::GET, "/a/b/stream").await.text(), "chunk chunk chunk ");
    assert_eq!(call(&app, Method::GET, "/a/b/stream").await.json(), unauthorised());
}

#[tokio::test]
async fn without_the_layer_the_answer_and_the_log_name_the_line_to_add() {
    let (log, _guard) = log();
    let app = routes();
    let line = ".layer(SuperTokensLayer::new(supertokens))";
    for (method, path) in [(Method::GET, "/me"), (Method::GET, "/greet"), (Method::POST, "/sign-in")] {
        let (status, body) = call(&app, method, path).await.json();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body["message"].as_str().unwrap().contains(line), "{body}");
    }
    assert!(log.text().contains(line), "{}", log.text());
}

#[tokio::test]
async fn two_applications_in_one_process_do_not_meet() {
    let (one, other) = (app(&supertokens()), app(&supertokens()));
    let token = sign_in(&one).await;
    assert_eq!(call_as(&one, &token, Method::GET, "/me").await.status, StatusCode::OK);
    assert_eq!(call_as(&other, &token, Method::GET, "/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_application_set_up_well_has_no_findings() {
    let supertokens = supertokens();
    let app = app(&supertokens).layer(supertokens_axum::cors(&supertokens));
    assert_eq!(supertokens_axum::check(&supertokens, &app).await, []);
}

#[tokio::test]
async fn mistakes_are_found_at_start() {
    let supertokens = supertokens();
    let ids = async |app: Router| -> Vec<_> {
        supertokens_axum::check(&supertokens, &app).await.iter().map(|finding| finding.id).collect()
    };
    let layer = || SuperTokensLayer::new(supertokens.clone());
    let cors = || supertokens_axum::cors(&supertokens);
    assert_eq!(ids(routes()).await, ["auth-routes-not-seen"]);
    assert_eq!(
        ids(routes().layer(layer()).fallback(async || "the page").layer(cors())).await,
        ["auth-routes-not-seen"]
    );
    assert_eq!(ids(Router::new().nest("/api", app(&supertokens))).await, ["auth-routes-not-seen"]);
    assert_eq!(ids(app(&supertokens)).await, ["cors-missing"]);
    assert_eq!(ids(routes().layer(cors()).layer(layer())).await, ["cors-inside"]);
    let open = tower_http::cors::CorsLayer::permissive();
    assert_eq!(ids(app(&supertokens).layer(open)).await, ["cors-wildcard", "cors-credentials", "cors-headers"]);
    let very_open = tower_http::cors::CorsLayer::very_permissive();
    assert_eq!(ids(app(&supertokens).layer(very_open)).await, ["cors-any-origin"]);
    let own_list = cors().expose_headers([axum::http::HeaderName::from_static("x-mine")]);
    assert_eq!(ids(app(&supertokens).layer(own_list)).await, ["cors-exposed"]);
}

#[tokio::test]
async fn cookies_that_browsers_drop_are_found_at_start() {
    let ids = async |api: &str, website: &str, session: Session| -> Vec<_> {
        let supertokens = support::supertokens_of(AppInfo::new("Acme", api, website), session);
        let app = app(&supertokens).layer(supertokens_axum::cors(&supertokens));
        supertokens_axum::check(&supertokens, &app).await.iter().map(|finding| finding.id).collect()
    };
    let secure = || Session::new().cookie_secure(true);
    assert_eq!(ids("http://api.acme.com", "http://acme.com", secure()).await, ["cookie-secure-on-http"]);
    assert_eq!(ids("https://api.acme.com", "https://acme.com", secure()).await, [""; 0]);
    assert_eq!(ids("https://api.acme.com", "https://acme.org", secure()).await, [""; 0]);
    let two_sites = ids("http://api.acme.com", "http://acme.org", Session::new()).await;
    assert_eq!(two_sites, ["cross-site-without-https", "cookie-none-not-secure"]);
    let lax = Session::new().cookie_same_site(supertokens_session::SameSite::Lax);
    assert_eq!(ids("https://api.acme.com", "https://acme.org", lax).await, ["cookie-same-site"]);
}

#[tokio::test]
async fn addresses_that_cannot_work_are_in_the_log_at_once() {
    let (log, _guard) = log();
    let app_info = AppInfo::new("Acme", "http://127.0.0.1:3001", "http://localhost:3000");
    support::supertokens_of(app_info, Session::new());
    assert!(log.text().contains("WARN") && log.text().contains("Use the same name in both"), "{}", log.text());
}

#[tokio::test]
async fn where_the_website_depends_on_the_request_so_does_the_allowed_origin() {
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "").origin(|request, _| {
        match request.and_then(|request| request.header("origin")) {
            Some("http://localhost:4000") => "http://localhost:4000".to_owned(),
            _ => "http://localhost:3000".to_owned(),
        }
    });
    let supertokens = support::supertokens_of(app_info, Session::new());
    let app = app(&supertokens).layer(supertokens_axum::cors(&supertokens));
    for (origin, allowed) in
        [("http://localhost:4000", true), ("http://localhost:3000", true), ("http://localhost:5000", false)]
    {
        let preflight = Request::builder().method(Method::OPTIONS).uri("/me").header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "GET").body(Body::empty()).unwrap();
        let response = app.clone().oneshot(preflight).await.unwrap();
        let answer = response.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(answer, allowed.then_some(origin));
    }
}

fn never() -> ClaimValidator {
    ClaimValidator::new("never", |_| ClaimValidationResult::invalid(json!({"message": "never"})))
}

fn role(expected: &'static str) -> ClaimValidator {
    ClaimValidator::new("role", move |check| match check.payload.get("role") {
        Some(role) if role == expected => ClaimValidationResult::Valid,
        _ => ClaimValidationResult::invalid(json!({"message": "wrong role"})),
    })
}

/// A body in pieces.
struct Chunks(u8);

impl futures_util::Stream for Chunks {
    type Item = Result<http_body::Frame<Bytes>, std::convert::Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let left = self.0;
        self.0 = left.saturating_sub(1);
        std::task::Poll::Ready((left > 0).then(|| Ok(http_body::Frame::data(Bytes::from_static(b"chunk ")))))
    }
}
