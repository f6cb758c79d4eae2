//! Users: the core's rules, run in a transaction.

use async_trait::async_trait;
use supertokens_core::storage::{ChangeUsers, ReadUsers, StorageError, UserStorage};

use super::SqliteStorage;
use crate::tables::Records;

#[async_trait]
impl UserStorage for SqliteStorage {
    async fn run_read(&self, read: ReadUsers) -> Result<(), StorageError> {
        self.threads.read_transaction(move |connection| read(&Records::new(connection))).await
    }

    async fn run_change(&self, change: ChangeUsers) -> Result<(), StorageError> {
        self.threads.write_transaction(move |connection| change(&mut Records::new(connection))).await
    }
}
