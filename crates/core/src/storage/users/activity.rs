//! When users were last active.

use crate::storage::StorageError;

/// Activity in a transaction. What [`note_active`](super::UserStorage::note_active) keeps counts in each of these.
pub trait ActivityRecords {
    /// How many users were active at `since_ms` or later.
    fn count_active(&mut self, app_id: &str, since_ms: u64) -> Result<u64, StorageError>;

    /// Says that a user is active, if the app is still there.
    fn set_last_active(&mut self, app_id: &str, user_id: &str, now_ms: u64) -> Result<(), StorageError>;

    /// Writes what [`note_active`](super::UserStorage::note_active) keeps.
    fn write_noted_activity(&mut self) -> Result<(), StorageError>;

    /// Counts a user's activity as that of another, which it is part of now.
    fn move_activity(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError>;
}
