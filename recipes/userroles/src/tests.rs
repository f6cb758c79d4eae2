//! The recipe in an application whose core is a function.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use supertokens_kernel::{Error, PortsOwner, Recipe, RecipeUserId, TenantId};
use supertokens_session::{CreateNewSession, Payload, Session, SessionError};

use crate::recipe_app::{CoreCall, RecipeApp};
use crate::*;

fn call(what: &str, body: Value) -> CoreCall {
    CoreCall { what: what.to_owned(), body }
}

/// An application with a core that gives this answer to everything.
fn app(answer: Value) -> RecipeApp {
    RecipeApp::new(vec![UserRoles::new().boxed()], move |_| answer.clone())
}

#[tokio::test]
async fn a_role_is_given_and_taken_in_a_tenant() {
    let app = app(json!({"status": "OK", "didUserAlreadyHaveRole": true, "didUserHaveRole": false}));
    let roles = UserRoles::of(&app).unwrap();
    let given = roles.add_role_to_user(AddRoleToUser::new("t1", "u", "admin")).await.unwrap();
    assert_eq!(given, AddRoleToUserResponse::Ok { did_user_already_have_role: true });
    let taken = roles.remove_user_role(RemoveUserRole::new("t1", "u", "admin")).await.unwrap();
    assert_eq!(taken, RemoveUserRoleResponse::Ok { did_user_have_role: false });
    let body = json!({"userId": "u", "role": "admin"});
    let expected = [call("PUT /t1/recipe/user/role", body.clone()), call("POST /t1/recipe/user/role/remove", body)];
    assert_eq!(app.asked(), expected);
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_a_status_of_its_own() {
    let app = app(json!({"status": "UNKNOWN_ROLE_ERROR"}));
    let roles = UserRoles::of(&app).unwrap();
    let added = roles.add_role_to_user(AddRoleToUser::new("public", "u", "x")).await.unwrap();
    assert_eq!(added, AddRoleToUserResponse::UnknownRole);
    let removed = roles.remove_user_role(RemoveUserRole::new("public", "u", "x")).await.unwrap();
    assert_eq!(removed, RemoveUserRoleResponse::UnknownRole);
    let users = roles.get_users_that_have_role(GetUsersThatHaveRole::new("public", "x")).await.unwrap();
    assert_eq!(users, GetUsersThatHaveRoleResponse::UnknownRole);
    let permissions = roles.get_permissions_for_role(GetPermissionsForRole::new("x")).await.unwrap();
    assert_eq!(permissions, GetPermissionsForRoleResponse::UnknownRole);
    let input = RemovePermissionsFromRole::new("x", vec!["p".to_owned()]);
    assert_eq!(
        roles.remove_permissions_from_role(input).await.unwrap(),
        RemovePermissionsFromRoleResponse::UnknownRole
    );
}

#[tokio::test]
async fn roles_and_permissions_are_made_listed_and_deleted() {
    let app = app(json!({
        "status": "OK", "createdNewRole": true, "didRoleExist": true,
        "roles": ["admin"], "users": ["u"], "permissions": ["read"],
    }));
    let roles = UserRoles::of(&app).unwrap();
    let read = || vec!["read".to_owned()];
    let admin = || vec!["admin".to_owned()];
    let create = CreateNewRoleOrAddPermissions::new("admin", read());
    assert!(roles.create_new_role_or_add_permissions(create).await.unwrap());
    assert_eq!(
        roles.get_permissions_for_role(GetPermissionsForRole::new("admin")).await.unwrap(),
        GetPermissionsForRoleResponse::Ok { permissions: read() }
    );
    let remove = RemovePermissionsFromRole::new("admin", read());
    assert_eq!(roles.remove_permissions_from_role(remove).await.unwrap(), RemovePermissionsFromRoleResponse::Ok);
    assert_eq!(roles.get_roles_for_user(GetRolesForUser::new("t1", "u")).await.unwrap(), admin());
    assert_eq!(
        roles.get_users_that_have_role(GetUsersThatHaveRole::new("t1", "admin")).await.unwrap(),
        GetUsersThatHaveRoleResponse::Ok { users: vec!["u".to_owned()] }
    );
    assert_eq!(roles.get_roles_that_have_permission(GetRolesThatHavePermission::new("read")).await.unwrap(), admin());
    assert_eq!(roles.get_all_roles(GetAllRoles::new()).await.unwrap(), admin());
    assert!(roles.delete_role(DeleteRole::new("admin")).await.unwrap());

    let with_permissions = json!({"role": "admin", "permissions": ["read"]});
    assert_eq!(
        app.asked(),
        [
            call("PUT /recipe/role", with_permissions.clone()),
            call("GET /recipe/role/permissions?role=admin", Value::Null),
            call("POST /recipe/role/permissions/remove", with_permissions),
            call("GET /t1/recipe/user/roles?userId=u", Value::Null),
            call("GET /t1/recipe/role/users?role=admin", Value::Null),
            call("GET /recipe/permission/roles?permission=read", Value::Null),
            call("GET /recipe/roles", Value::Null),
            call("POST /recipe/role/remove", json!({"role": "admin"})),
        ]
    );
}

/// The payload that a new session of the tenant `t1` would have, in an application with this recipe. The user has the
/// roles `admin`, `editor` and `ghost`, the last of which has just been deleted.
async fn payload_of_new_session(recipe: UserRoles) -> Payload {
    let payload = Arc::new(Mutex::new(None));
    let seen = payload.clone();
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, _| {
            *seen.lock().unwrap() = Some(input.jwt_payload);
            Err(SessionError::unauthorised("the payload is all that is asked for"))
        })
    });
    let app = RecipeApp::new(vec![session.boxed(), recipe.boxed()], |call| match &*call.what {
        "GET /t1/recipe/user/roles?userId=u" => json!({"status": "OK", "roles": ["admin", "editor", "ghost"]}),
        "GET /recipe/role/permissions?role=admin" => json!({"status": "OK", "permissions": ["read", "delete"]}),
        "GET /recipe/role/permissions?role=editor" => json!({"status": "OK", "permissions": ["write", "read"]}),
        "GET /recipe/role/permissions?role=ghost" => json!({"status": "UNKNOWN_ROLE_ERROR"}),
        other => panic!("{other}"),
    });
    let new = CreateNewSession::new(TenantId::new("t1"), RecipeUserId::new("u"));
    Session::of(&app).unwrap().create_new_session_without_request_response(new).await.unwrap_err();
    let payload = payload.lock().unwrap().take();
    payload.unwrap()
}

#[tokio::test]
async fn a_new_session_has_the_roles_and_permissions_of_its_tenant_each_once() {
    let payload = payload_of_new_session(UserRoles::new()).await;
    let t = 1_700_000_000_000_u64;
    assert_eq!(payload.get("st-role"), Some(&json!({"v": ["admin", "editor", "ghost"], "t": t})));
    assert_eq!(payload.get("st-perm"), Some(&json!({"v": ["read", "delete", "write"], "t": t})));
}

#[tokio::test]
async fn what_is_to_be_skipped_is_in_no_new_session() {
    let payload = payload_of_new_session(UserRoles::new().skip_adding_roles_to_access_token(true)).await;
    assert!(payload.get("st-role").is_none() && payload.get("st-perm").is_some());
    let payload = payload_of_new_session(UserRoles::new().skip_adding_permissions_to_access_token(true)).await;
    assert!(payload.get("st-role").is_some() && payload.get("st-perm").is_none());
}

#[tokio::test]
async fn an_override_decides_which_roles_the_claims_have() {
    let recipe = UserRoles::new().override_functions(|functions| {
        functions.get_roles_for_user(async move |input, original| {
            let mut roles = original.get_roles_for_user(input).await?;
            roles.retain(|role| role == "editor");
            Ok(roles)
        })
    });
    let payload = payload_of_new_session(recipe).await;
    assert_eq!(payload.get("st-role").unwrap()["v"], json!(["editor"]));
    assert_eq!(payload.get("st-perm").unwrap()["v"], json!(["write", "read"]));
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    let error = UserRoles::of(&PortsOwner::default()).unwrap_err();
    assert!(matches!(error, Error::RecipeNotInitialised { recipe: "userroles" }));
}
