//! What a client of an actix-web application sees.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use actix_web::body::SizedStream;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Data, Json, ServiceConfig};
use actix_web::{App, HttpResponse};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use supertokens_actix_web::{
    AuthRequest, Error, OptionalSession, RequireClaim, SessionOptions, SuperTokensMiddleware, VerifiedSession,
    VerifySession,
};
use supertokens_kernel::{AppInfo, Exchange};
use supertokens_session::claims::{ClaimValidationResult, ClaimValidator};
use supertokens_session::{AntiCsrf, CreateNewSession, Session, SessionError, VerifySessionOptions};

use crate::support::log::log;
use crate::support::{call, call_as, send, sign_in, supertokens, supertokens_with};

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

async fn greet(session: OptionalSession) -> String {
    session.as_ref().map_or("nobody".to_owned(), |session| session.user_id().to_owned())
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

fn routes(config: &mut ServiceConfig) {
    config
        .route("/me", web::get().to(me))
        .route("/greet", web::get().to(greet))
        .route("/greet", web::post().to(greet))
        .route("/sign-in", web::post().to(create))
        .route("/update", web::post().to(update))
        .route("/ask-the-core", web::get().to(ask_the_core));
}

/// A service of these routes behind the middleware.
macro_rules! app {
    ($supertokens:expr) => {
        app!($supertokens, |app: App<_>| app)
    };
    ($supertokens:expr, $more:expr) => {
        init_service($more(App::new()).configure(routes).wrap(SuperTokensMiddleware::new($supertokens.clone()))).await
    };
}

fn unauthorised() -> (StatusCode, Value) {
    (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"}))
}

#[actix_web::test]
async fn auth_routes_are_answered_and_unknown_ones_are_the_applications() {
    let app = app!(supertokens());
    assert_eq!(call(&app, Method::POST, "/auth/session/refresh").await.json(), unauthorised());
    assert_eq!(call(&app, Method::POST, "/auth/elsewhere").await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_session_is_an_argument_of_a_handler_with_its_payload_as_a_type() {
    let app = app!(supertokens());
    assert_eq!(call(&app, Method::GET, "/me").await.json(), unauthorised());
    let token = sign_in(&app).await;
    let me = call_as(&app, &token, Method::GET, "/me").await;
    assert_eq!(me.json(), (StatusCode::OK, json!({"userId": "user-1", "role": "admin"})));
}

#[actix_web::test]
async fn an_optional_session_may_be_missing_but_not_bad() {
    let app = app!(supertokens());
    assert_eq!(call(&app, Method::GET, "/greet").await.text(), "nobody");
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/greet").await.text(), "user-1");
    let (start, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{start}.{}", signature.chars().rev().collect::<String>());
    let refused = call_as(&app, &forged, Method::GET, "/greet").await;
    assert_eq!(refused.json(), (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"})));
}

#[actix_web::test]
async fn tokens_that_change_in_a_handler_reach_its_response() {
    let app = app!(supertokens());
    let token = sign_in(&app).await;
    let updated = call_as(&app, &token, Method::POST, "/update").await;
    assert_eq!(updated.text(), "updated");
    assert!(updated.header("st-access-token").is_some_and(|new| new != token));
    assert_eq!(updated.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn a_route_may_say_by_a_type_that_the_core_is_asked() {
    let app = app!(supertokens());
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/ask-the-core").await.text(), "user-1");
    call_as(&app, &token, Method::POST, "/auth/signout").await;
    assert_eq!(call_as(&app, &token, Method::GET, "/me").await.status, StatusCode::OK, "good until it expires");
    let refused = call_as(&app, &token, Method::GET, "/ask-the-core").await;
    assert_eq!(refused.json(), unauthorised());
    assert_eq!(refused.header("front-token"), Some("remove"), "what the error changes reaches the response too");
}

#[actix_web::test]
async fn scopes_may_get_their_options_from_a_middleware_whose_session_the_handler_takes() {
    let app = app!(supertokens(), |app: App<_>| {
        let never = VerifySessionOptions::new().override_global_claim_validators(async |_, _, _| Ok(vec![never()]));
        let asks = VerifySessionOptions::new().check_database(true);
        let optional = VerifySessionOptions::new().session_required(false);
        app.service(web::scope("/never").configure(routes).wrap(VerifySession::new(never)))
            .service(web::scope("/asks").configure(routes).wrap(VerifySession::new(asks)))
            .service(web::scope("/optional").configure(routes).wrap(VerifySession::new(optional)))
    });
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/never/greet").await.status, StatusCode::FORBIDDEN);
    assert_eq!(call_as(&app, &token, Method::GET, "/asks/greet").await.text(), "user-1");
    assert_eq!(call(&app, Method::GET, "/asks/greet").await.json(), unauthorised());
    assert_eq!(call(&app, Method::GET, "/optional/greet").await.text(), "nobody");
    call_as(&app, &token, Method::POST, "/auth/signout").await;
    let refused = call_as(&app, &token, Method::GET, "/asks/greet").await;
    assert_eq!(refused.json(), unauthorised());
    assert_eq!(refused.header("front-token"), Some("remove"));
    assert_eq!(call_as(&app, &token, Method::GET, "/greet").await.text(), "user-1");
}

#[actix_web::test]
async fn a_claim_is_demanded_by_a_middleware() {
    let app = app!(supertokens(), |app: App<_>| {
        let asks = VerifySessionOptions::new().check_database(true);
        let owners = web::scope("/owners").configure(routes).wrap(RequireClaim::new(role("owner")));
        app.service(web::scope("/admins").configure(routes).wrap(RequireClaim::new(role("admin"))))
            .service(web::scope("/asks").service(owners).wrap(VerifySession::new(asks)))
            .service(web::scope("/owners").configure(routes).wrap(RequireClaim::new(role("owner"))))
    });
    let token = sign_in(&app).await;
    assert_eq!(call_as(&app, &token, Method::GET, "/admins/greet").await.text(), "user-1");
    let failed = json!([{"id": "role", "reason": {"message": "wrong role"}}]);
    let expected = (StatusCode::FORBIDDEN, json!({"message": "invalid claim", "claimValidationErrors": failed}));
    assert_eq!(call_as(&app, &token, Method::GET, "/owners/greet").await.json(), expected);
    assert_eq!(call_as(&app, &token, Method::GET, "/asks/owners/greet").await.json(), expected);
    assert_eq!(call(&app, Method::GET, "/admins/greet").await.json(), unauthorised());
}

#[actix_web::test]
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
    let supertokens = supertokens_with(Session::new().anti_csrf(AntiCsrf::ViaCustomHeader));
    let app = app!(supertokens, |app: App<_>| app.route("/unchecked", web::post().to(unchecked)));
    let created = send(&app, TestRequest::post().uri("/sign-in").insert_header(("st-auth-mode", "cookie"))).await;
    let cookie = created.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let post = async |path: &str| send(&app, TestRequest::post().uri(path).insert_header(("cookie", &*cookie))).await;
    assert_eq!(post("/greet").await.json().1, json!({"message": "try refresh token"}));
    assert_eq!(post("/unchecked").await.text(), "user-1");
}

#[actix_web::test]
async fn errors_of_the_sdk_are_answered_wherever_they_come_from_and_headers_of_middlewares_stay() {
    async fn refuse() -> Result<HttpResponse, Error> {
        Err(SessionError::try_refresh_token("expired"))?
    }
    async fn bad_input() -> Result<HttpResponse, Error> {
        Err(supertokens_kernel::Error::bad_input("no such thing"))?
    }
    async fn own() -> Result<HttpResponse, actix_web::Error> {
        Err(actix_web::error::ErrorConflict("the application's own"))
    }
    let app = app!(supertokens(), |app: App<_>| {
        let counted = web::scope("/counted").route("", web::get().to(refuse)).wrap(from_fn(
            async |request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| {
                let mut response: actix_web::dev::ServiceResponse<_> = next.call(request).await?;
                let seen = response.status().as_str().parse().unwrap();
                response.headers_mut().insert("x-seen".parse().unwrap(), seen);
                Ok::<_, actix_web::Error>(response)
            },
        ));
        let failing = web::scope("/failing").route("", web::get().to(refuse)).wrap(from_fn(
            async |_: actix_web::dev::ServiceRequest, _: actix_web::middleware::Next<actix_web::body::BoxBody>| {
                Err::<actix_web::dev::ServiceResponse, _>(
                    Error::from(SessionError::try_refresh_token("expired")).into(),
                )
            },
        ));
        app.service(counted)
            .service(failing)
            .route("/bad-input", web::get().to(bad_input))
            .route("/own", web::get().to(own))
    });
    let try_refresh_token = (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"}));
    let counted = call(&app, Method::GET, "/counted").await;
    assert_eq!(counted.json(), try_refresh_token);
    assert_eq!(counted.header("x-seen"), Some("401"), "metrics between handler and SuperTokens see the usual status");
    assert_eq!(counted.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(call(&app, Method::GET, "/failing").await.json(), try_refresh_token);
    let bad_input = call(&app, Method::GET, "/bad-input").await;
    assert_eq!(bad_input.json(), (StatusCode::BAD_REQUEST, json!({"message": "no such thing"})));
    assert_eq!(call(&app, Method::GET, "/own").await.status, StatusCode::CONFLICT);
}

#[actix_web::test]
async fn the_applications_own_error_handler_writes_the_reply() {
    let session = Session::new().on_unauthorised(async |_, exchange: Exchange, _| {
        exchange.response.set_header("x-sign-in", "/login")?;
        supertokens_kernel::http::json_response(http::StatusCode::IM_A_TEAPOT, &json!({"message": "please sign in"}))
    });
    let app = app!(supertokens_with(session));
    let refused = call(&app, Method::GET, "/me").await;
    assert_eq!(refused.json(), (StatusCode::IM_A_TEAPOT, json!({"message": "please sign in"})));
    assert_eq!(refused.header("x-sign-in"), Some("/login"));
}

#[actix_web::test]
async fn a_handler_may_look_at_the_error_and_nothing_is_removed_then() {
    async fn look(session: Result<VerifiedSession, Error>) -> String {
        session.map_or_else(|error| error.to_string(), |session| session.user_id().to_owned())
    }
    let app = app!(supertokens(), |app: App<_>| app.route("/look", web::get().to(look)));
    let looked = call(&app, Method::GET, "/look").await;
    assert!(looked.text().starts_with("Session does not exist."), "{looked:?}");
    assert_eq!(looked.header("front-token"), None);
}

#[actix_web::test]
async fn state_nested_scopes_and_streaming_bodies_work() {
    async fn with_state(name: Data<&'static str>, session: VerifiedSession, body: Bytes) -> String {
        format!("{} {} {}", **name, session.user_id(), body.len())
    }
    async fn stream(_session: VerifiedSession) -> HttpResponse {
        let chunks =
            futures_util::stream::iter((0..3).map(|_| Ok::<_, actix_web::Error>(Bytes::from_static(b"chunk "))));
        HttpResponse::Ok().body(SizedStream::new(18, chunks))
    }
    let app = app!(supertokens(), |app: App<_>| {
        let inner =
            web::scope("/b").route("/state", web::post().to(with_state)).route("/stream", web::get().to(stream));
        app.app_data(Data::new("state")).service(web::scope("/a").service(inner))
    });
    let token = sign_in(&app).await;
    let bearer = ("authorization", format!("Bearer {token}"));
    let post = TestRequest::post().uri("/a/b/state").insert_header(bearer).set_payload("12345");
    assert_eq!(send(&app, post).await.text(), "state user-1 5");
    assert_eq!(call_as(&app, &token, Method::GET, "/a/b/stream").await.text(), "chunk chunk chunk ");
    assert_eq!(call(&app, Method::GET, "/a/b/stream").await.json(), unauthorised());
}

#[actix_web::test]
async fn a_request_that_asks_for_a_websocket_is_verified_like_any_other() {
    async fn socket(session: VerifiedSession) -> HttpResponse {
        HttpResponse::SwitchingProtocols().upgrade("websocket").insert_header(("x-user", session.user_id())).finish()
    }
    let app = app!(supertokens(), |app: App<_>| app.route("/socket", web::get().to(socket)));
    let upgrade = || {
        let request = TestRequest::get().uri("/socket").insert_header(("connection", "upgrade"));
        request.insert_header(("upgrade", "websocket"))
    };
    assert_eq!(send(&app, upgrade()).await.json(), unauthorised());
    let token = sign_in(&app).await;
    let opened = send(&app, upgrade().insert_header(("authorization", format!("Bearer {token}")))).await;
    assert_eq!((opened.status, opened.header("x-user")), (StatusCode::SWITCHING_PROTOCOLS, Some("user-1")));
}

#[actix_web::test]
async fn without_the_middleware_the_answer_and_the_log_name_the_line_to_add() {
    let (log, _guard) = log();
    let guarded = web::scope("/guarded").configure(routes).wrap(VerifySession::default());
    let app = init_service(App::new().service(guarded).configure(routes)).await;
    let line = ".wrap(SuperTokensMiddleware::new(supertokens.clone()))";
    let requests =
        [(Method::GET, "/me"), (Method::GET, "/greet"), (Method::POST, "/sign-in"), (Method::GET, "/guarded/greet")];
    for (method, path) in requests {
        let (status, body) = call(&app, method, path).await.json();
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body["message"].as_str().unwrap().contains(line), "{body}");
    }
    assert!(log.text().contains(line), "{}", log.text());
}

#[actix_web::test]
async fn an_error_that_a_handler_returns_without_the_middleware_is_logged() {
    async fn refuse() -> Result<HttpResponse, Error> {
        Err(SessionError::try_refresh_token("expired"))?
    }
    let (log, _guard) = log();
    let app = init_service(App::new().route("/refuse", web::get().to(refuse))).await;
    assert_eq!(call(&app, Method::GET, "/refuse").await.status, StatusCode::UNAUTHORIZED);
    assert!(log.text().contains("an error of the SDK was not answered"), "{}", log.text());
}

#[actix_web::test]
async fn an_application_set_up_well_has_no_findings() {
    let supertokens = supertokens();
    let app = App::new().configure(routes).wrap(SuperTokensMiddleware::new(supertokens.clone()));
    let app = app.wrap(supertokens_actix_web::cors(&supertokens));
    assert_eq!(supertokens_actix_web::check(&supertokens, app).await, []);
}

#[actix_web::test]
async fn mistakes_are_found_at_start() {
    let supertokens = supertokens();
    let middleware = || SuperTokensMiddleware::new(supertokens.clone());
    let cors = || supertokens_actix_web::cors(&supertokens);
    macro_rules! ids {
        ($app:expr) => {{
            let findings = supertokens_actix_web::check(&supertokens, $app).await;
            findings.iter().map(|finding| finding.id).collect::<Vec<_>>()
        }};
    }
    assert_eq!(ids!(App::new().configure(routes)), ["auth-routes-not-seen"]);
    let in_a_scope = web::scope("/api").configure(routes).wrap(middleware());
    assert_eq!(ids!(App::new().service(in_a_scope)), ["auth-routes-not-seen"]);
    assert_eq!(ids!(App::new().wrap(middleware())), ["cors-missing"]);
    assert_eq!(ids!(App::new().wrap(cors()).wrap(middleware())), ["cors-inside"]);
    let any = actix_cors::Cors::default().allow_any_origin().allow_any_header().allow_any_method();
    assert_eq!(ids!(App::new().wrap(middleware()).wrap(any.supports_credentials())), ["cors-any-origin"]);
    let wildcard = actix_cors::Cors::default().allow_any_origin().send_wildcard().allow_any_header().allow_any_method();
    assert_eq!(ids!(App::new().wrap(middleware()).wrap(wildcard)), ["cors-wildcard", "cors-credentials"]);
}

#[actix_web::test]
async fn where_the_website_depends_on_the_request_so_does_the_allowed_origin() {
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "").origin(|request, _| {
        match request.and_then(|request| request.header("origin")) {
            Some("http://localhost:4000") => "http://localhost:4000".to_owned(),
            _ => "http://localhost:3000".to_owned(),
        }
    });
    let supertokens = support::supertokens_of(app_info, Session::new());
    let app = App::new().wrap(SuperTokensMiddleware::new(supertokens.clone()));
    let app = init_service(app.wrap(supertokens_actix_web::cors(&supertokens))).await;
    let origins = [("http://localhost:4000", true), ("http://localhost:3000", true), ("http://localhost:5000", false)];
    for (origin, allowed) in origins {
        let preflight = TestRequest::with_uri("/me").method(Method::OPTIONS).insert_header(("origin", origin));
        let answer = send(&app, preflight.insert_header(("access-control-request-method", "GET"))).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed.then_some(origin));
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
