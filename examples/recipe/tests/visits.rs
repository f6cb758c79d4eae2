//! The recipe in an application, HTTP in and HTTP out.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use bytes::Bytes;
use example_recipe::{RecordVisit, VisitCounter, VisitPost, VisitPostResponse, Visits, VisitsError};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use supertokens::session::{CreateNewSession, Session};
use supertokens::{AppInfo, Core, Error, Handled, InitError, Recipe, SuperTokens};

fn build(recipes: Vec<Box<dyn Recipe>>) -> Result<SuperTokens, InitError> {
    let app_info = AppInfo::new("Visits", "http://localhost:3001", "http://localhost:3001");
    SuperTokens::builder(app_info).core(Core::embedded(":memory:")).recipes(recipes).build()
}

async fn sign_in(app: &SuperTokens, user_id: &str) -> supertokens::session::SessionContainer {
    let new = CreateNewSession::new("public", user_id);
    Session::of(app).unwrap().create_new_session_without_request_response(new).await.unwrap()
}

fn request(method: Method, token: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri("/auth/visits");
    request.header("authorization", format!("Bearer {token}")).body(Full::default()).unwrap()
}

async fn visit(app: &SuperTokens, token: &str) -> Response<Value> {
    let Handled::Response(response) = app.handle(request(Method::POST, token)).await else { panic!("passed on") };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn visits_are_counted_until_the_limit_is_reached() {
    let app = build(vec![Visits::new().limit(2).boxed()]).unwrap();
    let ada = sign_in(&app, "ada").await.access_token();
    assert_eq!(visit(&app, &ada).await.body(), &json!({"status": "OK", "visits": 1}));
    assert_eq!(visit(&app, &ada).await.body(), &json!({"status": "OK", "visits": 2}));
    let third = visit(&app, &ada).await;
    assert_eq!(third.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.body(), &json!({"message": "all 2 visits are used up"}));
    let bob = sign_in(&app, "bob").await.access_token();
    assert_eq!(visit(&app, &bob).await.body(), &json!({"status": "OK", "visits": 1}));
}

#[tokio::test]
async fn a_visit_without_a_session_is_answered_by_the_session_recipe() {
    let app = build(vec![Visits::new().boxed()]).unwrap();
    let reply = visit(&app, "no token").await;
    assert_eq!((reply.status(), reply.body()), (StatusCode::UNAUTHORIZED, &json!({"message": "unauthorised"})));
}

#[tokio::test]
async fn only_the_route_with_its_method_is_the_recipes() {
    let app = build(vec![Visits::new().boxed()]).unwrap();
    assert!(matches!(app.handle(request(Method::GET, "any")).await, Handled::Passed(_)));
    let off = build(vec![Visits::new().override_apis(|apis| apis.disable::<VisitPost>()).boxed()]).unwrap();
    assert!(matches!(off.handle(request(Method::POST, "any")).await, Handled::Passed(_)));
}

#[tokio::test]
async fn the_application_overrides_the_function_and_the_api() {
    let visits = Visits::new()
        .override_functions(|functions| {
            functions.record_visit(async |input, original| {
                if input.user_id == "admin" {
                    return Ok(0);
                }
                original.record_visit(input).await
            })
        })
        .override_apis(|apis| {
            apis.visit_post(async |input, original| {
                if input.session.user_id() == "mallory" {
                    return Err(VisitsError::LimitReached { limit: 0 });
                }
                original.visit_post(input).await
            })
        });
    let app = build(vec![visits.boxed()]).unwrap();
    for (user_id, expected) in [("admin", StatusCode::OK), ("mallory", StatusCode::TOO_MANY_REQUESTS)] {
        let token = sign_in(&app, user_id).await.access_token();
        assert_eq!(visit(&app, &token).await.status(), expected, "{user_id}");
    }
    let counter = app.as_ref().get::<dyn VisitCounter>().unwrap();
    assert_eq!((counter.visits_of("admin"), counter.visits_of("mallory")), (0, 0));
}

#[tokio::test]
async fn the_application_calls_the_function_and_asks_the_port() {
    let app = build(vec![Visits::new().limit(1).boxed()]).unwrap();
    let visits = Visits::of(&app).unwrap();
    assert_eq!(visits.record_visit(RecordVisit::new("ada")).await.unwrap(), 1);
    let error = visits.record_visit(RecordVisit::new("ada")).await.unwrap_err();
    assert!(matches!(error, VisitsError::LimitReached { limit: 1 }));
    assert!(matches!(Error::from(error).downcast::<VisitsError>(), Ok(VisitsError::LimitReached { .. })));
    assert_eq!(app.as_ref().get::<dyn VisitCounter>().unwrap().visits_of("ada"), 1);
}

#[tokio::test]
async fn new_sessions_carry_the_visits_as_a_claim() {
    let app = build(vec![Visits::new().boxed()]).unwrap();
    let visits = Visits::of(&app).unwrap();
    visits.record_visit(RecordVisit::new("ada")).await.unwrap();
    let payload = sign_in(&app, "ada").await.access_token_payload();
    assert_eq!(payload.get("visits").unwrap()["v"], 1);
}

#[test]
fn a_limit_of_zero_is_refused_with_what_was_expected() {
    let error = build(vec![Visits::new().limit(0).boxed()]).unwrap_err();
    assert_eq!(error.to_string(), "limit is `0`, which lets nobody visit; expected a number from 1");
}

#[test]
fn the_session_recipe_comes_along_and_may_also_be_listed() {
    let app = build(vec![Visits::new().boxed()]).unwrap();
    assert!(app.is_recipe_initialized("session") && app.is_recipe_initialized("visits"));
    build(vec![Session::new().boxed(), Visits::new().boxed()]).unwrap();
    let without = build(vec![Session::new().boxed()]).unwrap();
    assert!(matches!(Visits::of(&without), Err(Error::RecipeNotInitialised { recipe: "visits" })));
}

#[test]
fn replies_have_the_form_that_front_ends_know() {
    let json = serde_json::to_value(VisitPostResponse::GeneralError { message: "closed".into() }).unwrap();
    assert_eq!(json, json!({"status": "GENERAL_ERROR", "message": "closed"}));
}
