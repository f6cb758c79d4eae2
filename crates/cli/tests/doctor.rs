//! What `supertokens doctor` says of applications that run, each with a mistake in it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::process::Stdio;

use axum::Router;
use axum::http::{HeaderName, Method};
use supertokens::axum::{SuperTokensLayer, cors};
use supertokens::session::{SameSite, Session};
use supertokens::{AppInfo, Core, Error, Recipe, SuperTokens};
use tokio::net::TcpListener;
use tokio::process::Command;
use tower_http::cors::CorsLayer;

const WEBSITE: &str = "http://localhost:3000";

/// What the program printed, and what it ended with.
struct Told {
    code: i32,
    text: String,
}

impl Told {
    /// The names of the findings.
    fn ids(&self) -> Vec<&str> {
        let heads = self.text.lines().filter(|line| !line.starts_with(' '));
        heads.filter_map(|line| line.split_once(": ")).map(|(id, _)| id).filter(|id| !id.contains(' ')).collect()
    }
}

async fn doctor(arguments: &[&str]) -> Told {
    let program = Command::new(env!("CARGO_BIN_EXE_supertokens"))
        .arg("doctor")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(program.stdout).unwrap() + &String::from_utf8(program.stderr).unwrap();
    Told { code: program.status.code().unwrap(), text }
}

/// An application that runs, at its address.
async fn started(
    app_info: impl FnOnce(&str) -> AppInfo,
    session: Session,
    router: impl FnOnce(SuperTokens) -> Router,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let supertokens = SuperTokens::builder(app_info(&address))
        .core(Core::embedded(":memory:"))
        .recipes(vec![session.boxed()])
        .build()
        .unwrap();
    let router = router(supertokens);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn usual(address: &str) -> AppInfo {
    AppInfo::new("Acme", address, WEBSITE)
}

/// What is found of an application with the layer, and CORS around it.
async fn found_with_cors(around: impl FnOnce(&SuperTokens) -> CorsLayer) -> Vec<String> {
    let router = |supertokens: SuperTokens| {
        let cors = around(&supertokens);
        Router::new().layer(SuperTokensLayer::new(supertokens)).layer(cors)
    };
    found(usual, Session::new(), router).await
}

async fn found(
    app_info: impl FnOnce(&str) -> AppInfo,
    session: Session,
    router: impl FnOnce(SuperTokens) -> Router,
) -> Vec<String> {
    let address = started(app_info, session, router).await;
    let told = doctor(&["--url", &address, "--website", WEBSITE]).await;
    assert_eq!(told.code, i32::from(!told.ids().is_empty()), "{}", told.text);
    told.ids().into_iter().map(str::to_owned).collect()
}

fn set_up_well(supertokens: SuperTokens) -> Router {
    let cors = cors(&supertokens);
    Router::new().layer(SuperTokensLayer::new(supertokens)).layer(cors)
}

#[tokio::test]
async fn an_application_that_is_set_up_well_has_no_findings() {
    let address = started(usual, Session::new(), set_up_well).await;
    for arguments in [&["--url", &address, "--website", WEBSITE][..], &["--url", &address]] {
        let told = doctor(arguments).await;
        assert_eq!((told.code, told.text), (0, format!("Nothing to complain about at {address}/auth.\n")));
    }
}

#[tokio::test]
async fn a_finding_says_what_is_wrong_and_what_to_change() {
    let address = started(usual, Session::new(), |_| Router::new()).await;
    let told = doctor(&["--url", &address]).await;
    assert_eq!((told.code, told.ids()), (1, vec!["auth-routes-not-seen"]));
    let text = told.text;
    assert!(text.contains(&format!("POST {address}/auth/session/refresh is answered with 404 Not Found")), "{text}");
    assert!(text.contains(".layer(SuperTokensLayer::new(supertokens))"), "{text}");
    assert!(text.ends_with(&format!("1 finding at {address}/auth.\n")), "{text}");
}

#[tokio::test]
async fn an_application_that_is_not_there_or_no_address_at_all_is_told() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let told = doctor(&["--url", &format!("http://localhost:{port}")]).await;
    assert_eq!((told.code, told.ids()), (1, vec!["unreachable"]));
    let told = doctor(&["--url", "not an address"]).await;
    assert_eq!(told.code, 2);
    assert!(told.text.contains("`not an address`"), "{}", told.text);
}

#[tokio::test]
async fn auth_routes_that_requests_do_not_get_to_are_found() {
    let behind_a_fallback = |supertokens: SuperTokens| {
        Router::new().layer(SuperTokensLayer::new(supertokens)).fallback(async || "the page")
    };
    assert_eq!(found(usual, Session::new(), behind_a_fallback).await, ["auth-routes-not-seen"]);
    let elsewhere = |address: &str| usual(address).api_base_path("/api/auth");
    assert_eq!(found(elsewhere, Session::new(), set_up_well).await, ["auth-routes-not-seen"]);
    let failing = Session::new()
        .override_apis(|apis| apis.refresh_post(async |_, _| Err(Error::other(std::io::Error::other("no")).into())));
    assert_eq!(found(usual, failing, set_up_well).await, ["auth-routes-fail"]);
}

#[tokio::test]
async fn cors_headers_that_browsers_refuse_are_found() {
    assert_eq!(found_with_cors(|_| CorsLayer::new()).await, ["cors-missing"]);
    let findings = found_with_cors(|_| CorsLayer::permissive()).await;
    assert_eq!(findings, ["cors-wildcard", "cors-credentials", "cors-headers"]);
    assert_eq!(found_with_cors(|_| CorsLayer::very_permissive()).await, ["cors-any-origin"]);
    let other = |supertokens: &SuperTokens| cors(supertokens).allow_origin(["http://localhost:5173".parse().unwrap()]);
    assert_eq!(found_with_cors(other).await, ["cors-missing"], "tower-http answers an origin that is not listed so");
    let slash = |supertokens: &SuperTokens| {
        let origin: axum::http::HeaderValue = "http://localhost:3000/".parse().unwrap();
        cors(supertokens).allow_origin(origin)
    };
    assert_eq!(found_with_cors(slash).await, ["cors-other-origin"]);
    let no_cookies = |supertokens: &SuperTokens| cors(supertokens).allow_credentials(false);
    assert_eq!(found_with_cors(no_cookies).await, ["cors-credentials"]);
    let few = |supertokens: &SuperTokens| cors(supertokens).allow_headers([HeaderName::from_static("content-type")]);
    assert_eq!(found_with_cors(few).await, ["cors-headers"]);
    let own_list = |supertokens: &SuperTokens| cors(supertokens).expose_headers([HeaderName::from_static("x-mine")]);
    assert_eq!(found_with_cors(own_list).await, ["cors-exposed"]);
    let inside = |supertokens: SuperTokens| {
        let cors = cors(&supertokens).allow_methods([Method::POST]);
        Router::new().layer(cors).layer(SuperTokensLayer::new(supertokens))
    };
    assert_eq!(found(usual, Session::new(), inside).await, ["cors-inside"]);
}

#[tokio::test]
async fn addresses_that_do_not_fit_are_found() {
    let address = started(usual, Session::new(), set_up_well).await;
    let by_number = address.replace("localhost", "127.0.0.1");
    let told = doctor(&["--url", &by_number, "--website", WEBSITE]).await;
    assert_eq!(told.ids(), ["localhost-mixed", "other-address"]);
    let https = |_: &str| AppInfo::new("Acme", "https://api.acme.com", "https://acme.com");
    let address = started(https, Session::new(), set_up_well).await;
    assert_eq!(doctor(&["--url", &address]).await.ids(), ["other-address"]);
    let gateway = |address: &str| usual(address).api_gateway_path("/gw");
    assert_eq!(found(gateway, Session::new(), set_up_well).await, ["cookie-path", "other-address"]);
}

#[tokio::test]
async fn cookies_that_browsers_drop_are_found() {
    let insecure = Session::new().cookie_same_site(SameSite::None).cookie_secure(false);
    assert_eq!(found(usual, insecure, set_up_well).await, ["cookie-none-not-secure"]);
    let elsewhere = Session::new().cookie_domain(".acme.com");
    assert_eq!(found(usual, elsewhere, set_up_well).await, ["cookie-domain"]);
    let address = started(usual, Session::new(), set_up_well).await;
    let told = doctor(&["--url", &address, "--website", "https://acme.org"]).await;
    assert_eq!(told.ids(), ["cross-site-without-https", "cookie-same-site", "cors-other-origin"]);
}

#[tokio::test]
async fn keys_that_are_not_published_are_found() {
    let router = |supertokens: SuperTokens| {
        // Routes of the application's own lie before the layer's where it is inside.
        let auth = set_up_well(supertokens.clone());
        let router = Router::new().route("/auth/jwt/jwks.json", axum::routing::get(async || "not keys"));
        router.fallback_service(auth)
    };
    assert_eq!(found(usual, Session::new(), router).await, ["keys-not-published"]);
}
