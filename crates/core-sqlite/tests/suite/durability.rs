//! A process that is killed while it writes: what it acknowledged is there, whole.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use supertokens_core_sqlite::SqliteStorage;

use crate::common::*;

const DATABASE: &str = "SUPERTOKENS_TEST_WRITER_DATABASE";
/// 200 in the long run: `SUPERTOKENS_TEST_KILLS=200`.
const KILLS: &str = "SUPERTOKENS_TEST_KILLS";

/// Not a test by itself: the process that is killed. Says each handle once its session is acknowledged.
#[test]
fn writer_that_is_killed() {
    let Ok(path) = std::env::var(DATABASE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let core = std::sync::Arc::new(TestCore::over(SqliteStorage::open(path).unwrap(), without_jitter()));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let core = core.clone();
            tasks.spawn(async move {
                loop {
                    let session = core.create("5.6").await;
                    let refreshed = core.refresh("5.6", refresh_token(&session)).await.ok();
                    println!("acknowledged {} {}", handle(&session), refresh_token(&refreshed));
                }
            });
        }
        tasks.join_all().await;
    });
}

fn start_writer(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::writer_that_is_killed", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_killed_process_loses_no_session_that_it_acknowledged() {
    let kills: u64 = std::env::var(KILLS).map_or(5, |kills| kills.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let mut checked = 0;
    for kill in 0..kills {
        let mut writer = start_writer(&path);
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut acknowledged = Vec::new();
        // Wait until it writes, then let it go on for a while that differs each time.
        let read = |line: String| {
            let (_, rest) = line.split_once("acknowledged ")?;
            rest.split_once(' ').map(|(handle, token)| (handle.to_owned(), token.to_owned()))
        };
        acknowledged.extend(lines.by_ref().find_map(read));
        std::thread::sleep(Duration::from_millis(kill * 37 % 50));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let mut rest: Vec<_> = lines.collect();
        // The last line may be cut off.
        rest.pop();
        acknowledged.extend(rest.into_iter().filter_map(read));
        assert!(!acknowledged.is_empty());

        let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
        for (handle, token) in acknowledged {
            let session = core.information(&handle).await.ok();
            assert_eq!(session["userDataInDatabase"], serde_json::json!({"cart": [1]}));
            core.refresh("5.6", &token).await.ok();
            checked += 1;
        }
        core.core.shutdown().await;
    }
    assert!(checked >= kills);
}
