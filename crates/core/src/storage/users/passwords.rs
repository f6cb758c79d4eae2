//! Password hashes, and tokens to set a new password.

use std::fmt;

use zeroize::Zeroizing;

use crate::storage::{StorageError, TokenHash};

/// A token to set a new password, as it lies in a storage: only its hash. `Debug` does not show the address.
#[derive(Clone)]
pub struct StoredResetToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// A recipe user id, or that of a user whose own login method is gone.
    pub user_id: String,
    /// The e-mail address that it was asked for.
    pub email: String,
    /// When it ends.
    pub expires_at_ms: u64,
}

impl fmt::Debug for StoredResetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResetToken").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// Password hashes and reset tokens in a transaction.
pub trait PasswordRecords {
    /// The hash of a login method's password.
    fn password_hash(&self, app_id: &str, recipe_user_id: &str) -> Result<Option<Zeroizing<String>>, StorageError>;

    /// Replaces it.
    fn set_password_hash(&mut self, app_id: &str, recipe_user_id: &str, hash: &str) -> Result<(), StorageError>;

    /// The reset token of that hash, also one that has ended.
    fn reset_token(&self, app_id: &str, hash: &TokenHash) -> Result<Option<StoredResetToken>, StorageError>;

    /// Adds a reset token.
    fn add_reset_token(&mut self, app_id: &str, token: &StoredResetToken) -> Result<(), StorageError>;

    /// Removes all reset tokens of an id.
    fn remove_reset_tokens_of(&mut self, app_id: &str, user_id: &str) -> Result<(), StorageError>;

    /// Removes reset tokens of all apps that ended before `now_ms`.
    fn remove_expired_reset_tokens(&mut self, now_ms: u64) -> Result<(), StorageError>;
}
