//! What the core asks of a storage about user metadata: one JSON object per user of an app.

use std::sync::Arc;

use async_trait::async_trait;

use super::StorageError;

/// Makes a user's new metadata of the stored, both the text of a JSON object; `None` leaves the stored as it is. Must be
/// quick and must not block: other writes wait, and it may run where the change is asked for.
pub type ChangeMetadata = Box<dyn FnOnce(Option<&str>) -> Option<String> + Send>;

/// Metadata of users. A user of that id need not exist.
#[async_trait]
pub trait UserMetadataStorage {
    /// The metadata of each of the users, in the order of their ids.
    async fn user_metadata(&self, app_id: Arc<str>, user_ids: Vec<String>)
    -> Result<Vec<Option<String>>, StorageError>;

    /// Reads a user's metadata and replaces it as `change` says, in one transaction that no other write can come between.
    /// Returns what is stored then.
    async fn change_user_metadata(
        &self,
        app_id: Arc<str>,
        user_id: String,
        change: ChangeMetadata,
    ) -> Result<Option<String>, StorageError>;

    /// Removes a user's metadata, if there is any.
    async fn remove_user_metadata(&self, app_id: Arc<str>, user_id: String) -> Result<(), StorageError>;
}
