//! What recipes keep under a user's id. They take any text for one: the user need not exist.

use crate::storage::{StorageError, TenantKey};

/// What is kept under user ids, in a transaction.
pub trait UserDataRecords {
    /// The recipes that keep something under this id, by the names that the real core gives them in its messages.
    fn recipes_using(&self, app_id: &str, user_id: &str) -> Result<Vec<&'static str>, StorageError>;

    /// Removes everything that is kept under this id: sessions, metadata, roles, verified addresses and so on.
    fn remove_user_data(&mut self, app_id: &str, user_id: &str) -> Result<(), StorageError>;

    /// Removes what is kept under this id in one tenant: sessions, roles, tokens. Metadata and verified addresses stay.
    fn remove_user_data_of_tenant(&mut self, tenant: &TenantKey, user_id: &str) -> Result<(), StorageError>;

    /// Removes the sessions of a recipe user.
    fn remove_sessions_of_user(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError>;
}
