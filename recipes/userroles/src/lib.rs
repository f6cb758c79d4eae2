//! Roles and permissions of users, for SuperTokens.
//!
//! A role is a name that users have in a tenant; a permission is a name that roles have. Both are kept by the core, and
//! both are claims of the access token, so that a route is refused or allowed without a call.
//!
//! * [`UserRoles`] is the recipe: whether the claims go into access tokens, and the overrides.
//! * [`UserRolesFunctions`] are its functions, found by [`UserRoles::of`]: give and take roles, make and delete them,
//!   ask who has what.
//! * [`UserRoleClaim`] (`st-role` in the access token) and [`PermissionClaim`] (`st-perm`) are the claims, with
//!   validators for routes.
//!
//! The recipe has no HTTP routes.
//!
//! A role, and who has it:
//!
//! ```
//! use supertokens_kernel::{Error, Ports};
//! use supertokens_userroles::{AddRoleToUser, AddRoleToUserResponse, CreateNewRoleOrAddPermissions, UserRoles};
//!
//! async fn make_admin(app: &impl AsRef<Ports>, user_id: &str) -> Result<(), Error> {
//!     let roles = UserRoles::of(app)?;
//!     let permissions = vec!["read:all".to_owned(), "delete:all".to_owned()];
//!     roles.create_new_role_or_add_permissions(CreateNewRoleOrAddPermissions::new("admin", permissions)).await?;
//!     match roles.add_role_to_user(AddRoleToUser::new("public", user_id, "admin")).await? {
//!         AddRoleToUserResponse::Ok { did_user_already_have_role: _ } => Ok(()),
//!         AddRoleToUserResponse::UnknownRole => Err(Error::misuse("the role has been deleted meanwhile")),
//!     }
//! }
//! ```
//!
//! A route for those who have it. All others get `403`, with the claim and the reason for the front end:
//!
//! ```
//! use supertokens_session::{SessionError, VerifiedSession, VerifySessionOptions};
//! use supertokens_userroles::{PermissionClaim, UserRoleClaim};
//!
//! async fn delete_all<B>(request: http::Request<B>) -> Result<(), SessionError> {
//!     let (parts, _body) = request.into_parts();
//!     let admins = VerifySessionOptions::new()
//!         .require_claim(UserRoleClaim::validators().includes("admin"))
//!         // looked up anew where it is older than a minute
//!         .require_claim(PermissionClaim::validators().max_age_in_seconds(60).includes("delete:all"));
//!     let _session: VerifiedSession = VerifiedSession::from_parts(&parts, admins).await?;
//!     Ok(())
//! }
//! ```
//!
//! The claims are those of the session's tenant, as they were when the session was made. What has been changed since is
//! seen when the session is made anew, when a validator has a maximum age, or after
//! `session.fetch_and_set_claim(&UserRoleClaim)`.

#![forbid(unsafe_code)]

mod claims;
mod functions;
mod implementation;
mod recipe;
#[cfg(test)]
#[path = "../../../tests/support/recipe_app.rs"]
mod recipe_app;
#[cfg(test)]
mod tests;
mod types;

pub use claims::{PermissionClaim, UserRoleClaim};
pub use functions::{
    AddRoleToUser, CreateNewRoleOrAddPermissions, DeleteRole, GetAllRoles, GetPermissionsForRole, GetRolesForUser,
    GetRolesThatHavePermission, GetUsersThatHaveRole, RemovePermissionsFromRole, RemoveUserRole, UserRolesFunction,
    UserRolesFunctions, UserRolesFunctionsBuilder, UserRolesFunctionsOverride,
};
pub use recipe::UserRoles;
pub use types::{
    AddRoleToUserResponse, GetPermissionsForRoleResponse, GetUsersThatHaveRoleResponse,
    RemovePermissionsFromRoleResponse, RemoveUserRoleResponse,
};
