//! Keys that cannot be had: nobody is let in, nobody is signed out, and the front end is asked to refresh.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;
use supertokens::Core;
use supertokens::kernel::core_client::RemoteTimeouts;
use supertokens::session::{SessionError, VerifySessionOptions};

use crate::support::{Act, App, FakeCore, Reply, logged};

const JWKS: &str = "/.well-known/jwks.json";
const COOL_DOWN_MS: u64 = 500;

/// A core that does with its keys what the test says.
async fn core_with_keys(act: &Arc<Mutex<Act>>) -> FakeCore {
    let act = act.clone();
    FakeCore::start(move |path| if path == JWKS { act.lock().unwrap().clone() } else { Act::Answer }).await
}

fn app_on(connection_uri: &str) -> App {
    App::on(Core::remote(connection_uri))
}

/// An application that waits for its core for a moment only.
fn impatient_app_on(connection_uri: &str) -> App {
    let timeouts = RemoteTimeouts { connect: Duration::from_secs(5), call: Duration::from_secs(1) };
    App::on(Core::remote(connection_uri).timeouts(timeouts))
}

async fn access_token(app: &App) -> String {
    let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
    assert_eq!(created.status, StatusCode::OK, "{created:?}");
    created.cookie("sAccessToken").unwrap()
}

async fn me(app: &App, token: &str) -> Reply {
    app.call(Method::GET, "/me", &[("cookie", &format!("sAccessToken={token}"))]).await
}

/// What every kind of bad answer looks like, from the browser, from a function, and in the log.
async fn assert_nobody_is_let_in(app: &App, token: &str) {
    let ((), log) = logged(async {
        let reply = me(app, token).await;
        assert_eq!(reply.seen(), (401, &json!({"message": "try refresh token"})));
        assert!(reply.headers.get("set-cookie").is_none() && reply.headers.get("front-token").is_none(), "{reply:?}");
        let verified =
            app.sessions().get_session_without_request_response(token, None, VerifySessionOptions::new()).await;
        let Err(error) = verified else { panic!("let in") };
        assert!(matches!(error, SessionError::TryRefreshToken { .. }), "{error:?}");
        assert_eq!(error.to_string(), "Failed to verify access token");
    })
    .await;
    assert!(log.contains("the core's keys cannot be fetched"), "{log}");
    assert!(!log.contains(token.rsplit('.').next().unwrap()), "{log}");
}

#[tokio::test]
async fn keys_that_cannot_be_had_or_read_let_nobody_in() {
    let many = format!("{{\"keys\":[{}]}}", vec!["{}"; 1000].join(","));
    let bad = [
        Act::Say(500, "down".to_owned()),
        Act::Say(404, "Not found".to_owned()),
        Act::Say(429, "busy".to_owned()),
        Act::Say(200, String::new()),
        Act::Say(200, "<html>".to_owned()),
        Act::Say(200, "[]".to_owned()),
        Act::Say(200, json!({"keys": "none"}).to_string()),
        Act::Say(200, many),
        Act::Say(200, json!({"keys": [], "more": "x".repeat(8 * 1024 * 1024)}).to_string()),
        Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"keys\"".to_vec()),
        Act::Send(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_vec()),
        Act::Endless,
    ];
    let act = Arc::new(Mutex::new(Act::Answer));
    let core = core_with_keys(&act).await;
    for bad in bad {
        // An application of its own each time, since keys that were had once stay in use.
        let app = app_on(&core.url());
        let token = access_token(&app).await;
        *act.lock().unwrap() = bad;
        assert_nobody_is_let_in(&app, &token).await;

        // Asked anew after the cool-down, and not before.
        *act.lock().unwrap() = Act::Answer;
        assert_eq!(me(&app, &token).await.status, StatusCode::UNAUTHORIZED);
        app.clock.advance_ms(COOL_DOWN_MS);
        assert_eq!(me(&app, &token).await.seen(), (200, &json!({"userId": "user-1"})));
    }
}

#[tokio::test]
async fn keys_that_nobody_sends_let_nobody_in() {
    let core = core_with_keys(&Arc::new(Mutex::new(Act::Wait))).await;
    let token = access_token(&app_on(&core.url())).await;
    assert_nobody_is_let_in(&impatient_app_on(&core.url()), &token).await;
}

#[tokio::test]
async fn a_key_set_without_the_tokens_key_lets_nobody_in() {
    let act = Arc::new(Mutex::new(Act::Say(200, json!({"keys": []}).to_string())));
    let core = core_with_keys(&act).await;
    let app = app_on(&core.url());
    let token = access_token(&app).await;
    assert_eq!(me(&app, &token).await.seen(), (401, &json!({"message": "try refresh token"})));
}

#[tokio::test]
async fn keys_that_were_had_stay_in_use_when_they_cannot_be_had_anew() {
    let act = Arc::new(Mutex::new(Act::Answer));
    let core = core_with_keys(&act).await;
    let session = supertokens::session::Session::new().jwks_refresh_interval_sec(1);
    let app = App::with(Core::remote(core.url()), session);
    let token = access_token(&app).await;
    assert_eq!(me(&app, &token).await.status, StatusCode::OK);
    let fetches = || core.asked().iter().filter(|path| *path == JWKS).count();
    for (fetched, bad) in [Act::Say(500, String::new()), Act::Say(200, "<html>".to_owned())].into_iter().enumerate() {
        *act.lock().unwrap() = bad;
        app.clock.advance_ms(1_000);
        assert_eq!(me(&app, &token).await.status, StatusCode::OK);
        assert_eq!(fetches(), 2 + fetched);
    }
}

#[tokio::test]
async fn keys_come_from_whichever_host_has_them() {
    let good = FakeCore::start(|_| Act::Answer).await;
    let token = access_token(&app_on(&good.url())).await;
    for act in [Act::Say(500, "down".to_owned()), Act::Say(200, "<html>".to_owned()), Act::Send(Vec::new()), Act::Wait]
    {
        let bad = FakeCore::doing(act).await;
        let app = impatient_app_on(&format!("{};{};{}", FakeCore::nobody(), bad.url(), good.url()));
        assert_eq!(me(&app, &token).await.seen(), (200, &json!({"userId": "user-1"})));
        assert_eq!(bad.asked(), [JWKS]);
    }
}
