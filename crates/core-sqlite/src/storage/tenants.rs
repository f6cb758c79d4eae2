//! Apps and tenants.

use async_trait::async_trait;
use supertokens_core::storage::{Reach, StorageError, StoredTenant, TenantKey, TenantStorage};

use super::{SqliteStorage, if_unknown_tenant};
use crate::tables::apps;

#[async_trait]
impl TenantStorage for SqliteStorage {
    async fn tenants(&self) -> Result<Vec<StoredTenant>, StorageError> {
        self.threads.read(Reach::Many, apps::tenants).await
    }

    async fn put_tenant(&self, tenant: StoredTenant) -> Result<(), StorageError> {
        let key = tenant.key.clone();
        let result = self.threads.write(Reach::Few, move |connection| apps::put_tenant(connection, &tenant)).await;
        result.map_err(|error| if_unknown_tenant(error, key))
    }

    async fn remove_tenant(&self, tenant: TenantKey) -> Result<(), StorageError> {
        self.threads.write(Reach::Many, move |connection| apps::remove_tenant(connection, &tenant)).await
    }
}
