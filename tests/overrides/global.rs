//! The one application that `SuperTokens::init` makes. What is said here holds once per process, so that each test runs
//! in a process of its own.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::process::{Command, Output};

use supertokens::session::{CreateNewSession, Session, VerifySessionOptions};
use supertokens::{AppInfo, Core, Error, InitError, Recipe, SuperTokens};

/// Runs one of this file's ignored tests in a process of its own.
fn in_a_process_of_its_own(test: &str, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    for name in ["SUPERTOKENS_CONNECTION_URI", "SUPERTOKENS_API_KEY", "SUPERTOKENS_DATABASE", "SUPERTOKENS_DEBUG"] {
        command.env_remove(name);
    }
    let output = command.envs(environment.iter().copied()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{test} failed: {}{stderr}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "no test is called {test}");
    output
}

fn localhost() -> AppInfo {
    AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000")
}

#[test]
fn the_global_application_is_made_once_and_a_failed_attempt_may_be_repeated() {
    in_a_process_of_its_own("child_inits", &[("SUPERTOKENS_DATABASE", ":memory:")]);
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn child_inits() {
    assert!(matches!(SuperTokens::global(), Err(Error::NotInitialised)));
    let failed = SuperTokens::init(AppInfo::new("Acme", "not a url at all::", "x"), vec![Session::new().boxed()]);
    assert!(matches!(failed, Err(InitError::InvalidSetting { .. })), "{failed:?}");
    let failed = SuperTokens::init(localhost(), vec![Session::new().boxed(), Session::new().boxed()]);
    assert!(matches!(failed, Err(InitError::DuplicateRecipe { .. })), "{failed:?}");
    assert!(matches!(SuperTokens::global(), Err(Error::NotInitialised)), "a failed init leaves nothing behind");

    // One that is not the global one.
    SuperTokens::new(localhost(), vec![Session::new().boxed()]).unwrap();
    assert!(matches!(SuperTokens::global(), Err(Error::NotInitialised)));

    SuperTokens::init(localhost(), vec![Session::new().boxed()]).unwrap();
    Session::of(SuperTokens::global().unwrap()).unwrap();
    let second = SuperTokens::init(localhost(), vec![Session::new().boxed()]);
    assert!(matches!(second, Err(InitError::AlreadyInitialised)), "{second:?}");
    let hint = second.unwrap_err().to_string();
    assert!(hint.contains("SuperTokens::new"), "{hint}");
    SuperTokens::new(localhost(), vec![Session::new().boxed()]).unwrap();
}

#[test]
fn the_debug_switch_writes_what_happens_to_standard_error_and_no_token() {
    let output = in_a_process_of_its_own("child_debugs", &[]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    for expected in ["built the application", "session.create_new_session", "session.get_session"] {
        assert!(stderr.contains(expected), "{expected} is not in {stderr}");
    }
    let secrets: Vec<&str> = stdout.lines().filter_map(|line| line.strip_prefix("secret ")).collect();
    assert_eq!(secrets.len(), 2);
    assert!(secrets.iter().all(|secret| secret.len() > 20 && !stderr.contains(secret)), "{stderr}");
}

#[test]
fn without_the_debug_switch_nothing_is_written() {
    let output = in_a_process_of_its_own("child_lives", &[]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_environment_can_turn_the_debug_switch_on() {
    let output = in_a_process_of_its_own("child_lives", &[("SUPERTOKENS_DEBUG", "1")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("session.create_new_session"));
}

#[tokio::test]
#[ignore = "run by a test above, in a process of its own"]
async fn child_debugs() {
    live(true).await;
}

#[tokio::test]
#[ignore = "run by tests above, in a process of its own"]
async fn child_lives() {
    live(false).await;
}

/// Makes and verifies a session, and writes its tokens to standard output.
async fn live(debug: bool) {
    let app = SuperTokens::builder(localhost())
        .core(Core::embedded(":memory:"))
        .recipes(vec![Session::new().boxed()])
        .debug(debug)
        .build()
        .unwrap();
    let sessions = Session::of(&app).unwrap();
    let new = CreateNewSession::new("public", "user-1");
    let session = sessions.create_new_session_without_request_response(new).await.unwrap();
    let tokens = session.all_session_tokens_dangerously().unwrap();
    println!("\nsecret {}\nsecret {}", tokens.access_token, tokens.refresh_token.unwrap());
    let options = VerifySessionOptions::new().anti_csrf_check(false);
    sessions.get_session_without_request_response(tokens.access_token, None, options).await.unwrap();
    app.shutdown().await;
}
