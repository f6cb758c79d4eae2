//! Apps and tenants.

use std::fmt;

use async_trait::async_trait;

use super::{StorageError, TenantKey};

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

/// Apps and tenants in a storage. A write whose caller goes away meanwhile is made all the same or never, and before any
/// write that is asked for later.
#[async_trait]
pub trait TenantStorage {
    /// All tenants of all apps, oldest first. The tenant `public` of the app `public` is always among them.
    async fn tenants(&self) -> Result<Vec<StoredTenant>, StorageError>;

    /// Adds a tenant, or replaces its settings. Adding the tenant `public` adds its app.
    async fn put_tenant(&self, tenant: StoredTenant) -> Result<(), StorageError>;

    /// Removes a tenant with all its sessions, and with the tenant `public` its whole app.
    async fn remove_tenant(&self, tenant: TenantKey) -> Result<(), StorageError>;
}
