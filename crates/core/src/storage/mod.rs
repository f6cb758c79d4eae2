//! What the core asks of a storage, one file per area.
//!
//! A storage implementer depends on this module and on nothing else of the core. Every record belongs to an app, and
//! those of sessions to a tenant of it. Times are milliseconds since 1970.
//!
//! Tenants, keys and sessions are operations named for what they do. Users have rules that look at several records, and
//! those rules live once, in the core: a storage runs them inside a transaction of its own and gives them the records,
//! see [`UserStorage`].

mod keys;
mod sessions;
mod tenants;
mod user_metadata;
mod user_roles;
mod users;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use subtle::ConstantTimeEq;

pub use self::{
    keys::{AppSecret, KeyKind, KeyStorage, StoredSigningKey},
    sessions::{DecideChange, RefreshState, SessionChange, SessionKey, SessionStorage, SessionsOf, StoredSession},
    tenants::{StoredTenant, TenantStorage},
    user_metadata::{ChangeMetadata, UserMetadataStorage},
    user_roles::{Permissions, UserRolesStorage},
    users::{
        AccountInfo, ActivityRecords, ActivityStorage, ChangeUsers, Contact, DeviceIdHash, LinkCodeHash, LinkCodeSalt,
        LinkingRecords, LoginMethodRecords, LoginMethodRef, PageOrder, PageRequest, PageStart, PasswordRecords,
        PasswordlessRecords, ReadUsers, SessionUser, StoredCode, StoredDevice, StoredLoginMethod, StoredResetToken,
        StoredThirdParty, StoredUser, StoredUserIdMapping, StoredVerificationToken, UserDataRecords,
        UserIdMappingRecords, UserRecipe, UserRecords, UserSearch, UserStorage, VerificationRecords,
        VerificationTokenRecords,
    },
};

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

/// How much a read or a change looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A few records, each by an index. A storage may do it where it is asked.
    Few,
    /// It may be many, so that nobody else should wait for it.
    Many,
}

/// A SHA-256 of a token. `Debug` does not show it, `==` takes the same time for any two.
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

/// Where a core keeps its data. Each call is one transaction, which is asked for when the future is first polled and is
/// durable when it is ready. What may be long is several: [`ActivityStorage::write_activity`],
/// [`ActivityStorage::count_active`] and [`SessionStorage::remove_expired_sessions`].
#[async_trait]
pub trait Storage:
    TenantStorage
    + KeyStorage
    + SessionStorage
    + UserStorage
    + ActivityStorage
    + UserMetadataStorage
    + UserRolesStorage
    + Send
    + Sync
    + 'static
{
    /// Finishes all writes and ends the storage's threads. What is asked afterwards is refused.
    async fn close(&self);
}
