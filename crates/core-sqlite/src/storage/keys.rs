//! Signing keys and secrets.

use std::sync::Arc;

use async_trait::async_trait;
use supertokens_core::storage::{AppSecret, KeyStorage, PUBLIC, Reach, StorageError, StoredSigningKey, TenantKey};

use super::{SqliteStorage, if_unknown_tenant};
use crate::tables::apps;

#[async_trait]
impl KeyStorage for SqliteStorage {
    async fn app_secret(&self, app_id: Arc<str>, candidate: AppSecret) -> Result<AppSecret, StorageError> {
        let key = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let secret =
            self.threads.write(Reach::Few, move |connection| apps::app_secret(connection, &app_id, &candidate)).await?;
        secret.ok_or(StorageError::UnknownTenant(key))
    }

    async fn signing_keys(&self, app_id: Arc<str>) -> Result<Vec<StoredSigningKey>, StorageError> {
        self.threads.read(Reach::Few, move |connection| apps::signing_keys(connection, &app_id)).await
    }

    async fn add_signing_key(&self, app_id: Arc<str>, key: StoredSigningKey) -> Result<(), StorageError> {
        let tenant = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let result =
            self.threads.write(Reach::Few, move |connection| apps::add_signing_key(connection, &app_id, &key)).await;
        result.map_err(|error| if_unknown_tenant(error, tenant))
    }

    async fn remove_signing_keys(&self, app_id: Arc<str>, before_ms: u64) -> Result<(), StorageError> {
        self.threads
            .write(Reach::Few, move |connection| apps::remove_signing_keys(connection, &app_id, before_ms))
            .await
    }
}
