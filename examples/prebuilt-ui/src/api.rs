//! The application's own routes.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use supertokens::SuperTokens;
use supertokens::axum::{Error, VerifiedSession};
use supertokens::userroles::{AddRoleToUser, CreateNewRoleOrAddPermissions, UserRoleClaim, UserRoles};

/// Who is there. Nobody without a session gets here, and nobody whose address is not verified.
pub(crate) async fn me(session: VerifiedSession) -> Json<Value> {
    Json(json!({"message": format!("You are {}", session.user_id())}))
}

/// The layer around this route lets only admins in.
pub(crate) async fn admin(session: VerifiedSession) -> Json<Value> {
    Json(json!({"message": format!("Welcome, admin {}", session.user_id())}))
}

/// Makes an admin of whoever asks. Only an example can do that.
pub(crate) async fn become_admin(
    State(supertokens): State<SuperTokens>,
    session: VerifiedSession,
) -> Result<Json<Value>, Error> {
    let roles = UserRoles::of(&supertokens)?;
    roles.create_new_role_or_add_permissions(CreateNewRoleOrAddPermissions::new("admin", Vec::new())).await?;
    roles.add_role_to_user(AddRoleToUser::new(session.tenant_id().clone(), session.user_id(), "admin")).await?;
    // The session's token is made anew, with the role in it, and reaches the browser with this response.
    session.fetch_and_set_claim(&UserRoleClaim).await?;
    Ok(Json(json!({"message": "You are an admin now"})))
}
