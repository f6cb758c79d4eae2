//! Users: the core's rules, run in a transaction.

use std::sync::Arc;

use async_trait::async_trait;
use supertokens_core::storage::{ChangeUsers, Reach, ReadUsers, StorageError, UserStorage};

use super::SqliteStorage;
use crate::tables::Records;

#[async_trait]
impl UserStorage for SqliteStorage {
    async fn run_read(&self, reach: Reach, read: ReadUsers) -> Result<(), StorageError> {
        let activity = self.activity.clone();
        let run = move |connection: &_| read(&Records::new(connection, &activity));
        self.threads.read_transaction(reach, run).await
    }

    async fn run_change(&self, change: ChangeUsers) -> Result<(), StorageError> {
        let activity = self.activity.clone();
        let run = move |connection: &_| {
            let mut records = Records::new(connection, &activity);
            change(&mut records).inspect_err(|_| records.note_again())
        };
        self.threads.write_transaction(Reach::Few, run).await
    }

    fn note_active(&self, app_id: &Arc<str>, user_id: &str, now_ms: u64) -> usize {
        self.activity.note(app_id, user_id, now_ms)
    }
}
