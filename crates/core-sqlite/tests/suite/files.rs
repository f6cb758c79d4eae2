//! The database's files: who may read them, who may open them, and what is wrong with them.

use std::path::Path;

use serde_json::json;
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

#[tokio::test]
async fn the_log_is_folded_into_the_database_while_sessions_are_made() {
    let directory = tempfile::tempdir().unwrap();
    let size = |file: &str| std::fs::metadata(directory.path().join(file)).unwrap().len();
    let core = TestCore::over(SqliteStorage::open(directory.path().join("core.db")).unwrap(), without_jitter());
    core.create("5.6").await;
    let (at_first, mut longest) = (size("core.db"), 0);
    for _ in 0..1200 {
        core.create("5.6").await;
        longest = longest.max(size("core.db-wal"));
    }
    assert!(size("core.db") > at_first, "the sessions are in the log only");
    // As long as 512 changes make it, and whatever was written while the thread that folds it was being woken.
    assert!(longest < 16 * 1024 * 1024, "{longest} bytes");
}

/// Users were rows of a table of their own up to step 4: one alone in two tenants, one with two accounts, and one whose
/// own account is gone.
const USERS_OF_STEP_4: &str = "
    INSERT INTO tenants (app_id, tenant_id, settings) VALUES ('public', 't1', '{}');
    INSERT INTO users (app_id, user_id, is_primary, time_joined) VALUES
        ('public', 'alone', 0, 3000), ('public', 'pair', 1, 1000), ('public', 'heir', 1, 2000);
    INSERT INTO login_methods (app_id, recipe_user_id, user_id, recipe_id, time_joined, email, third_party_id,
        third_party_user_id, password_hash) VALUES
        ('public', 'alone', 'alone', 'emailpassword', 3000, 'alone@example.com', NULL, NULL,
         '$argon2id$v=19$m=8,t=1,p=1$YdC1pmQVEec9oayFOZpeHA$YwQxmq93HmTnOwlo7dOaIDaDYHbgg12P/uzBae092jo'),
        ('public', 'pair', 'pair', 'emailpassword', 1500, 'pair@example.com', NULL, NULL, 'x'),
        ('public', 'of-pair', 'pair', 'thirdparty', 1000, 'pair@example.com', 'google', 'g1', NULL),
        ('public', 'of-heir', 'heir', 'thirdparty', 2000, 'heir@example.com', 'google', 'g2', NULL);
    INSERT INTO login_method_tenants (app_id, recipe_user_id, tenant_id, user_id, user_time_joined, recipe_id, email,
        third_party_id, third_party_user_id) VALUES
        ('public', 'alone', 't1', 'alone', 3000, 'emailpassword', 'alone@example.com', NULL, NULL),
        ('public', 'alone', 'public', 'alone', 3000, 'emailpassword', 'alone@example.com', NULL, NULL),
        ('public', 'pair', 'public', 'pair', 1000, 'emailpassword', 'pair@example.com', NULL, NULL),
        ('public', 'of-pair', 'public', 'pair', 1000, 'thirdparty', 'pair@example.com', 'google', 'g1'),
        ('public', 'of-heir', 't1', 'heir', 2000, 'thirdparty', 'heir@example.com', 'google', 'g2');
    INSERT INTO user_id_mappings VALUES ('public', 'heir', 'external', NULL);
    INSERT INTO verified_emails VALUES ('public', 'pair', 'pair@example.com');";

#[tokio::test]
async fn users_of_an_older_version_are_the_same_afterwards() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let older = rusqlite::Connection::open(&path).unwrap();
    for step in [
        include_str!("../../src/migrations/0001_apps_keys_sessions.sql"),
        include_str!("../../src/migrations/0002_users.sql"),
        include_str!("../../src/migrations/0003_passwordless.sql"),
        include_str!("../../src/migrations/0004_verification_metadata_roles.sql"),
        "PRAGMA application_id = 0x5354436f; PRAGMA user_version = 4;",
        USERS_OF_STEP_4,
    ] {
        older.execute_batch(step).unwrap();
    }
    drop(older);
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());

    let user = async |id: &str| core.get("5.6", &format!("/user/id?userId={id}")).await.ok()["user"].clone();
    let alone = user("alone").await;
    assert_eq!(alone["isPrimaryUser"], false);
    assert_eq!(alone["timeJoined"], 3000);
    assert_eq!(alone["tenantIds"], json!(["public", "t1"]));
    let pair = user("of-pair").await;
    assert_eq!(pair["id"], "pair");
    assert_eq!(pair["isPrimaryUser"], true);
    assert_eq!(pair["timeJoined"], 1000);
    let methods = pair["loginMethods"].as_array().unwrap();
    let ids: Vec<_> = methods.iter().map(|method| (&method["recipeUserId"], &method["verified"])).collect();
    assert_eq!(ids, [(&json!("of-pair"), &json!(false)), (&json!("pair"), &json!(true))]);
    let heir = user("heir").await;
    assert_eq!((&heir["id"], &heir["isPrimaryUser"]), (&json!("external"), &json!(true)));
    assert_eq!(heir["loginMethods"][0]["recipeUserId"], "of-heir");
    assert_eq!(user("of-heir").await, heir);
    assert_eq!(core.get("5.6", "/users/count?includeAllTenants=true").await.ok()["count"], 3);

    let body = json!({"email": "alone@example.com", "password": "password"});
    assert_eq!(core.post("5.6", "/t1/recipe/signin", body).await.ok()["recipeUserId"], "alone");
    core.post("5.6", "/recipe/multitenancy/tenant/remove", json!({"tenantId": "t1"})).await.ok();
    assert_eq!(user("alone").await["tenantIds"], json!(["public"]));
    assert_eq!(user("heir").await["tenantIds"], json!([]));
}
