//! Users: the core's rules, run in a transaction; and when users were last active.

use std::sync::Arc;

use async_trait::async_trait;
use supertokens_core::storage::{ActivityStorage, ChangeUsers, Reach, ReadUsers, StorageError, UserStorage};

use super::SqliteStorage;
use crate::tables::{Records, count_active};

/// Of so many users activity is written in one transaction. Other changes wait for it.
const USERS_OF_A_TRANSACTION: usize = 256;

#[async_trait]
impl UserStorage for SqliteStorage {
    async fn run_read(&self, reach: Reach, read: ReadUsers) -> Result<(), StorageError> {
        let activity = self.activity.clone();
        let run = move |connection: &_| read(&Records::new(connection, &activity));
        self.threads.read_transaction(reach, run).await
    }

    async fn run_change(&self, change: ChangeUsers) -> Result<(), StorageError> {
        self.change_records(Reach::Few, |records| change(records)).await
    }
}

impl SqliteStorage {
    async fn change_records(
        &self,
        reach: Reach,
        change: impl FnOnce(&mut Records<'_>) -> Result<(), StorageError> + Send + 'static,
    ) -> Result<(), StorageError> {
        let activity = self.activity.clone();
        let run = move |connection: &_| {
            let mut records = Records::new(connection, &activity);
            change(&mut records).inspect_err(|_| records.note_again())
        };
        self.threads.write_transaction(reach, run).await
    }
}

#[async_trait]
impl ActivityStorage for SqliteStorage {
    fn note_active(&self, app_id: &Arc<str>, user_id: &str, now_ms: u64) -> usize {
        self.activity.note(app_id, user_id, now_ms)
    }

    async fn write_activity(&self, most: usize) -> Result<(), StorageError> {
        let mut left = most.min(self.activity.len());
        while left > 0 {
            let now = left.min(USERS_OF_A_TRANSACTION);
            left -= now;
            self.change_records(Reach::Many, move |records| records.write_activity(now)).await?;
        }
        Ok(())
    }

    async fn count_active(&self, app_id: &Arc<str>, since_ms: u64) -> Result<u64, StorageError> {
        self.write_activity(usize::MAX).await?;
        let app_id = app_id.clone();
        self.threads.read(Reach::Many, move |connection| count_active(connection, &app_id, since_ms)).await
    }
}
