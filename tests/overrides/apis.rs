//! Overriding HTTP APIs, and switching them off.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use supertokens::session::{
    RefreshPost, Session, SessionError, SignOutPost, SignOutPostResponse, VerifiedSession, VerifySessionOptions,
};
use supertokens::{Error, Handled, SuperTokens};

use crate::support::{Log, app, create, post, sessions};

async fn access_token(app: &SuperTokens) -> (String, String) {
    let session = create(app).await.unwrap();
    (session.access_token(), session.handle().to_owned())
}

#[tokio::test]
async fn an_api_that_the_application_answers_itself_leaves_the_session_alone() {
    let session = Session::new().override_apis(|apis| {
        apis.sign_out_post(async |_input, _original| {
            Ok(SignOutPostResponse::GeneralError { message: "finish your order first".into() })
        })
    });
    let app = app(session);
    let (token, handle) = access_token(&app).await;
    let reply = post(&app, "/auth/signout", &token).await;
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.body(), &json!({"status": "GENERAL_ERROR", "message": "finish your order first"}));
    assert!(sessions(&app).get_session_information(&handle).await.unwrap().is_some());
}

#[tokio::test]
async fn an_api_override_runs_around_the_original_and_changes_the_response() {
    let session = Session::new().override_apis(|apis| {
        apis.sign_out_post(async |input, original| {
            let exchange = input.exchange.clone();
            let user = input.session.user_id().to_owned();
            let reply = original.sign_out_post(input).await?;
            exchange.response.set_header("x-goodbye", &user)?;
            Ok(reply)
        })
    });
    let app = app(session);
    let (token, handle) = access_token(&app).await;
    let reply = post(&app, "/auth/signout", &token).await;
    assert_eq!(reply.headers()["x-goodbye"], "user-1");
    assert_eq!(reply.body(), &json!({"status": "OK"}));
    assert!(sessions(&app).get_session_information(&handle).await.unwrap().is_none());
}

#[tokio::test]
async fn an_api_that_is_switched_off_goes_to_the_application_with_its_body() {
    let app = app(Session::new().override_apis(|apis| apis.disable::<SignOutPost>()));
    let request = Request::post("/auth/signout").body(Full::new(Bytes::from("the body"))).unwrap();
    let Handled::Passed(passed) = app.handle(request).await else { panic!("the SDK answered") };
    assert_eq!(passed.uri().path(), "/auth/signout");
    assert_eq!(passed.into_body().collect().await.unwrap().to_bytes(), "the body");

    let refresh = post(&app, "/auth/session/refresh", "not a token").await;
    assert_eq!(refresh.status(), StatusCode::UNAUTHORIZED, "the other API is still there");
}

#[tokio::test]
async fn an_api_may_be_switched_off_and_overridden_in_any_order() {
    let log = Log::default();
    let noted = log.clone();
    let session = Session::new().override_apis(|apis| apis.disable::<RefreshPost>()).override_apis(|apis| {
        apis.refresh_post(async move |input, original| {
            noted.write("refresh_post");
            original.refresh_post(input).await
        })
    });
    let request = Request::post("/auth/session/refresh").body(Full::new(Bytes::new())).unwrap();
    assert!(matches!(app(session).handle(request).await, Handled::Passed(_)));
    assert!(log.take().is_empty());
}

#[tokio::test]
async fn an_override_of_verify_session_decides_about_the_applications_own_routes() {
    let session = Session::new().override_apis(|apis| {
        apis.verify_session(async |input, original| {
            if input.exchange.request.header("x-locked").is_some() {
                return Err(SessionError::Unauthorised { message: "locked".into(), clear_tokens: false });
            }
            original.verify_session(input).await
        })
    });
    let app = app(session);
    let (token, _) = access_token(&app).await;
    let me = async |headers: &[(&str, &str)]| {
        let mut request = Request::get("/me").header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let handler = async |request: Request<Full<Bytes>>| {
            let (parts, _) = request.into_parts();
            let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
            Ok::<_, Error>(Response::new(Full::new(Bytes::from(session.user_id().to_owned()))))
        };
        app.serve(request.body(Full::new(Bytes::new())).unwrap(), handler).await.status()
    };
    assert_eq!(me(&[]).await, StatusCode::OK);
    assert_eq!(me(&[("x-locked", "1")]).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_error_of_the_applications_own_is_a_500_that_tells_the_client_nothing() {
    let session = Session::new().override_apis(|apis| {
        apis.sign_out_post(async |_input, _original| Err(SessionError::other("the password of the database is wrong")))
    });
    let app = app(session);
    let (token, _) = access_token(&app).await;
    let reply = post(&app, "/auth/signout", &token).await;
    assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(reply.body(), &json!({"message": "Internal server error"}));
}

#[tokio::test]
async fn an_api_override_may_answer_with_an_error_that_front_ends_understand() {
    let session = Session::new()
        .override_apis(|apis| apis.refresh_post(async |_input, _original| Err(SessionError::unauthorised("banned"))));
    let reply = post(&app(session), "/auth/session/refresh", "any").await;
    assert_eq!((reply.status(), reply.body()), (StatusCode::UNAUTHORIZED, &json!({"message": "unauthorised"})));
    assert_eq!(reply.headers()["front-token"], "remove");
}
