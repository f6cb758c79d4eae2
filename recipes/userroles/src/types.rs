//! What the functions give, where that is more than a value.

use serde::Deserialize;

/// What [`add_role_to_user`](crate::UserRolesFunctions::add_role_to_user) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum AddRoleToUserResponse {
    /// The user has the role.
    #[serde(rename = "OK", rename_all = "camelCase")]
    Ok {
        /// Whether it was so before.
        did_user_already_have_role: bool,
    },
    /// There is no such role.
    #[serde(rename = "UNKNOWN_ROLE_ERROR")]
    UnknownRole,
}

/// What [`remove_user_role`](crate::UserRolesFunctions::remove_user_role) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum RemoveUserRoleResponse {
    /// The user does not have the role.
    #[serde(rename = "OK", rename_all = "camelCase")]
    Ok {
        /// Whether the user had it before.
        did_user_have_role: bool,
    },
    /// There is no such role.
    #[serde(rename = "UNKNOWN_ROLE_ERROR")]
    UnknownRole,
}

/// What [`get_users_that_have_role`](crate::UserRolesFunctions::get_users_that_have_role) gives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum GetUsersThatHaveRoleResponse {
    /// The role exists.
    #[serde(rename = "OK")]
    Ok {
        /// The ids of the users that have it in the tenant.
        users: Vec<String>,
    },
    /// There is no such role.
    #[serde(rename = "UNKNOWN_ROLE_ERROR")]
    UnknownRole,
}

/// What [`get_permissions_for_role`](crate::UserRolesFunctions::get_permissions_for_role) gives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum GetPermissionsForRoleResponse {
    /// The role exists.
    #[serde(rename = "OK")]
    Ok {
        /// Its permissions.
        permissions: Vec<String>,
    },
    /// There is no such role.
    #[serde(rename = "UNKNOWN_ROLE_ERROR")]
    UnknownRole,
}

/// What [`remove_permissions_from_role`](crate::UserRolesFunctions::remove_permissions_from_role) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum RemovePermissionsFromRoleResponse {
    /// The role does not have the permissions.
    #[serde(rename = "OK")]
    Ok,
    /// There is no such role.
    #[serde(rename = "UNKNOWN_ROLE_ERROR")]
    UnknownRole,
}
