//! Each way in which a core can fail: the typed error that a function call gives, and the reply that a browser gets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use supertokens::kernel::core_client::{RemoteTimeouts, TransportError};
use supertokens::session::{CreateNewSession, SessionError};
use supertokens::{Core, CoreError, Error};

use crate::support::{Act, App, FakeCore, logged};

const API_KEY: &str = "the-api-key-of-the-operator";
/// A refresh token in its form. A fake core does not look at it.
const REFRESH_TOKEN: &str = "dGhlLXJlZnJlc2gtdG9rZW4tb2YtYS1wZXJzb24.00ff.V2";
/// What stands in the core's answers and is nobody's business.
const WORDS_OF_THE_CORE: &str = "password=hunter2 in /etc/core/config.yaml";

fn app_on(connection_uri: &str) -> App {
    App::on(Core::remote(connection_uri).api_key(API_KEY))
}

/// An application that waits for its core for a moment only.
fn impatient_app_on(connection_uri: &str) -> App {
    let timeouts = RemoteTimeouts { connect: Duration::from_secs(5), call: Duration::from_secs(1) };
    App::on(Core::remote(connection_uri).api_key(API_KEY).timeouts(timeouts))
}

/// Calls the failing core by a function, and as a browser in two ways. Gives the function's error, after looking for
/// secrets in all that anybody gets to see.
async fn failure_of(app: &App) -> Error {
    let (error, log) = logged(Box::pin(async {
        let (sessions, new) = (app.sessions(), CreateNewSession::new("public", "user-1"));
        let (created, create_reply, refresh_reply) = tokio::join!(
            sessions.create_new_session_without_request_response(new),
            app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]),
            app.refresh_by_cookie(REFRESH_TOKEN),
        );
        for reply in [create_reply, refresh_reply] {
            assert_eq!(reply.seen(), (500, &json!({"message": "Internal server error"})));
            let names: Vec<_> = reply.headers.keys().map(|name| name.as_str()).collect();
            assert_eq!(names, ["content-type"], "a core that is away signs nobody out");
        }
        match created {
            Err(SessionError::Sdk(error)) => error,
            other => panic!("{:?}", other.err()),
        }
    }))
    .await;
    assert!(log.contains("a request failed; the client is told a status of 500"), "{log}");
    let mut shown = format!("{error} {error:?} {log}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        shown += &format!("{error} {error:?}");
        cause = error.source();
    }
    for secret in [API_KEY, REFRESH_TOKEN] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
    error
}

/// The failure of a core that does this with every call but that for its versions.
async fn failure_when(act: Act) -> Error {
    let core = FakeCore::doing(act).await;
    failure_of(&app_on(&core.url())).await
}

#[tokio::test]
async fn a_core_that_is_not_there_is_unreachable() {
    let error = failure_of(&app_on(&FakeCore::nobody())).await;
    assert!(matches!(error, Error::Core(CoreError::Unreachable { .. })), "{error:?}");
    assert!(error.to_string().starts_with("No SuperTokens core available to query"), "{error}");
}

#[tokio::test]
async fn a_core_that_never_answers_is_given_up() {
    for core in [FakeCore::doing(Act::Wait).await, FakeCore::start(|_| Act::Wait).await] {
        let error = failure_of(&impatient_app_on(&core.url())).await;
        assert!(matches!(error, Error::Core(CoreError::Transport(TransportError::TimedOut(_)))), "{error:?}");
        assert_eq!(error.to_string(), "the call to the core failed: the core did not answer in time");
    }
}

#[tokio::test]
async fn what_is_no_http_or_breaks_off_is_a_broken_call() {
    let broken = [
        "\0\u{1}garbage\r\n\r\n",
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\":\"OK\"",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sta\r\nzz",
    ];
    for answer in broken {
        let error = failure_when(Act::Send(answer.into())).await;
        assert!(matches!(error, Error::Core(CoreError::Transport(TransportError::Broken(_)))), "{answer} {error:?}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let error = failure_when(Act::Endless).await;
    assert!(matches!(error, Error::Core(CoreError::Transport(TransportError::TooLong { .. }))), "{error:?}");
}

#[tokio::test]
async fn an_answer_of_another_form_is_unexpected_and_not_repeated() {
    let token = json!({"token": REFRESH_TOKEN, "expiry": 1});
    let forms = [
        json!("Hello").to_string(),
        format!("<html>{WORDS_OF_THE_CORE}</html>"),
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        json!({"status": 5}).to_string(),
        json!({"status": "OK"}).to_string(),
        json!({"status": "NEW_STATUS"}).to_string(),
        json!({"status": "OK", "accessToken": REFRESH_TOKEN}).to_string(),
        json!({"status": "OK", "accessToken": {"token": "t", "expiry": REFRESH_TOKEN}}).to_string(),
        json!({"status": "OK", "refreshToken": token, "session": REFRESH_TOKEN}).to_string(),
        "[".repeat(100_000),
    ];
    for form in forms {
        let error = failure_when(Act::Say(200, form.clone())).await;
        assert!(matches!(error, Error::Core(CoreError::UnexpectedAnswer { .. })), "{form} {error:?}");
        assert!(error.to_string().contains("/recipe/session"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let unreadable = json!({"status": "OK", "accessToken": token, "refreshToken": token});
    let error = failure_when(Act::Say(200, unreadable.to_string())).await;
    assert!(error.to_string().contains("the core gave an access token that cannot be read"), "{error:?}");
}

#[tokio::test]
async fn a_refusal_keeps_status_and_body_for_the_operator_alone() {
    for status in [400, 401, 402, 403, 404, 500, 502, 503] {
        let error = failure_when(Act::Say(status, WORDS_OF_THE_CORE.to_owned())).await;
        let Error::Core(CoreError::Status { status: kept, body, .. }) = &error else { panic!("{error:?}") };
        assert_eq!((kept.as_u16(), body.as_str()), (status, WORDS_OF_THE_CORE));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = FakeCore::start(|_| Act::Answer).await;
    for status in [301, 302, 303, 307, 308] {
        let location =
            format!("location: {}/recipe/session\r\ncontent-length: 0\r\nconnection: close", elsewhere.url());
        let error = failure_when(Act::Send(format!("HTTP/1.1 {status} Moved\r\n{location}\r\n\r\n").into())).await;
        let Error::Core(error) = &error else { panic!("{error:?}") };
        assert_eq!(error.status_code(), StatusCode::from_u16(status).ok());
    }
    assert!(elsewhere.asked().is_empty(), "the API key and the tokens went elsewhere");
}

#[tokio::test]
async fn a_core_without_a_common_version_is_incompatible() {
    for versions in [json!([]), json!(["2.7", "5.3"]), json!(["5.40", "6.0"])] {
        let answer = json!({"versions": versions}).to_string();
        let core = FakeCore::start(move |_| Act::Say(200, answer.clone())).await;
        let error = failure_of(&app_on(&core.url())).await;
        assert!(matches!(error, Error::Core(CoreError::IncompatibleVersion { .. })), "{error:?}");
        assert!(core.asked().iter().all(|path| path == "/apiversion"), "nothing else is asked of it");
    }
}

#[tokio::test]
async fn versions_that_cannot_be_had_fail_the_call_and_are_asked_for_again() {
    for garbage in ["", "5.4", "{\"versions\": \"5.4\"}", "{\"versions\": [5.4]}", "<html>"] {
        let core = FakeCore::start(move |_| Act::Say(200, garbage.to_owned())).await;
        let error = failure_of(&app_on(&core.url())).await;
        assert!(matches!(error, Error::Core(CoreError::UnexpectedAnswer { .. })), "{garbage} {error:?}");
        assert_eq!(core.asked(), ["/apiversion"; 3], "each call asks anew");
    }
    let core = FakeCore::start(|_| Act::Say(401, "Invalid API key\n".to_owned())).await;
    let error = failure_of(&app_on(&core.url())).await;
    assert!(error.to_string().ends_with("with status code: 401 and message: Invalid API key"), "{error}");
}

#[tokio::test]
async fn a_busy_core_is_asked_again_and_given_up_at_last() {
    let calls = AtomicUsize::new(0);
    let core = FakeCore::start(move |path| match path {
        "/public/recipe/session" if calls.fetch_add(1, Ordering::SeqCst) < 2 => Act::Say(429, "busy".to_owned()),
        _ => Act::Answer,
    })
    .await;
    let created = app_on(&core.url()).call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
    assert_eq!(created.status, StatusCode::OK, "{created:?}");
    assert_eq!(
        core.asked(),
        ["/apiversion", "/public/recipe/session", "/public/recipe/session", "/public/recipe/session"]
    );

    let core = FakeCore::doing(Act::Say(429, "busy".to_owned())).await;
    let error = failure_of(&app_on(&core.url())).await;
    let Error::Core(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.status_code(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(core.asked().iter().filter(|path| *path == "/recipe/session/refresh").count(), 6);
}

#[tokio::test]
async fn the_next_host_is_asked_if_one_is_away() {
    let core = FakeCore::start(|_| Act::Answer).await;
    let app = app_on(&format!("{};{};{}", FakeCore::nobody(), core.url(), FakeCore::nobody()));
    for _ in 0..4 {
        let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
        let cookie = format!("sAccessToken={}", created.cookie("sAccessToken").unwrap());
        assert_eq!(app.call(Method::GET, "/me", &[("cookie", &cookie)]).await.status, StatusCode::OK);
        let refreshed = app.refresh_by_cookie(&created.cookie("sRefreshToken").unwrap()).await;
        assert_eq!(refreshed.status, StatusCode::OK);
    }
    let error = failure_of(&app_on(&format!("{};{}", FakeCore::nobody(), FakeCore::nobody()))).await;
    assert!(matches!(error, Error::Core(CoreError::Unreachable { .. })), "{error:?}");
}

#[tokio::test]
async fn a_host_that_had_the_call_is_not_passed_over() {
    // What it did with the call is not known, and a second host might do it again.
    for act in [Act::Say(500, "down".to_owned()), Act::Send(Vec::new()), Act::Wait] {
        let (failing, other) = (FakeCore::doing(act.clone()).await, FakeCore::doing(act).await);
        let app = impatient_app_on(&format!("{};{}", failing.url(), other.url()));
        failure_of(&app).await;
        let calls = [failing.asked(), other.asked()].concat();
        assert_eq!(calls.iter().filter(|path| *path == "/recipe/session/refresh").count(), 1, "{calls:?}");
    }
}

#[tokio::test]
async fn an_answer_of_the_right_form_is_none_of_the_above() {
    let core = FakeCore::start(|_| Act::Answer).await;
    let created = app_on(&core.url()).call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
    assert_eq!(created.status, StatusCode::OK);
    assert_ne!(created.body["handle"], Value::Null);
}
