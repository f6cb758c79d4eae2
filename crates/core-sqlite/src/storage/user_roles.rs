//! Roles, their permissions, and who has them.

use std::sync::Arc;

use async_trait::async_trait;
use supertokens_core::storage::{PUBLIC, Permissions, Reach, StorageError, TenantKey, UserRolesStorage};

use super::{SqliteStorage, if_unknown_tenant};
use crate::tables::user_roles;

/// More permissions are not added where that is asked for.
const FEW_PERMISSIONS: usize = 100;

#[async_trait]
impl UserRolesStorage for SqliteStorage {
    async fn put_role(&self, app_id: Arc<str>, role: String, permissions: Vec<String>) -> Result<bool, StorageError> {
        let key = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let reach = if permissions.len() > FEW_PERMISSIONS { Reach::Many } else { Reach::Few };
        let put = move |connection: &_| user_roles::put(connection, &app_id, &role, &permissions);
        self.threads.write(reach, put).await.map_err(|error| if_unknown_tenant(error, key))
    }

    async fn remove_role(&self, app_id: Arc<str>, role: String) -> Result<bool, StorageError> {
        self.threads.write(Reach::Many, move |connection| user_roles::remove(connection, &app_id, &role)).await
    }

    async fn roles(&self, app_id: Arc<str>) -> Result<Vec<String>, StorageError> {
        self.threads.read(Reach::Many, move |connection| user_roles::all(connection, &app_id)).await
    }

    async fn permissions_of_role(&self, app_id: Arc<str>, role: String) -> Result<Option<Vec<String>>, StorageError> {
        self.threads.read(Reach::Few, move |connection| user_roles::permissions(connection, &app_id, &role)).await
    }

    async fn remove_permissions_of_role(
        &self,
        app_id: Arc<str>,
        role: String,
        permissions: Permissions,
    ) -> Result<Option<()>, StorageError> {
        let remove = move |connection: &_| user_roles::remove_permissions(connection, &app_id, &role, &permissions);
        self.threads.write(Reach::Many, remove).await
    }

    async fn roles_with_permission(&self, app_id: Arc<str>, permission: String) -> Result<Vec<String>, StorageError> {
        self.threads
            .read(Reach::Many, move |connection| user_roles::with_permission(connection, &app_id, &permission))
            .await
    }

    async fn add_role_to_user(
        &self,
        tenant: TenantKey,
        user_id: String,
        role: String,
    ) -> Result<Option<bool>, StorageError> {
        let key = tenant.clone();
        let add = move |connection: &_| user_roles::add_to_user(connection, &tenant, &user_id, &role);
        self.threads.write(Reach::Few, add).await.map_err(|error| if_unknown_tenant(error, key))
    }

    async fn remove_role_of_user(
        &self,
        tenant: TenantKey,
        user_id: String,
        role: String,
    ) -> Result<Option<bool>, StorageError> {
        self.threads
            .write(Reach::Few, move |connection| user_roles::remove_of_user(connection, &tenant, &user_id, &role))
            .await
    }

    async fn roles_of_user(&self, tenant: TenantKey, user_id: String) -> Result<Vec<String>, StorageError> {
        self.threads.read(Reach::Few, move |connection| user_roles::of_user(connection, &tenant, &user_id)).await
    }

    async fn users_with_role(&self, tenant: TenantKey, role: String) -> Result<Option<Vec<String>>, StorageError> {
        self.threads.read(Reach::Many, move |connection| user_roles::users(connection, &tenant, &role)).await
    }
}
