//! Signing keys and secrets of apps.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::StorageError;

/// Which kind of key signs a session's access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// One that is replaced at intervals (`kid` begins with `d-`).
    Dynamic,
    /// The one that stays (`kid` begins with `s-`).
    Static,
}

/// A private signing key as it lies in the storage.
#[derive(Clone)]
pub struct StoredSigningKey {
    /// The key's id, as in the header of a token.
    pub kid: String,
    /// The kind.
    pub kind: KeyKind,
    /// When it was made.
    pub created_at_ms: u64,
    /// The private key: PKCS#8, DER.
    pub pkcs8: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for StoredSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The secret that an app's refresh tokens are made with.
pub type AppSecret = Zeroizing<[u8; 32]>;

/// Signing keys and secrets in a storage.
#[async_trait]
pub trait KeyStorage {
    /// The app's secret: the stored one, else `candidate`, which is then stored.
    async fn app_secret(&self, app_id: Arc<str>, candidate: AppSecret) -> Result<AppSecret, StorageError>;

    /// All signing keys of an app.
    async fn signing_keys(&self, app_id: Arc<str>) -> Result<Vec<StoredSigningKey>, StorageError>;

    /// Adds a signing key to an app.
    async fn add_signing_key(&self, app_id: Arc<str>, key: StoredSigningKey) -> Result<(), StorageError>;

    /// Removes an app's dynamic keys that were made before `before_ms`.
    async fn remove_signing_keys(&self, app_id: Arc<str>, before_ms: u64) -> Result<(), StorageError>;
}
