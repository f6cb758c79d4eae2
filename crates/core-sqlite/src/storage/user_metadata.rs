//! User metadata.

use std::sync::Arc;

use async_trait::async_trait;
use supertokens_core::storage::{ChangeMetadata, PUBLIC, Reach, StorageError, TenantKey, UserMetadataStorage};

use super::{SqliteStorage, if_unknown_tenant};
use crate::tables::user_metadata;

/// Of more users metadata is not read where that is asked for.
const FEW_USERS: usize = 20;

#[async_trait]
impl UserMetadataStorage for SqliteStorage {
    async fn user_metadata(
        &self,
        app_id: Arc<str>,
        user_ids: Vec<String>,
    ) -> Result<Vec<Option<String>>, StorageError> {
        let reach = if user_ids.len() > FEW_USERS { Reach::Many } else { Reach::Few };
        let find = move |connection: &_| {
            user_ids.iter().map(|user_id| user_metadata::find(connection, &app_id, user_id)).collect()
        };
        self.threads.read(reach, find).await
    }

    async fn change_user_metadata(
        &self,
        app_id: Arc<str>,
        user_id: String,
        change: ChangeMetadata,
    ) -> Result<Option<String>, StorageError> {
        let key = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let change = move |connection: &_| user_metadata::change(connection, &app_id, &user_id, change);
        self.threads.write(Reach::Few, change).await.map_err(|error| if_unknown_tenant(error, key))
    }

    async fn remove_user_metadata(&self, app_id: Arc<str>, user_id: String) -> Result<(), StorageError> {
        self.threads.write(Reach::Few, move |connection| user_metadata::remove(connection, &app_id, &user_id)).await
    }
}
