//! Ids that the application has given to users.

use crate::storage::StorageError;

/// A user's two ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUserIdMapping {
    /// The core's.
    pub supertokens_user_id: String,
    /// The application's.
    pub external_user_id: String,
    /// What the application notes about it.
    pub external_user_id_info: Option<String>,
}

/// Whom a session is of. The ids are as callers are given them, but for the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionUser {
    /// The user's id.
    pub user_id: String,
    /// The account's.
    pub recipe_user_id: String,
    /// The core's id of the user.
    pub supertokens_user_id: String,
}

/// User id mappings in a transaction.
pub trait UserIdMappingRecords {
    /// The mapping of a user by the core's id.
    fn mapping_by_supertokens_id(
        &self,
        app_id: &str,
        user_id: &str,
    ) -> Result<Option<StoredUserIdMapping>, StorageError>;

    /// Whom a session of `id`, be it the core's or an external one, is of: the user whom the account of that id belongs
    /// to. An id that names nobody is its own.
    fn session_user(&self, app_id: &str, id: &str) -> Result<SessionUser, StorageError>;

    /// The mapping of a user by the application's id.
    fn mapping_by_external_id(&self, app_id: &str, user_id: &str) -> Result<Option<StoredUserIdMapping>, StorageError>;

    /// Adds a mapping, neither of whose ids is mapped.
    fn add_mapping(&mut self, app_id: &str, mapping: &StoredUserIdMapping) -> Result<(), StorageError>;

    /// Replaces what is noted about a mapping.
    fn set_mapping_info(
        &mut self,
        app_id: &str,
        supertokens_user_id: &str,
        info: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Gives the verified addresses of one id, and the tokens to verify others, to another.
    fn move_verification(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError>;

    /// Removes a mapping. Gives whether there was one.
    fn remove_mapping(&mut self, app_id: &str, supertokens_user_id: &str) -> Result<bool, StorageError>;
}
