//! What the core asks of a storage about roles: those of an app with their permissions, and which users of a tenant have
//! them.

use std::sync::Arc;

use async_trait::async_trait;

use super::{StorageError, TenantKey};

/// Which of a role's permissions are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// All that it has.
    All,
    /// These.
    Only(Vec<String>),
}

/// Roles and who has them. A user of that id need not exist; `None` says that there is no such role.
#[async_trait]
pub trait UserRolesStorage {
    /// Adds a role, if there is none of that name, and adds permissions to it. Returns whether the role is new.
    async fn put_role(&self, app_id: Arc<str>, role: String, permissions: Vec<String>) -> Result<bool, StorageError>;

    /// Removes a role, and takes it from everybody in the app. Returns whether there was one.
    async fn remove_role(&self, app_id: Arc<str>, role: String) -> Result<bool, StorageError>;

    /// The names of an app's roles.
    async fn roles(&self, app_id: Arc<str>) -> Result<Vec<String>, StorageError>;

    /// The permissions of a role.
    async fn permissions_of_role(&self, app_id: Arc<str>, role: String) -> Result<Option<Vec<String>>, StorageError>;

    /// Takes permissions from a role; those that it does not have do not matter.
    async fn remove_permissions_of_role(
        &self,
        app_id: Arc<str>,
        role: String,
        permissions: Permissions,
    ) -> Result<Option<()>, StorageError>;

    /// The roles that have a permission.
    async fn roles_with_permission(&self, app_id: Arc<str>, permission: String) -> Result<Vec<String>, StorageError>;

    /// Gives a user a role in a tenant. Returns whether it is new to the user.
    async fn add_role_to_user(
        &self,
        tenant: TenantKey,
        user_id: String,
        role: String,
    ) -> Result<Option<bool>, StorageError>;

    /// Takes a role from a user in a tenant. Returns whether the user had it.
    async fn remove_role_of_user(
        &self,
        tenant: TenantKey,
        user_id: String,
        role: String,
    ) -> Result<Option<bool>, StorageError>;

    /// A user's roles in a tenant.
    async fn roles_of_user(&self, tenant: TenantKey, user_id: String) -> Result<Vec<String>, StorageError>;

    /// The ids of the users who have a role in a tenant.
    async fn users_with_role(&self, tenant: TenantKey, role: String) -> Result<Option<Vec<String>>, StorageError>;
}
