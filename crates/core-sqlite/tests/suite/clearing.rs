//! What is cleared away in the background.

use std::{
    cell::RefCell,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread::{self, ThreadId},
};

use supertokens_core::{
    Clock, Core,
    storage::{KeyStorage, PUBLIC, SessionKey, SessionStorage, TenantKey},
};
use supertokens_core_sqlite::SqliteStorage;

use crate::common::*;

#[tokio::test]
async fn sessions_that_have_ended_are_removed_and_others_stay() {
    for readers in [0, 2] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("core.db");
        let storage = SqliteStorage::builder().readers(readers).open(&path).unwrap();
        let core = TestCore::over(storage, without_jitter());
        let mut handles = Vec::new();
        // More than are looked at in one go.
        for _ in 0..1100 {
            handles.push(handle(&core.create("5.6").await).to_owned());
            if handles.len() == 600 {
                core.pass(3600);
            }
        }
        core.pass(100 * 86_400 - 3600);
        core.core.run_maintenance().await;
        core.core.shutdown().await;
        drop(core);

        let storage = SqliteStorage::open(&path).unwrap();
        let mut left = 0;
        for (index, handle) in handles.into_iter().enumerate() {
            let is_there = storage.session(session_key(&handle)).await.unwrap().is_some();
            assert_eq!(is_there, index >= 600, "session {index}");
            left += usize::from(is_there);
        }
        assert_eq!(left, 500);
    }
}

#[tokio::test]
async fn a_core_that_nobody_asks_anything_clears_away_sessions_and_keys_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    let ended = handle(&core.create("5.6").await).to_owned();
    core.core.shutdown().await;
    drop(core);

    let later_ms = START_MS + 101 * 86_400_000;
    let (clock, background) = WatchedClock::new(later_ms);
    let core = Core::builder(SqliteStorage::open(&path).unwrap()).clock(clock).build().unwrap();
    assert_eq!(background.recv(), Ok(Background::Began));
    // This waits for what has begun.
    drop(core);

    let storage = SqliteStorage::open(&path).unwrap();
    assert!(storage.session(session_key(&ended)).await.unwrap().is_none());
    let keys = storage.signing_keys(PUBLIC.into()).await.unwrap();
    let kids: Vec<_> = keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["s-test", &format!("d-{later_ms}")]);
}

#[tokio::test]
async fn the_background_thread_ends_with_the_last_clone_of_its_core() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let (clock, background) = WatchedClock::new(START_MS);
    let core = Core::builder(SqliteStorage::open(&path).unwrap()).clock(clock).build().unwrap();
    assert_eq!(background.recv(), Ok(Background::Began));
    let clone = core.clone();
    drop(core);
    clone.run_maintenance().await;
    assert_eq!(background.try_recv(), Err(TryRecvError::Empty), "the clone is the same core, and lives");
    drop(clone);
    assert_eq!(background.try_recv(), Ok(Background::Ended));
    assert_eq!(background.try_recv(), Err(TryRecvError::Disconnected), "nothing has the clock any more");
    SqliteStorage::open(&path).expect("the database's threads are gone too, and its lock with them");
}

fn session_key(handle: &str) -> SessionKey {
    SessionKey { tenant: TenantKey { app_id: PUBLIC.into(), tenant_id: PUBLIC.into() }, handle: handle.to_owned() }
}

/// A clock that stands still, and tells about the thread that asks it beside the test's own.
struct WatchedClock {
    now_ms: u64,
    test: ThreadId,
    background: Sender<Background>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Background {
    /// It asked for the time, so it has a core to work on.
    Began,
    /// It is gone.
    Ended,
}

/// Lives as long as its thread.
struct EndOfThread(Sender<Background>);

thread_local! {
    static END: RefCell<Option<EndOfThread>> = const { RefCell::new(None) };
}

impl WatchedClock {
    fn new(now_ms: u64) -> (Self, Receiver<Background>) {
        let (background, told) = channel();
        (Self { now_ms, test: thread::current().id(), background }, told)
    }
}

impl Clock for WatchedClock {
    fn now_ms(&self) -> u64 {
        if thread::current().id() != self.test {
            END.with_borrow_mut(|end| {
                end.get_or_insert_with(|| {
                    self.background.send(Background::Began).unwrap();
                    EndOfThread(self.background.clone())
                });
            });
        }
        self.now_ms
    }
}

impl Drop for EndOfThread {
    fn drop(&mut self) {
        // The test may have ended by failing.
        let _ = self.0.send(Background::Ended);
    }
}
