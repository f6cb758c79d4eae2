//! The database's files: who may read them, who may open them, and what is wrong with them.

use std::path::Path;

use supertokens_core::storage::{Storage, StorageError, TenantStorage};
use supertokens_core_sqlite::{SqliteError, SqliteStorage, Synchronous};

use crate::common::*;

fn error(path: &Path) -> SqliteError {
    SqliteStorage::open(path).unwrap_err()
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().unwrap();
    let core = TestCore::over(SqliteStorage::open(directory.path().join("core.db")).unwrap(), without_jitter());
    core.create("5.6").await;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort_unstable();
    assert_eq!(names, ["core.db", "core.db-lock", "core.db-shm", "core.db-wal"]);
}

#[tokio::test]
async fn a_second_owner_is_refused_and_told_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let first = SqliteStorage::open(&path).unwrap();
    let link = directory.path().join("link.db");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for path in [&path, &link] {
        let error = error(path);
        assert!(matches!(error, SqliteError::Locked { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("supertokens-core") && text.contains("in use by another process"), "{text}");
    }
    first.close().await;
    drop(SqliteStorage::open(&path).unwrap());
    // Dropping gives it back too.
    drop(SqliteStorage::open(&path).unwrap());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let text = "this is a text and no database, and long enough to be taken for one: ".repeat(20);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(error(&path), SqliteError::Corrupt { .. }));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    for _ in 0..50 {
        core.create("5.6").await;
    }
    core.core.shutdown().await;
    drop(core);
    let mut bytes = std::fs::read(&path).unwrap();
    assert!(bytes.len() > 40_000, "{}", bytes.len());
    bytes[4096 * 2..].iter_mut().for_each(|byte| *byte = 0x5a);
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(error(&path), SqliteError::Corrupt { .. }));
}

#[test]
fn another_programs_database_and_one_of_the_future_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(other);
    assert!(matches!(error(&path), SqliteError::Foreign { .. }));

    let path = directory.path().join("future.db");
    drop(SqliteStorage::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(error(&path), SqliteError::TooNew { found: 99, .. }));
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let text = error(&directory.path().join("nosuch/core.db")).to_string();
    assert!(text.contains("nosuch/core.db") && text.contains("check that its directory exists"), "{text}");
    assert!(matches!(error(directory.path()), SqliteError::File { .. } | SqliteError::Sqlite { .. }));
    assert!(matches!(error(Path::new("")), SqliteError::File { .. }));
}

#[tokio::test]
async fn a_closed_storage_says_so() {
    let storage = SqliteStorage::memory().unwrap();
    storage.tenants().await.unwrap();
    storage.close().await;
    storage.close().await;
    assert!(matches!(storage.tenants().await, Err(StorageError::Closed)));
}

#[tokio::test]
async fn a_reader_of_the_file_beside_us_does_not_make_requests_fail() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let storage = SqliteStorage::builder().synchronous(Synchronous::Full).readers(1).open(&path).unwrap();
    let core = TestCore::over(storage, without_jitter());
    core.create("5.6").await;
    let beside = rusqlite::Connection::open(&path).unwrap();
    beside.execute_batch("BEGIN; SELECT count(*) FROM sessions;").unwrap();
    for _ in 0..10 {
        core.create("5.6").await;
    }
    beside.execute_batch("COMMIT").unwrap();
    let count: i64 = beside.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 11);
}

#[tokio::test]
async fn no_token_lies_in_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    let session = core.create("5.6").await;
    let refreshed = core.refresh("5.6", refresh_token(&session)).await.ok();
    let (_, claims) = core.read("", access_token(&refreshed)).await;
    let mut files = std::fs::read(&path).unwrap();
    files.extend(std::fs::read(directory.path().join("core.db-wal")).unwrap());
    let has = |text: &str| files.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has(handle(&session)), "the files are the right ones");
    for secret in refresh_token(&session).split('.').chain(refresh_token(&refreshed).split('.')).filter(|s| s.len() > 2)
    {
        assert!(!has(secret));
    }
    assert!(!has(claims["refreshTokenHash1"].as_str().unwrap()));
    assert!(!has(access_token(&refreshed)));
}
