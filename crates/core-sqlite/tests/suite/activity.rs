//! When users were last active: what is noted is neither lost nor counted too early.

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use supertokens_core_sqlite::SqliteStorage;

use crate::{common::*, other_program, people::sign_up};

/// A core that does nothing more by itself: what it begins with, to write what is noted and then to clear away, is done.
fn core_on_a_file() -> (TestCore, PathBuf, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let storage = SqliteStorage::open(&path).unwrap();
    other_program::execute(&path, "INSERT INTO password_reset_tokens VALUES ('public', zeroblob(32), 'nobody', '', 0)");
    let core = TestCore::over(storage, without_jitter());
    let file = rusqlite::Connection::open(&path).unwrap();
    let is_left = || file.prepare("SELECT 1 FROM password_reset_tokens").unwrap().exists([]).unwrap();
    while is_left() {
        std::thread::sleep(Duration::from_millis(1));
    }
    (core, path, directory)
}

async fn active_since(core: &TestCore, since_ms: u64) -> u64 {
    let answer = core.get("5.6", &format!("/users/count/active?since={since_ms}")).await;
    answer.ok()["count"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_being_written_is_counted() {
    let (core, path, _directory) = core_on_a_file();
    core.create("5.6").await;
    other_program::slow_down(&path, "INSERT ON user_activity");
    let writing = core.core.clone();
    let writing = tokio::spawn(async move { writing.run_maintenance().await });
    // It is under way by then.
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(active_since(&core, 0).await, 1);
    writing.await.unwrap();
}

#[tokio::test]
async fn more_users_than_are_written_at_once_are_all_counted() {
    let core = TestCore::new();
    for number in 0..520 {
        core.post("5.6", "/recipe/session", session_of(&format!("user{number}"))).await.ok();
    }
    assert_eq!(active_since(&core, 0).await, 520);
}

#[tokio::test]
async fn who_could_not_be_written_is_counted_when_that_works_again() {
    let (core, path, _directory) = core_on_a_file();
    core.create("5.6").await;
    other_program::break_commits(&path, "INSERT ON user_activity");
    assert_eq!(core.get("5.6", "/users/count/active?since=0").await.status, 500);
    core.core.run_maintenance().await;
    other_program::mend_commits(&path);
    assert_eq!(active_since(&core, 0).await, 1);
}

#[tokio::test]
async fn who_could_not_be_removed_is_still_active() {
    let (core, path, _directory) = core_on_a_file();
    let alice = sign_up(&core, "", "alice@example.com").await;
    other_program::break_commits(&path, "DELETE ON login_methods");
    let body = json!({"userId": alice});
    assert_eq!(core.post("5.6", "/user/remove", body.clone()).await.status, 500);
    other_program::mend_commits(&path);
    assert_eq!(active_since(&core, 0).await, 1);
    core.post("5.6", "/user/remove", body).await.ok();
    assert_eq!(active_since(&core, 0).await, 0);
}

#[tokio::test]
async fn a_refresh_that_is_not_stored_makes_nobody_active() {
    let (core, path, _directory) = core_on_a_file();
    let session = core.create("5.6").await;
    core.pass(10);
    other_program::execute(
        &path,
        "CREATE TRIGGER no_refresh BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    assert_eq!(core.refresh("5.6", refresh_token(&session)).await.status, 500);
    assert_eq!(active_since(&core, START_MS + 1).await, 0);
    other_program::execute(&path, "DROP TRIGGER no_refresh");
    core.refresh("5.6", refresh_token(&session)).await.ok();
    assert_eq!(active_since(&core, START_MS + 1).await, 1);
}

#[tokio::test]
async fn who_was_active_is_known_after_a_core_that_was_not_shut_down() {
    let (core, path, _directory) = core_on_a_file();
    for number in 0..300 {
        core.post("5.6", "/recipe/session", session_of(&format!("user{number}"))).await.ok();
    }
    drop(core);
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    assert_eq!(active_since(&core, 0).await, 300);
}
