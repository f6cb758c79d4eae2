//! Sessions.

use std::{fmt, sync::Arc};

use async_trait::async_trait;

use super::{KeyKind, StorageError, TenantKey, TokenHash};

/// Where a session lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// The tenant that the session belongs to.
    pub tenant: TenantKey,
    /// The session's handle.
    pub handle: String,
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

/// Decides about a session, given what the transaction sees of it. Must be quick and must not block: other writes wait,
/// and it may run where the change is asked for.
pub type DecideChange = Box<dyn FnOnce(Option<&StoredSession>) -> SessionChange + Send>;

/// Whose sessions are meant.
#[derive(Clone, Debug)]
pub struct SessionsOf {
    /// The app.
    pub app_id: Arc<str>,
    /// Only those of this tenant.
    pub tenant_id: Option<Arc<str>>,
    /// The recipe user ids, each once.
    pub recipe_user_ids: Vec<String>,
}

/// Sessions in a storage.
#[async_trait]
pub trait SessionStorage {
    /// Adds a session.
    async fn create_session(&self, key: SessionKey, session: StoredSession) -> Result<(), StorageError>;

    /// One session, expired ones too until they are cleared away.
    async fn session(&self, key: SessionKey) -> Result<Option<StoredSession>, StorageError>;

    /// Reads a session and changes it as `decide` says, in one transaction that no other write can come between.
    async fn change_session(&self, key: SessionKey, decide: DecideChange) -> Result<(), StorageError>;

    /// Handles of sessions of users that end after `now_ms`, oldest first.
    async fn session_handles(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError>;

    /// Removes the given sessions of an app and returns the handles of those that existed.
    async fn remove_sessions(&self, keys: Vec<SessionKey>) -> Result<Vec<String>, StorageError>;

    /// Removes sessions of users that end after `now_ms` and returns their handles.
    async fn remove_sessions_of(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError>;

    /// Removes sessions that ended before `now_ms` and returns how many. It may take several transactions, between which
    /// others come.
    async fn remove_expired_sessions(&self, now_ms: u64) -> Result<usize, StorageError>;
}
