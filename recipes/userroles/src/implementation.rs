//! What the functions do unless they are overridden: one call of the core each.

use serde::{Deserialize, Serialize};
use supertokens_kernel::{CoreClient, CorePath, Error};

use crate::functions::{
    AddRoleToUser, CreateNewRoleOrAddPermissions, DeleteRole, GetAllRoles, GetPermissionsForRole, GetRolesForUser,
    GetRolesThatHavePermission, GetUsersThatHaveRole, RemovePermissionsFromRole, RemoveUserRole,
    UserRolesFunctions as Top,
};
use crate::types::{
    AddRoleToUserResponse, GetPermissionsForRoleResponse, GetUsersThatHaveRoleResponse,
    RemovePermissionsFromRoleResponse, RemoveUserRoleResponse,
};

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserAndRole<'a> {
    user_id: &'a str,
    role: &'a str,
}

#[derive(Serialize)]
struct RoleAndPermissions<'a> {
    role: &'a str,
    permissions: &'a [String],
}

#[derive(Deserialize)]
struct Roles {
    roles: Vec<String>,
}

impl Implementation {
    pub(crate) async fn add_role_to_user(
        &self,
        input: AddRoleToUser,
        _top: &Top,
    ) -> Result<AddRoleToUserResponse, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/role");
        let body = UserAndRole { user_id: &input.user_id, role: &input.role };
        Ok(self.core.put(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn remove_user_role(
        &self,
        input: RemoveUserRole,
        _top: &Top,
    ) -> Result<RemoveUserRoleResponse, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/role/remove");
        let body = UserAndRole { user_id: &input.user_id, role: &input.role };
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn get_roles_for_user(&self, input: GetRolesForUser, _top: &Top) -> Result<Vec<String>, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/roles");
        let answer: Roles = self.core.get(path, &[("userId", &input.user_id)], &input.user_context).await?;
        Ok(answer.roles)
    }

    pub(crate) async fn get_users_that_have_role(
        &self,
        input: GetUsersThatHaveRole,
        _top: &Top,
    ) -> Result<GetUsersThatHaveRoleResponse, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/role/users");
        Ok(self.core.get(path, &[("role", &input.role)], &input.user_context).await?)
    }

    pub(crate) async fn create_new_role_or_add_permissions(
        &self,
        input: CreateNewRoleOrAddPermissions,
        _top: &Top,
    ) -> Result<bool, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            created_new_role: bool,
        }
        let body = RoleAndPermissions { role: &input.role, permissions: &input.permissions };
        let answer: Answer = self.core.put(CorePath::app("/recipe/role"), &body, &input.user_context).await?;
        Ok(answer.created_new_role)
    }

    pub(crate) async fn get_permissions_for_role(
        &self,
        input: GetPermissionsForRole,
        _top: &Top,
    ) -> Result<GetPermissionsForRoleResponse, Error> {
        let path = CorePath::app("/recipe/role/permissions");
        Ok(self.core.get(path, &[("role", &input.role)], &input.user_context).await?)
    }

    pub(crate) async fn remove_permissions_from_role(
        &self,
        input: RemovePermissionsFromRole,
        _top: &Top,
    ) -> Result<RemovePermissionsFromRoleResponse, Error> {
        let path = CorePath::app("/recipe/role/permissions/remove");
        let body = RoleAndPermissions { role: &input.role, permissions: &input.permissions };
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn get_roles_that_have_permission(
        &self,
        input: GetRolesThatHavePermission,
        _top: &Top,
    ) -> Result<Vec<String>, Error> {
        let path = CorePath::app("/recipe/permission/roles");
        let answer: Roles = self.core.get(path, &[("permission", &input.permission)], &input.user_context).await?;
        Ok(answer.roles)
    }

    pub(crate) async fn delete_role(&self, input: DeleteRole, _top: &Top) -> Result<bool, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            role: &'a str,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            did_role_exist: bool,
        }
        let body = Body { role: &input.role };
        let answer: Answer = self.core.post(CorePath::app("/recipe/role/remove"), &body, &input.user_context).await?;
        Ok(answer.did_role_exist)
    }

    pub(crate) async fn get_all_roles(&self, input: GetAllRoles, _top: &Top) -> Result<Vec<String>, Error> {
        let answer: Roles = self.core.get(CorePath::app("/recipe/roles"), &[], &input.user_context).await?;
        Ok(answer.roles)
    }
}
