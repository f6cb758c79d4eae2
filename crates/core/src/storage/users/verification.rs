//! Which e-mail addresses are verified. The user need not exist.

use crate::storage::StorageError;

/// Verified addresses in a transaction. A user with an external id is known here by that.
pub trait VerificationRecords {
    /// Whether a user has verified an address.
    fn is_email_verified(&self, app_id: &str, user_id: &str, email: &str) -> Result<bool, StorageError>;

    /// Says that a user has verified an address. Nothing if it is known already.
    fn add_verified_email(&mut self, app_id: &str, user_id: &str, email: &str) -> Result<(), StorageError>;

    /// Says that a user has not verified an address.
    fn remove_verified_email(&mut self, app_id: &str, user_id: &str, email: &str) -> Result<(), StorageError>;
}
