//! Users: the core's rules, run in a transaction; and when users were last active.

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Waker},
};

use async_trait::async_trait;
use supertokens_core::storage::{ActivityStorage, ChangeUsers, Reach, ReadUsers, StorageError, UserStorage};

use super::SqliteStorage;
use crate::{
    activity::Noted,
    tables::{Records, count_active},
};

/// Of so many users activity is written in one transaction. Other changes wait for it.
const USERS_OF_A_TRANSACTION: usize = 256;

#[async_trait]
impl UserStorage for SqliteStorage {
    async fn run_read(&self, reach: Reach, read: ReadUsers) -> Result<(), StorageError> {
        let activity = self.activity.clone();
        let run = move |connection: &_| read(&Records::new(connection, &activity));
        self.threads.read_transaction(reach, run).await
    }

    async fn run_change(&self, reach: Reach, change: ChangeUsers) -> Result<(), StorageError> {
        self.change_records(reach, |records| change(records)).await
    }
}

impl SqliteStorage {
    async fn change_records<T: Send + 'static>(
        &self,
        reach: Reach,
        change: impl FnOnce(&mut Records<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let activity = self.activity.clone();
        // What a change has taken of the activity is lost if its commit fails, unless it is kept out here until then.
        let taken = Arc::new(Mutex::new(Noted::default()));
        let left = taken.clone();
        let run = move |connection: &_| {
            let mut records = Records::new(connection, &activity);
            let result = change(&mut records).inspect_err(|_| records.note_again())?;
            *left.lock().unwrap_or_else(PoisonError::into_inner) = records.into_taken();
            Ok(result)
        };
        self.threads.write_transaction(reach, run).await.inspect_err(|_| {
            let taken = std::mem::take(&mut *taken.lock().unwrap_or_else(PoisonError::into_inner));
            self.activity.put_back(taken);
        })
    }

    /// Writes what is noted of at most so many users, in one transaction. Gives of how many it was.
    async fn write_noted(&self, most: usize) -> Result<usize, StorageError> {
        self.change_records(Reach::Many, move |records| records.write_activity(most)).await
    }

    /// Asks for everything that is noted to be written, and does not wait for it. Nobody else will ask for anything.
    pub(super) fn leave_activity(&self) {
        if self.activity.len() > 0 {
            // Once polled, it lies in the writer's queue, all of which is made before the writer ends.
            let _ = pin!(self.write_noted(usize::MAX)).poll(&mut Context::from_waker(Waker::noop()));
        }
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
            self.write_noted(now).await?;
        }
        Ok(())
    }

    async fn count_active(&self, app_id: &Arc<str>, since_ms: u64) -> Result<u64, StorageError> {
        // At least once, also when nothing is noted: what an earlier change has taken is committed when this one is. The
        // one that finds less than it may take leaves nothing behind.
        while self.write_noted(USERS_OF_A_TRANSACTION).await? == USERS_OF_A_TRANSACTION {}
        let app_id = app_id.clone();
        self.threads.read(Reach::Many, move |connection| count_active(connection, &app_id, since_ms)).await
    }
}
