//! The functions of the recipe: what they take and what they give.

use supertokens_kernel::{Error, TenantId, input, overridable};

use crate::implementation::Implementation;
use crate::types::{
    AddRoleToUserResponse, GetPermissionsForRoleResponse, GetUsersThatHaveRoleResponse,
    RemovePermissionsFromRoleResponse, RemoveUserRoleResponse,
};

overridable! {
    /// The functions of the recipe; [`UserRoles::of`](crate::UserRoles::of) finds them.
    pub UserRolesFunctions, UserRolesFunctionsBuilder, UserRolesFunctionsOverride, UserRolesFunctionsLayer,
    UserRolesFunction,
    recipe "userroles", original Implementation, error Error;
    /// Gives a user a role in a tenant. Nobody checks that the core knows the user.
    async fn add_role_to_user(AddRoleToUser) -> AddRoleToUserResponse;
    /// Takes a role from a user in a tenant.
    async fn remove_user_role(RemoveUserRole) -> RemoveUserRoleResponse;
    /// The roles of a user in a tenant.
    async fn get_roles_for_user(GetRolesForUser) -> Vec<String>;
    /// The ids of the users that have a role in a tenant.
    async fn get_users_that_have_role(GetUsersThatHaveRole) -> GetUsersThatHaveRoleResponse;
    /// Makes a role, or gives permissions to one that exists beside those that it has; `true` if the role is new.
    async fn create_new_role_or_add_permissions(CreateNewRoleOrAddPermissions) -> bool;
    /// The permissions of a role.
    async fn get_permissions_for_role(GetPermissionsForRole) -> GetPermissionsForRoleResponse;
    /// Takes permissions from a role.
    async fn remove_permissions_from_role(RemovePermissionsFromRole) -> RemovePermissionsFromRoleResponse;
    /// The roles that have a permission.
    async fn get_roles_that_have_permission(GetRolesThatHavePermission) -> Vec<String>;
    /// Deletes a role, and takes it from all users; `false` if it did not exist.
    async fn delete_role(DeleteRole) -> bool;
    /// All roles.
    async fn get_all_roles(GetAllRoles) -> Vec<String>;
}

input! {
    /// Input of [`add_role_to_user`](UserRolesFunctions::add_role_to_user).
    AddRoleToUser {
        /// The tenant in which the user has the role.
        tenant_id: TenantId,
        /// The user.
        user_id: String,
        /// The role.
        role: String,
    } with {}
}

input! {
    /// Input of [`remove_user_role`](UserRolesFunctions::remove_user_role).
    RemoveUserRole {
        /// The tenant in which the user has the role.
        tenant_id: TenantId,
        /// The user.
        user_id: String,
        /// The role.
        role: String,
    } with {}
}

input! {
    /// Input of [`get_roles_for_user`](UserRolesFunctions::get_roles_for_user).
    GetRolesForUser {
        /// The tenant.
        tenant_id: TenantId,
        /// The user.
        user_id: String,
    } with {}
}

input! {
    /// Input of [`get_users_that_have_role`](UserRolesFunctions::get_users_that_have_role).
    GetUsersThatHaveRole {
        /// The tenant.
        tenant_id: TenantId,
        /// The role.
        role: String,
    } with {}
}

input! {
    /// Input of [`create_new_role_or_add_permissions`](UserRolesFunctions::create_new_role_or_add_permissions).
    CreateNewRoleOrAddPermissions {
        /// The role.
        role: String,
        /// What it has from now on, beside what it has already.
        permissions: Vec<String>,
    } with {}
}

input! {
    /// Input of [`get_permissions_for_role`](UserRolesFunctions::get_permissions_for_role).
    GetPermissionsForRole {
        /// The role.
        role: String,
    } with {}
}

input! {
    /// Input of [`remove_permissions_from_role`](UserRolesFunctions::remove_permissions_from_role).
    RemovePermissionsFromRole {
        /// The role.
        role: String,
        /// What it has no longer.
        permissions: Vec<String>,
    } with {}
}

input! {
    /// Input of [`get_roles_that_have_permission`](UserRolesFunctions::get_roles_that_have_permission).
    GetRolesThatHavePermission {
        /// The permission.
        permission: String,
    } with {}
}

input! {
    /// Input of [`delete_role`](UserRolesFunctions::delete_role).
    DeleteRole {
        /// The role.
        role: String,
    } with {}
}

input! {
    /// Input of [`get_all_roles`](UserRolesFunctions::get_all_roles).
    GetAllRoles {} with {}
}
