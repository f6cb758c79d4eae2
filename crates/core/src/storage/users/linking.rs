//! What belongs to primary users.

use super::AccountInfo;
use crate::storage::StorageError;

/// Primary users in a transaction.
pub trait LinkingRecords {
    /// The ids of the primary users that have a login method with this, in whichever tenants.
    fn primary_users_with(&self, app_id: &str, info: AccountInfo<'_>) -> Result<Vec<String>, StorageError>;
}
