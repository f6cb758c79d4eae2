//! Roles and permissions as claims of the access token.

use supertokens_kernel::Error;
use supertokens_session::claims::{ArrayValidators, FetchClaim, SessionClaim};

use crate::functions::{GetPermissionsForRole, GetRolesForUser};
use crate::recipe::UserRoles;
use crate::types::GetPermissionsForRoleResponse;

/// The roles of the session's user in the session's tenant: the claim `st-role`.
///
/// ```
/// use supertokens_userroles::UserRoleClaim;
///
/// let validators = [
///     UserRoleClaim::validators().includes("admin"),
///     UserRoleClaim::validators().includes_any(["editor", "admin"]),
///     // looked up anew where it is older than five minutes
///     UserRoleClaim::validators().max_age_in_seconds(300).excludes("guest"),
/// ];
/// assert_eq!(validators[0].id(), "st-role");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct UserRoleClaim;

impl UserRoleClaim {
    /// What a route can demand of the roles.
    pub fn validators() -> ArrayValidators<Self> {
        ArrayValidators::new(Self)
    }
}

impl SessionClaim for UserRoleClaim {
    type Value = Vec<String>;

    fn key(&self) -> &str {
        "st-role"
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<Vec<String>>, Error> {
        Ok(Some(roles(&input).await?))
    }
}

/// The permissions of all roles of the session's user in the session's tenant, each once: the claim `st-perm`.
///
/// ```
/// use supertokens_userroles::PermissionClaim;
///
/// let may_write = PermissionClaim::validators().includes_all(["read", "write"]);
/// assert_eq!(may_write.id(), "st-perm");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct PermissionClaim;

impl PermissionClaim {
    /// What a route can demand of the permissions.
    pub fn validators() -> ArrayValidators<Self> {
        ArrayValidators::new(Self)
    }
}

impl SessionClaim for PermissionClaim {
    type Value = Vec<String>;

    fn key(&self) -> &str {
        "st-perm"
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<Vec<String>>, Error> {
        // Not those of the payload: they may be older, or left out by the recipe's configuration.
        let functions = UserRoles::of(&input.ports)?;
        let mut permissions: Vec<String> = Vec::new();
        for role in roles(&input).await? {
            let of_role = GetPermissionsForRole::new(role).user_context(input.user_context.clone());
            match functions.get_permissions_for_role(of_role).await? {
                GetPermissionsForRoleResponse::Ok { permissions: more } => {
                    for permission in more {
                        if !permissions.contains(&permission) {
                            permissions.push(permission);
                        }
                    }
                }
                // Deleted since the roles were asked for.
                GetPermissionsForRoleResponse::UnknownRole => {}
            }
        }
        Ok(Some(permissions))
    }
}

async fn roles(input: &FetchClaim) -> Result<Vec<String>, Error> {
    let of_user = GetRolesForUser::new(input.tenant_id.clone(), &*input.user_id);
    UserRoles::of(&input.ports)?.get_roles_for_user(of_user.user_context(input.user_context.clone())).await
}
