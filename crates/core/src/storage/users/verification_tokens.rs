//! Tokens that verify e-mail addresses. The user need not exist.

use std::fmt;

use crate::storage::{StorageError, TenantKey, TokenHash};

/// A token that verifies an address, as it lies in a storage: only its hash. `Debug` does not show the address.
#[derive(Clone)]
pub struct StoredVerificationToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// The user's id, which is the external one where there is one.
    pub user_id: String,
    /// The address that it verifies.
    pub email: String,
    /// When it ends.
    pub expires_at_ms: u64,
}

impl fmt::Debug for StoredVerificationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredVerificationToken").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// Tokens for the addresses of a tenant's users, in a transaction.
pub trait VerificationTokenRecords {
    /// The token of that hash, also one that has ended.
    fn verification_token(
        &self,
        tenant: &TenantKey,
        hash: &TokenHash,
    ) -> Result<Option<StoredVerificationToken>, StorageError>;

    /// Adds a token.
    fn add_verification_token(
        &mut self,
        tenant: &TenantKey,
        token: &StoredVerificationToken,
    ) -> Result<(), StorageError>;

    /// Removes a tenant's tokens for an address of a user.
    fn remove_verification_tokens(
        &mut self,
        tenant: &TenantKey,
        user_id: &str,
        email: &str,
    ) -> Result<(), StorageError>;

    /// Removes tokens of all apps that ended before `now_ms`.
    fn remove_expired_verification_tokens(&mut self, now_ms: u64) -> Result<(), StorageError>;
}
