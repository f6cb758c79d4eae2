//! What a client of an application sees that is built with the layers.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use http::{Method, StatusCode};
use serde_json::json;
use supertokens_kernel::{BoxError, Error};
use supertokens_session::claims::{ClaimValidationResult, ClaimValidator};
use supertokens_session::{SessionError, VerifySessionOptions};
use supertokens_tower::{RequireClaim, SuperTokensLayer, Unanswered, VerifySessionLayer};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::support::{NeedsReadiness, call, call_as, read, request, routes, sign_in, supertokens};

#[tokio::test]
async fn auth_routes_are_answered_without_the_applications_service() {
    let reply = call(&supertokens(), service_fn(routes), Method::POST, "/auth/session/refresh").await;
    assert_eq!(reply.json(), (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"})));
}

#[tokio::test]
async fn tokens_that_change_in_a_handler_reach_its_response() {
    let supertokens = supertokens();
    let token = sign_in(&supertokens).await;
    let updated = call_as(&supertokens, service_fn(routes), &token, Method::POST, "/update").await;
    assert_eq!(updated.json(), (StatusCode::OK, json!("updated")));
    let new_token = updated.header("st-access-token").expect("a new access token").to_owned();
    assert!(updated.header("front-token").is_some());
    assert_eq!(updated.header("cache-control"), Some("no-store"));
    let me = call_as(&supertokens, service_fn(routes), &new_token, Method::GET, "/me").await;
    assert_eq!(me.json(), (StatusCode::OK, json!({"userId": "user-1", "seen": true})));
    assert_eq!(me.header("st-access-token"), None);
}

#[tokio::test]
async fn a_signed_out_session_is_gone_for_routes_that_ask_the_core() {
    let supertokens = supertokens();
    let token = sign_in(&supertokens).await;
    let signed_out = call_as(&supertokens, service_fn(routes), &token, Method::POST, "/auth/signout").await;
    assert_eq!(signed_out.json(), (StatusCode::OK, json!({"status": "OK"})));
    assert_eq!(signed_out.header("st-access-token"), Some(""));

    let asking = VerifySessionLayer::new(VerifySessionOptions::new().check_database(true)).layer(service_fn(routes));
    let asked = call_as(&supertokens, asking, &token, Method::GET, "/me").await;
    assert_eq!(asked.json(), (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"})));
    assert_eq!(asked.header("front-token"), Some("remove"), "what the error changes reaches the response too");
    let not_asking = VerifySessionLayer::default().layer(service_fn(routes));
    assert_eq!(call_as(&supertokens, not_asking, &token, Method::GET, "/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn errors_of_the_sdk_that_a_handler_returns_are_answered_whatever_their_box() {
    async fn as_session_error(_: support::Request) -> Result<support::Response, SessionError> {
        Err(SessionError::try_refresh_token("expired"))
    }
    async fn as_error(_: support::Request) -> Result<support::Response, Error> {
        Err(SessionError::try_refresh_token("expired").into())
    }
    async fn boxed(_: support::Request) -> Result<support::Response, BoxError> {
        Err(SessionError::try_refresh_token("expired").into())
    }
    async fn boxed_error(_: support::Request) -> Result<support::Response, BoxError> {
        Err(Error::bad_input("no such thing").into())
    }
    let supertokens = supertokens();
    let expected = (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"}));
    assert_eq!(call(&supertokens, service_fn(as_session_error), Method::GET, "/").await.json(), expected);
    assert_eq!(call(&supertokens, service_fn(as_error), Method::GET, "/").await.json(), expected);
    assert_eq!(call(&supertokens, service_fn(boxed), Method::GET, "/").await.json(), expected);
    let bad_input = (StatusCode::BAD_REQUEST, json!({"message": "no such thing"}));
    assert_eq!(call(&supertokens, service_fn(boxed_error), Method::GET, "/").await.json(), bad_input);
}

#[tokio::test]
async fn other_errors_stay_the_services_own() {
    let service = SuperTokensLayer::new(supertokens()).layer(service_fn(async |_: support::Request| {
        Err::<support::Response, BoxError>(std::io::Error::other("the disk is full").into())
    }));
    let error = service.oneshot(request(Method::GET, "/", &[])).await.unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    assert!(error.is::<std::io::Error>());
}

#[tokio::test]
async fn a_request_without_a_session_does_not_reach_a_route_that_needs_one() {
    let supertokens = supertokens();
    let guarded = VerifySessionLayer::default().layer(service_fn(routes));
    let refused = call(&supertokens, guarded.clone(), Method::GET, "/from-extensions").await;
    assert_eq!(refused.json(), (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"})));

    let token = sign_in(&supertokens).await;
    let let_through = call_as(&supertokens, guarded.clone(), &token, Method::GET, "/from-extensions").await;
    assert_eq!(let_through.json(), (StatusCode::OK, json!("user-1")));
    let updated = call_as(&supertokens, guarded, &token, Method::POST, "/update").await;
    assert!(updated.header("st-access-token").is_some(), "both layers together: {updated:?}");
}

#[tokio::test]
async fn where_no_session_is_required_the_handler_decides() {
    let supertokens = supertokens();
    let optional = VerifySessionLayer::new(VerifySessionOptions::new().session_required(false));
    let optional = optional.layer(service_fn(routes));
    let without = call(&supertokens, optional.clone(), Method::GET, "/from-extensions").await;
    assert_eq!(without.json(), (StatusCode::OK, json!("nobody")));
    let token = sign_in(&supertokens).await;
    let with = call_as(&supertokens, optional, &token, Method::GET, "/from-extensions").await;
    assert_eq!(with.json(), (StatusCode::OK, json!("user-1")));
}

#[tokio::test]
async fn a_cors_preflight_is_let_through() {
    let guarded = VerifySessionLayer::default().layer(service_fn(routes));
    let preflight = call(&supertokens(), guarded, Method::OPTIONS, "/from-extensions").await;
    assert_eq!(preflight.json(), (StatusCode::OK, json!("nobody")));
}

#[tokio::test]
async fn a_session_that_lacks_a_claim_is_told_which() {
    let supertokens = supertokens();
    let token = sign_in(&supertokens).await;
    let options = VerifySessionOptions::new().override_global_claim_validators(async |mut validators, _, _| {
        let never = ClaimValidator::new("staff", |_| ClaimValidationResult::invalid(json!({"message": "not staff"})));
        validators.push(never);
        Ok(validators)
    });
    let guarded = VerifySessionLayer::new(options).layer(service_fn(routes));
    let refused = call_as(&supertokens, guarded, &token, Method::GET, "/me").await;
    let failed = json!([{"id": "staff", "reason": {"message": "not staff"}}]);
    let expected = json!({"message": "invalid claim", "claimValidationErrors": failed});
    assert_eq!(refused.json(), (StatusCode::FORBIDDEN, expected));
}

#[tokio::test]
async fn a_claim_is_demanded_of_the_session_that_a_layer_around_has_verified_or_of_the_requests() {
    let supertokens = supertokens();
    let token = sign_in(&supertokens).await;
    let has_seen = ClaimValidator::new("seen", |check| match check.payload.get("seen") {
        Some(_) => ClaimValidationResult::Valid,
        None => ClaimValidationResult::invalid(json!({"message": "not seen"})),
    });
    let alone = RequireClaim::new(has_seen.clone()).layer(service_fn(routes));
    let asks_the_core = VerifySessionLayer::new(VerifySessionOptions::new().check_database(true));
    let inside = asks_the_core.layer(RequireClaim::new(has_seen).layer(service_fn(routes)));

    let failed = json!([{"id": "seen", "reason": {"message": "not seen"}}]);
    let expected = (StatusCode::FORBIDDEN, json!({"message": "invalid claim", "claimValidationErrors": failed}));
    assert_eq!(call_as(&supertokens, alone.clone(), &token, Method::GET, "/from-extensions").await.json(), expected);
    assert_eq!(call_as(&supertokens, inside.clone(), &token, Method::GET, "/from-extensions").await.json(), expected);

    let updated = call_as(&supertokens, service_fn(routes), &token, Method::POST, "/update").await;
    let token = updated.header("st-access-token").expect("a new access token").to_owned();
    let user = (StatusCode::OK, json!("user-1"));
    assert_eq!(call_as(&supertokens, alone.clone(), &token, Method::GET, "/from-extensions").await.json(), user);
    assert_eq!(call_as(&supertokens, inside.clone(), &token, Method::GET, "/from-extensions").await.json(), user);

    call_as(&supertokens, service_fn(routes), &token, Method::POST, "/auth/signout").await;
    let gone = (StatusCode::UNAUTHORIZED, json!({"message": "unauthorised"}));
    assert_eq!(call_as(&supertokens, alone, &token, Method::GET, "/from-extensions").await.json(), user);
    assert_eq!(call_as(&supertokens, inside, &token, Method::GET, "/from-extensions").await.json(), gone);
}

#[tokio::test]
async fn an_error_that_a_response_stands_for_is_answered_in_its_place() {
    let service = service_fn(async |_: support::Request| {
        let mut response = support::Response::new("squeezed".to_owned());
        response.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
        response.headers_mut().insert("x-trace", "7".parse().unwrap());
        response.extensions_mut().insert(Unanswered::new(SessionError::try_refresh_token("expired").into()));
        Ok::<_, std::convert::Infallible>(response)
    });
    let reply = call(&supertokens(), service, Method::GET, "/").await;
    assert_eq!(reply.json(), (StatusCode::UNAUTHORIZED, json!({"message": "try refresh token"})));
    assert_eq!((reply.header("content-encoding"), reply.header("x-trace")), (None, Some("7")));
}

#[test]
fn an_error_that_nobody_answers_is_logged() {
    let (log, _guard) = support::log::log();
    drop(Unanswered::new(Error::bad_input("lost")));
    assert!(log.text().contains("put SuperTokensLayer around the service") && log.text().contains("lost"));
}

#[tokio::test]
async fn without_the_outer_layer_the_client_gets_a_500_and_the_log_says_what_to_do() {
    let (log, _guard) = support::log::log();
    let guarded = VerifySessionLayer::default().layer(service_fn(routes));
    let response = guarded.oneshot(request(Method::GET, "/me", &[])).await.unwrap();
    let expected = (StatusCode::INTERNAL_SERVER_ERROR, json!({"message": "Internal server error"}));
    assert_eq!(read(response).await.json(), expected);
    assert!(log.text().contains("put SuperTokensLayer around it"), "{}", log.text());
}

#[tokio::test]
async fn the_service_that_was_polled_is_the_one_that_is_called() {
    let supertokens = supertokens();
    let token = sign_in(&supertokens).await;
    let guarded = VerifySessionLayer::default().layer(NeedsReadiness::new());
    let mut service = SuperTokensLayer::new(supertokens).layer(guarded);
    let bearer = format!("Bearer {token}");
    for _ in 0..2 {
        let request = request(Method::GET, "/me", &[("authorization", &bearer)]);
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        assert_eq!(read(response).await.json(), (StatusCode::OK, json!("called when ready")));
    }
}
