//! What is cleared away in the background.

use supertokens_core::storage::{PUBLIC, SessionKey, Storage, TenantKey};
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
            let tenant = TenantKey { app_id: PUBLIC.into(), tenant_id: PUBLIC.into() };
            let is_there = storage.session(SessionKey { tenant, handle }).await.unwrap().is_some();
            assert_eq!(is_there, index >= 600, "session {index}");
            left += usize::from(is_there);
        }
        assert_eq!(left, 500);
    }
}
