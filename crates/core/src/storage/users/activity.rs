//! When users were last active.

use std::sync::Arc;

use async_trait::async_trait;

use crate::storage::StorageError;

/// Which users were active. It is noted in memory, where it counts at once, and written from time to time: no request
/// pays for a transaction of its own. Closing the storage, or dropping it, writes the rest.
#[async_trait]
pub trait ActivityStorage {
    /// Says that a user is active. Gives of how many users that is noted and not written.
    fn note_active(&self, app_id: &Arc<str>, user_id: &str, now_ms: u64) -> usize;

    /// Writes what is noted of at most so many users. It may take several transactions.
    async fn write_activity(&self, most: usize) -> Result<(), StorageError>;

    /// How many users were active at `since_ms` or later, all of them that are noted when it is asked. What is noted is
    /// written first, in as many transactions as that takes.
    async fn count_active(&self, app_id: &Arc<str>, since_ms: u64) -> Result<u64, StorageError>;
}

/// Activity in a transaction, noted and written.
pub trait ActivityRecords {
    /// Counts a user's activity as that of another, which it is part of now.
    fn move_activity(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError>;
}
