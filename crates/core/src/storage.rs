//! What the core asks of a storage: operations named for what they do, each one transaction.
//!
//! A storage implementer depends on this module and on nothing else of the core. Every record belongs to an app, and
//! those of sessions to a tenant of it. Times are milliseconds since 1970.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The id of the app and of the tenant that always exist.
pub const PUBLIC: &str = "public";

/// A tenant of an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TenantKey {
    /// The app's id, `public` for the one that always exists.
    pub app_id: Arc<str>,
    /// The tenant's id, `public` for the one that each app has.
    pub tenant_id: Arc<str>,
}

/// Where a session lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// The tenant that the session belongs to.
    pub tenant: TenantKey,
    /// The session's handle.
    pub handle: String,
}

/// A hash of a refresh token. `Debug` does not show it, `==` takes the same time for any two.
#[derive(Clone, Copy)]
pub struct TokenHash(pub [u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// Which kind of key signs a session's access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// One that is replaced at intervals (`kid` begins with `d-`).
    Dynamic,
    /// The one that stays (`kid` begins with `s-`).
    Static,
}

/// A session as it lies in the storage. `Debug` shows nothing of what the application keeps in it.
#[derive(Clone)]
pub struct StoredSession {
    /// The recipe user id.
    pub recipe_user_id: String,
    /// What changes when the session is refreshed.
    pub refresh: RefreshState,
    /// The payload of access tokens: the text of a JSON object.
    pub user_data_in_jwt: String,
    /// The application's data: the text of a JSON object.
    pub user_data_in_database: String,
    /// When the session was made.
    pub created_at_ms: u64,
}

impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession").field("refresh", &self.refresh).finish_non_exhaustive()
    }
}

/// The part of a session that refreshing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshState {
    /// Hash of the refresh token that is good now.
    pub current: TokenHash,
    /// Hash of the one before, good for the grace period.
    pub previous: Option<TokenHash>,
    /// When `current` took the place of `previous`.
    pub rotated_at_ms: Option<u64>,
    /// When the session ends unless it is refreshed.
    pub expires_at_ms: u64,
    /// The kind of key that signs its access tokens.
    pub key_kind: KeyKind,
}

/// What is to become of a session that was read inside a transaction.
pub enum SessionChange {
    /// Nothing.
    Keep,
    /// It was refreshed.
    Refresh(RefreshState),
    /// Its payload is replaced: the text of a JSON object.
    UserDataInJwt(String),
    /// Its data is replaced: the text of a JSON object.
    UserDataInDatabase(String),
    /// It is removed.
    Remove,
}

/// Decides about a session, given what the transaction sees of it. Must be quick and must not block: other writes wait.
pub type DecideChange = Box<dyn FnOnce(Option<&StoredSession>) -> SessionChange + Send>;

/// Whose sessions are meant.
#[derive(Clone, Debug)]
pub struct SessionsOf {
    /// The app.
    pub app_id: Arc<str>,
    /// Only those of this tenant.
    pub tenant_id: Option<Arc<str>>,
    /// The recipe user id.
    pub recipe_user_id: String,
}

/// A tenant as it lies in the storage. An app's own settings are those of its tenant `public`. `Debug` does not show
/// them: there are API keys among them.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredTenant {
    /// Which tenant.
    pub key: TenantKey,
    /// Everything about it that is stored, the text of a JSON object. The storage does not look into it.
    pub settings: String,
}

impl fmt::Debug for StoredTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTenant").field("key", &self.key).finish_non_exhaustive()
    }
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

/// Why a storage could not do what was asked. The text is for the operator, never for a client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The tenant was removed, or never existed.
    #[error("there is no tenant {tenant} in app {app}", tenant = .0.tenant_id, app = .0.app_id)]
    UnknownTenant(TenantKey),
    /// The storage was shut down.
    #[error("the storage is shut down: make a new core")]
    Closed,
    /// The storage itself failed.
    #[error("the storage failed: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where a core keeps its data. Each call is one transaction, which begins when the future is first polled and is durable
/// when it is ready.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// All tenants of all apps, oldest first. The tenant `public` of the app `public` is always among them.
    async fn tenants(&self) -> Result<Vec<StoredTenant>, StorageError>;

    /// Adds a tenant, or replaces its settings. Adding the tenant `public` adds its app.
    async fn put_tenant(&self, tenant: StoredTenant) -> Result<(), StorageError>;

    /// Removes a tenant with all its sessions, and with the tenant `public` its whole app.
    async fn remove_tenant(&self, tenant: TenantKey) -> Result<(), StorageError>;

    /// The app's secret: the stored one, else `candidate`, which is then stored.
    async fn app_secret(&self, app_id: Arc<str>, candidate: AppSecret) -> Result<AppSecret, StorageError>;

    /// All signing keys of an app.
    async fn signing_keys(&self, app_id: Arc<str>) -> Result<Vec<StoredSigningKey>, StorageError>;

    /// Adds a signing key to an app.
    async fn add_signing_key(&self, app_id: Arc<str>, key: StoredSigningKey) -> Result<(), StorageError>;

    /// Removes an app's dynamic keys that were made before `before_ms`.
    async fn remove_signing_keys(&self, app_id: Arc<str>, before_ms: u64) -> Result<(), StorageError>;

    /// Adds a session.
    async fn create_session(&self, key: SessionKey, session: StoredSession) -> Result<(), StorageError>;

    /// One session, expired ones too until they are cleared away.
    async fn session(&self, key: SessionKey) -> Result<Option<StoredSession>, StorageError>;

    /// Reads a session and changes it as `decide` says, in one transaction that no other write can come between.
    async fn change_session(&self, key: SessionKey, decide: DecideChange) -> Result<(), StorageError>;

    /// Handles of a user's sessions that end after `now_ms`, oldest first.
    async fn session_handles(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError>;

    /// Removes the given sessions of an app and returns the handles of those that existed.
    async fn remove_sessions(&self, keys: Vec<SessionKey>) -> Result<Vec<String>, StorageError>;

    /// Removes a user's sessions that end after `now_ms` and returns their handles.
    async fn remove_sessions_of(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError>;

    /// Removes sessions that ended before `now_ms` and returns how many.
    async fn remove_expired_sessions(&self, now_ms: u64) -> Result<usize, StorageError>;

    /// Finishes all writes and ends the storage's threads. What is asked afterwards is refused.
    async fn close(&self);
}
