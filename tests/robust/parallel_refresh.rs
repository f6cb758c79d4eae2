//! A hundred tasks with one refresh token: none of them is sent away, and whoever comes with a displaced token is a thief.

use std::collections::HashSet;
use std::sync::Arc;

use http::Method;
use serde_json::json;
use supertokens::Core;
use supertokens::embedded_core::Config;
use supertokens::session::{
    CreateNewSession, RefreshAntiCsrf, SessionContainer, SessionError, Sessions, VerifySessionOptions,
};
use tokio::task::JoinSet;

use crate::support::App;

const ROUNDS: usize = 50;
const TASKS: usize = 100;
/// The default of `refresh_token_rotation_grace_period`; its last millisecond counts.
const GRACE_PERIOD_MS: u64 = 30_000;

/// A core that speaks 5.4 and nothing newer.
fn core_of_5_4() -> Core {
    Core::embedded(":memory:").config(Config::from_yaml_str("supertokens_max_cdi_version: 5.4").unwrap())
}

async fn create(sessions: &Sessions) -> SessionContainer {
    sessions.create_new_session_without_request_response(CreateNewSession::new("public", "user-1")).await.unwrap()
}

async fn refresh(sessions: &Sessions, token: &str) -> Result<SessionContainer, SessionError> {
    sessions.refresh_session_without_request_response(token, RefreshAntiCsrf::Disabled).await
}

fn refresh_token(session: &SessionContainer) -> String {
    session.all_session_tokens_dangerously().unwrap().refresh_token.unwrap()
}

/// Refreshes with these tokens, each in a task of its own.
async fn refresh_at_once(
    sessions: &Sessions,
    tokens: impl Iterator<Item = String>,
) -> Vec<Result<SessionContainer, SessionError>> {
    let mut tasks = JoinSet::new();
    for token in tokens {
        let sessions = sessions.clone();
        tasks.spawn(async move { refresh(&sessions, &token).await });
    }
    tasks.join_all().await
}

/// Refreshes with one token in all tasks at once; each gets a session of its own tokens.
async fn successors(sessions: &Sessions, session: &SessionContainer) -> Vec<SessionContainer> {
    let token = refresh_token(session);
    let refreshed = refresh_at_once(sessions, std::iter::repeat_n(token, TASKS)).await;
    let successors: Vec<_> = refreshed.into_iter().map(|answer| answer.unwrap()).collect();
    assert_eq!(successors.iter().map(refresh_token).collect::<HashSet<_>>().len(), TASKS);
    assert!(successors.iter().all(|successor| successor.handle() == session.handle()));
    successors
}

#[track_caller]
fn assert_theft(answer: Result<SessionContainer, SessionError>, session: &SessionContainer) {
    match answer {
        Err(SessionError::TokenTheftDetected { session_handle, user_id, recipe_user_id }) => {
            assert_eq!(session_handle, session.handle());
            assert_eq!((user_id.as_str(), recipe_user_id.as_str()), ("user-1", "user-1"));
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("a displaced token was taken"),
    }
}

#[track_caller]
fn assert_unauthorised(answer: Result<SessionContainer, SessionError>) {
    assert!(matches!(answer, Err(SessionError::Unauthorised { .. })), "{:?}", answer.err());
}

async fn exists(sessions: &Sessions, session: &SessionContainer) -> bool {
    sessions.get_session_information(session.handle()).await.unwrap().is_some()
}

/// Of a hundred successors, the one whose tokens the database holds.
async fn current_of(sessions: &Sessions, successors: Vec<SessionContainer>) -> (SessionContainer, SessionContainer) {
    let (mut current, mut displaced) = (Vec::new(), Vec::new());
    for successor in successors {
        let options = VerifySessionOptions::new().check_database(true);
        match sessions.get_session_without_request_response(successor.access_token(), None, options).await {
            Ok(Some(_)) => current.push(successor),
            Err(SessionError::Unauthorised { .. }) => displaced.push(successor),
            other => panic!("{:?}", other.err()),
        }
    }
    assert_eq!((current.len(), displaced.len()), (1, TASKS - 1));
    (current.remove(0), displaced.remove(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn by_5_6_all_get_a_session_the_last_goes_on_and_a_displaced_one_is_theft() {
    let app = App::embedded();
    let sessions = app.sessions();
    for _ in 0..ROUNDS {
        let session = create(&sessions).await;
        let all = successors(&sessions, &session).await;
        let (current, displaced) = current_of(&sessions, all).await;
        let next = refresh(&sessions, &refresh_token(&current)).await.unwrap();
        assert!(exists(&sessions, &session).await);

        assert_theft(refresh(&sessions, &refresh_token(&displaced)).await, &session);
        // This version of the interface ends the session by itself.
        assert!(!exists(&sessions, &session).await);
        assert_unauthorised(refresh(&sessions, &refresh_token(&next)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_5_6_the_old_token_is_theft_from_the_grace_periods_end_on() {
    let app = App::embedded();
    let sessions = app.sessions();
    for _ in 0..ROUNDS {
        let session = create(&sessions).await;
        successors(&sessions, &session).await;
        app.clock.advance_ms(GRACE_PERIOD_MS);
        let last = refresh(&sessions, &refresh_token(&session)).await.unwrap();
        app.clock.advance_ms(1);
        assert_theft(refresh(&sessions, &refresh_token(&session)).await, &session);
        assert_unauthorised(refresh(&sessions, &refresh_token(&last)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_5_4_all_get_a_session_and_the_first_that_is_used_displaces_the_others() {
    let app = App::on(core_of_5_4());
    let sessions = app.sessions();
    for _ in 0..ROUNDS {
        let session = create(&sessions).await;
        let children = successors(&sessions, &session).await;
        // No time makes the old token bad before a child of it is used.
        app.clock.advance_ms(GRACE_PERIOD_MS + 1);
        refresh(&sessions, &refresh_token(&session)).await.unwrap();

        let used = refresh_at_once(&sessions, children.iter().map(refresh_token)).await;
        let (won, lost): (Vec<_>, Vec<_>) = used.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, TASKS - 1));
        lost.into_iter().for_each(|answer| assert_theft(answer, &session));
        assert_theft(refresh(&sessions, &refresh_token(&session)).await, &session);
        // Reported, and no more than that: what follows is up to the caller.
        assert!(exists(&sessions, &session).await);
        for winner in won {
            refresh(&sessions, &refresh_token(&winner.unwrap())).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_handler_ends_a_stolen_session_at_every_version() {
    for core in [core_of_5_4(), Core::embedded(":memory:")] {
        let app = App::on(core);
        let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
        let first = created.cookie("sRefreshToken").unwrap();
        let child = app.refresh_by_cookie(&first).await.cookie("sRefreshToken").unwrap();
        let grandchild = app.refresh_by_cookie(&child).await.cookie("sRefreshToken").unwrap();
        let handle = created.body["handle"].as_str().unwrap();
        assert!(app.sessions().get_session_information(handle).await.unwrap().is_some());

        let theft = app.refresh_by_cookie(&first).await;
        assert_eq!(theft.seen(), (401, &json!({"message": "token theft detected"})));
        assert_eq!(theft.cookie("sAccessToken").as_deref(), Some(""));
        assert_eq!(theft.cookie("sRefreshToken").as_deref(), Some(""));
        assert_eq!(theft.headers["front-token"], "remove");

        assert!(app.sessions().get_session_information(handle).await.unwrap().is_none());
        let other = app.refresh_by_cookie(&grandchild).await;
        assert_eq!(other.seen(), (401, &json!({"message": "unauthorised"})), "the other copy is lost too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_tabs_that_refresh_at_once_stay_signed_in() {
    for core in [core_of_5_4(), Core::embedded(":memory:")] {
        let app = Arc::new(App::on(core));
        let created = app.call(Method::POST, "/create", &[("st-auth-mode", "cookie")]).await;
        let token = created.cookie("sRefreshToken").unwrap();
        let mut tabs = JoinSet::new();
        for _ in 0..TASKS {
            let (app, token) = (app.clone(), token.clone());
            tabs.spawn(async move { app.refresh_by_cookie(&token).await });
        }
        // Only now: at 5.4 the first use of a child makes thieves of those who still come with the old token.
        for refreshed in tabs.join_all().await {
            assert_eq!(refreshed.seen(), (200, &json!({})));
            let cookie = format!("sAccessToken={}", refreshed.cookie("sAccessToken").unwrap());
            let me = app.call(Method::GET, "/me", &[("cookie", &cookie)]).await;
            assert_eq!(me.seen(), (200, &json!({"userId": "user-1"})));
        }
    }
}
