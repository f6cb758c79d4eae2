//! Roles: an app's, with their permissions, and which users of a tenant have them.

use super::{Endpoint, Reply, ok_with, status};
use crate::{
    core::Context,
    http::{ApiError, Fields},
    storage::Permissions,
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/role").put(|context| Box::pin(put_role(context))),
    Endpoint::at("/recipe/role/remove").post(|context| Box::pin(remove_role(context))),
    Endpoint::at("/recipe/roles").get(|context| Box::pin(roles(context))),
    Endpoint::at("/recipe/role/permissions").get(|context| Box::pin(permissions_of_role(context))),
    Endpoint::at("/recipe/role/permissions/remove").post(|context| Box::pin(remove_permissions(context))),
    Endpoint::at("/recipe/permission/roles").get(|context| Box::pin(roles_with_permission(context))),
    Endpoint::at("/recipe/role/users").get(|context| Box::pin(users_with_role(context))),
    Endpoint::at("/recipe/user/role").put(|context| Box::pin(add_role_to_user(context))),
    Endpoint::at("/recipe/user/role/remove").post(|context| Box::pin(remove_role_of_user(context))),
    Endpoint::at("/recipe/user/roles").get(|context| Box::pin(roles_of_user(context))),
];

/// The longest name of a role or a permission, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// The status where a role of that name was expected and there is none.
const UNKNOWN_ROLE: &str = "UNKNOWN_ROLE_ERROR";

/// `PUT /recipe/role`.
async fn put_role(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let role = role_field(&fields)?;
    let permissions = permissions_field(&fields)?.unwrap_or_default();
    let app = context.app_of_public_tenant()?;
    ok_with("createdNewRole", &context.storage().put_role(app.id.clone(), role, permissions).await?)
}

/// `POST /recipe/role/remove`.
async fn remove_role(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let role = role_field(&fields)?;
    let app = context.app_of_public_tenant()?;
    ok_with("didRoleExist", &context.storage().remove_role(app.id.clone(), role).await?)
}

/// `GET /recipe/roles`.
async fn roles(context: &Context<'_>) -> Reply {
    let app = context.app_of_public_tenant()?;
    ok_with("roles", &context.storage().roles(app.id.clone()).await?)
}

/// `GET /recipe/role/permissions`.
async fn permissions_of_role(context: &Context<'_>) -> Reply {
    let role = parameter(context, "role")?;
    let app = context.app_of_public_tenant()?;
    match context.storage().permissions_of_role(app.id.clone(), role).await? {
        Some(permissions) => ok_with("permissions", &permissions),
        None => status(UNKNOWN_ROLE),
    }
}

/// `POST /recipe/role/permissions/remove`. Without a list, all of them.
async fn remove_permissions(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let role = role_field(&fields)?;
    let permissions = permissions_field(&fields)?.map_or(Permissions::All, Permissions::Only);
    let app = context.app_of_public_tenant()?;
    match context.storage().remove_permissions_of_role(app.id.clone(), role, permissions).await? {
        Some(()) => status("OK"),
        None => status(UNKNOWN_ROLE),
    }
}

/// `GET /recipe/permission/roles`.
async fn roles_with_permission(context: &Context<'_>) -> Reply {
    let permission = parameter(context, "permission")?;
    let app = context.app_of_public_tenant()?;
    ok_with("roles", &context.storage().roles_with_permission(app.id.clone(), permission).await?)
}

/// `GET /recipe/role/users`.
async fn users_with_role(context: &Context<'_>) -> Reply {
    let role = parameter(context, "role")?;
    match context.storage().users_with_role(context.tenant()?, role).await? {
        Some(users) => ok_with("users", &users),
        None => status(UNKNOWN_ROLE),
    }
}

/// `PUT /recipe/user/role`.
async fn add_role_to_user(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let role = role_field(&fields)?;
    match context.storage().add_role_to_user(context.tenant()?, user_id, role).await? {
        Some(is_new) => ok_with("didUserAlreadyHaveRole", &!is_new),
        None => status(UNKNOWN_ROLE),
    }
}

/// `POST /recipe/user/role/remove`.
async fn remove_role_of_user(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let role = role_field(&fields)?;
    match context.storage().remove_role_of_user(context.tenant()?, user_id, role).await? {
        Some(did_have) => ok_with("didUserHaveRole", &did_have),
        None => status(UNKNOWN_ROLE),
    }
}

/// `GET /recipe/user/roles`.
async fn roles_of_user(context: &Context<'_>) -> Reply {
    let user_id = context.request.parameter("userId")?;
    ok_with("roles", &context.storage().roles_of_user(context.tenant()?, user_id).await?)
}

fn role_field(fields: &Fields<'_>) -> Result<String, ApiError> {
    name("role", &fields.string("role")?)
}

fn permissions_field(fields: &Fields<'_>) -> Result<Option<Vec<String>>, ApiError> {
    let Some(permissions) = fields.optional_strings("permissions")? else { return Ok(None) };
    if permissions.iter().any(|permission| permission.trim().is_empty()) {
        return Err(ApiError::bad_request("Field name 'permissions' cannot contain an empty string"));
    }
    permissions.iter().map(|permission| name("permissions", permission)).collect::<Result<_, _>>().map(Some)
}

fn parameter(context: &Context<'_>, field: &str) -> Result<String, ApiError> {
    name(field, &context.request.parameter(field)?)
}

/// The name of a role or a permission as it is stored: trimmed.
fn name(field: &str, text: &str) -> Result<String, ApiError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(ApiError::bad_request(format!("Field name '{field}' cannot be an empty String")));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(ApiError::bad_request(format!("Field name '{field}' must have at most {MAX_NAME_BYTES} bytes")));
    }
    Ok(name.to_owned())
}
