//! Roles and permissions, and routes for those who have them.

use std::time::Duration;

use serde_json::{Value, json};
use supertokens::multitenancy::{CreateOrUpdateTenant, Multitenancy};
use supertokens::userroles::{
    AddRoleToUser, AddRoleToUserResponse, CreateNewRoleOrAddPermissions, DeleteRole, GetAllRoles,
    GetPermissionsForRole, GetPermissionsForRoleResponse, GetRolesForUser, GetRolesThatHavePermission,
    GetUsersThatHaveRole, GetUsersThatHaveRoleResponse, RemovePermissionsFromRole, RemovePermissionsFromRoleResponse,
    RemoveUserRole, RemoveUserRoleResponse, UserRoles, UserRolesFunctions,
};
use supertokens::{Error, Recipe};

use crate::support::{App, TestCore, assert_refused, on_each_core};

on_each_core!(
    a_route_for_a_role_is_refused_and_allowed_once_the_role_is_given_and_fetched,
    a_new_session_has_what_its_user_has,
    roles_count_in_the_tenant_in_which_they_were_given,
    claims_that_were_left_out_are_fetched_by_the_routes_that_demand_them,
    every_function_and_status_on_a_real_core,
    a_deleted_role_is_taken_from_everybody,
    an_empty_role_is_refused_by_the_core,
);

async fn start(core: TestCore, recipe: UserRoles) -> App {
    App::start(core, vec![recipe.boxed(), Multitenancy::new().boxed()]).await
}

fn roles(app: &App) -> UserRolesFunctions {
    UserRoles::of(app).unwrap()
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

/// Makes the role `admin`, which may read and delete, and gives it to a user of a tenant.
async fn make_admin(app: &App, tenant_id: &str, user_id: &str) {
    let role = CreateNewRoleOrAddPermissions::new("admin", list(&["read", "delete"]));
    roles(app).create_new_role_or_add_permissions(role).await.unwrap();
    let given = roles(app).add_role_to_user(AddRoleToUser::new(tenant_id, user_id, "admin")).await.unwrap();
    assert_eq!(given, AddRoleToUserResponse::Ok { did_user_already_have_role: false });
}

fn not_admin() -> Value {
    json!({"message": "wrong value", "expectedToInclude": "admin", "actualValue": []})
}

async fn a_route_for_a_role_is_refused_and_allowed_once_the_role_is_given_and_fetched(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    let browser = app.signed_in_as("user-1").await;
    browser.get("/me").send().await.assert_status(200);
    assert_refused(&browser.get("/admin").send().await, "st-role", &not_admin());
    app.browser().get("/admin").send().await.assert_status(401);

    make_admin(&app, "public", "user-1").await;
    let still = browser.get("/admin").send().await;
    assert_refused(&still, "st-role", &not_admin());
    let payload: Value = browser.post("/refetch").send().await.json();
    assert_eq!((&payload["st-role"]["v"], &payload["st-perm"]["v"]), (&json!(["admin"]), &json!(["delete", "read"])));
    browser.get("/admin").send().await.assert_status(200);
}

async fn a_new_session_has_what_its_user_has(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    make_admin(&app, "public", "user-1").await;
    let browser = app.signed_in_as("user-1").await;
    browser.get("/admin").send().await.assert_status(200);
    browser.get("/may-delete").send().await.assert_status(200);
    let other = app.signed_in_as("user-2").await;
    assert_refused(&other.get("/admin").send().await, "st-role", &not_admin());
    let reason = json!({"message": "wrong value", "expectedToInclude": ["read", "delete"], "actualValue": []});
    assert_refused(&other.get("/may-delete").send().await, "st-perm", &reason);
}

#[tokio::test]
async fn a_claim_that_may_not_be_old_is_fetched_without_asking_for_it() {
    let app = start(TestCore::InProcess, UserRoles::new()).await;
    let browser = app.signed_in_as("user-1").await;
    make_admin(&app, "public", "user-1").await;
    app.advance(Duration::from_secs(60)).await;
    browser.get("/may-delete").send().await.assert_status(403);
    app.advance(Duration::from_secs(1)).await;
    browser.get("/may-delete").send().await.assert_status(200);
    let permissions = RemovePermissionsFromRole::new("admin", list(&["delete"]));
    roles(&app).remove_permissions_from_role(permissions).await.unwrap();
    browser.get("/may-delete").send().await.assert_status(200);
    app.advance(Duration::from_secs(61)).await;
    browser.get("/may-delete").send().await.assert_status(403);
}

async fn roles_count_in_the_tenant_in_which_they_were_given(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    Multitenancy::of(&app).unwrap().create_or_update_tenant(CreateOrUpdateTenant::new("t1")).await.unwrap();
    make_admin(&app, "t1", "user-1").await;
    app.signed_in_to("t1", "user-1").await.get("/admin").send().await.assert_status(200);
    let elsewhere = app.signed_in_as("user-1").await;
    assert_refused(&elsewhere.get("/admin").send().await, "st-role", &not_admin());
    elsewhere.post("/refetch").send().await.assert_status(200);
    elsewhere.get("/admin").send().await.assert_status(403);
}

async fn claims_that_were_left_out_are_fetched_by_the_routes_that_demand_them(core: TestCore) {
    let recipe = UserRoles::new().skip_adding_roles_to_access_token(true).skip_adding_permissions_to_access_token(true);
    let app = start(core, recipe).await;
    make_admin(&app, "public", "user-1").await;
    let browser = app.signed_in_as("user-1").await;
    let payload: Value = browser.get("/me").send().await.json();
    assert!(payload.get("st-role").is_none() && payload.get("st-perm").is_none(), "{payload}");
    let allowed = browser.get("/admin").send().await;
    allowed.assert_status(200);
    assert_eq!(allowed.front_token().unwrap()["up"]["st-role"]["v"], json!(["admin"]), "it is kept from then on");
}

async fn every_function_and_status_on_a_real_core(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    let roles = roles(&app);
    let unknown = AddRoleToUser::new("public", "u", "none");
    assert_eq!(roles.add_role_to_user(unknown).await.unwrap(), AddRoleToUserResponse::UnknownRole);
    let unknown = RemoveUserRole::new("public", "u", "none");
    assert_eq!(roles.remove_user_role(unknown).await.unwrap(), RemoveUserRoleResponse::UnknownRole);
    let unknown = GetUsersThatHaveRole::new("public", "none");
    assert_eq!(roles.get_users_that_have_role(unknown).await.unwrap(), GetUsersThatHaveRoleResponse::UnknownRole);
    let unknown = GetPermissionsForRole::new("none");
    assert_eq!(roles.get_permissions_for_role(unknown).await.unwrap(), GetPermissionsForRoleResponse::UnknownRole);
    let unknown = RemovePermissionsFromRole::new("none", list(&["p"]));
    let response = roles.remove_permissions_from_role(unknown).await.unwrap();
    assert_eq!(response, RemovePermissionsFromRoleResponse::UnknownRole);
    assert!(!roles.delete_role(DeleteRole::new("none")).await.unwrap());

    let create = |permissions: &[&str]| {
        roles.create_new_role_or_add_permissions(CreateNewRoleOrAddPermissions::new("editor", list(permissions)))
    };
    assert!(create(&["read"]).await.unwrap());
    assert!(!create(&["write", "read"]).await.unwrap(), "it is not new");
    let GetPermissionsForRoleResponse::Ok { mut permissions } =
        roles.get_permissions_for_role(GetPermissionsForRole::new("editor")).await.unwrap()
    else {
        panic!("the role is unknown")
    };
    permissions.sort_unstable();
    assert_eq!(permissions, ["read", "write"]);
    let with_write = GetRolesThatHavePermission::new("write");
    assert_eq!(roles.get_roles_that_have_permission(with_write.clone()).await.unwrap(), ["editor"]);
    let remove = RemovePermissionsFromRole::new("editor", list(&["write", "never had"]));
    assert_eq!(roles.remove_permissions_from_role(remove).await.unwrap(), RemovePermissionsFromRoleResponse::Ok);
    assert_eq!(roles.get_roles_that_have_permission(with_write).await.unwrap(), [""; 0]);
    assert_eq!(roles.get_all_roles(GetAllRoles::new()).await.unwrap(), ["editor"]);

    let add = AddRoleToUser::new("public", "u", "editor");
    for already in [false, true] {
        let expected = AddRoleToUserResponse::Ok { did_user_already_have_role: already };
        assert_eq!(roles.add_role_to_user(add.clone()).await.unwrap(), expected);
    }
    assert_eq!(roles.get_roles_for_user(GetRolesForUser::new("public", "u")).await.unwrap(), ["editor"]);
    let users = roles.get_users_that_have_role(GetUsersThatHaveRole::new("public", "editor")).await.unwrap();
    assert_eq!(users, GetUsersThatHaveRoleResponse::Ok { users: list(&["u"]) });
    for had in [true, false] {
        let remove = RemoveUserRole::new("public", "u", "editor");
        let expected = RemoveUserRoleResponse::Ok { did_user_have_role: had };
        assert_eq!(roles.remove_user_role(remove).await.unwrap(), expected);
    }
}

async fn a_deleted_role_is_taken_from_everybody(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    make_admin(&app, "public", "user-1").await;
    let browser = app.signed_in_as("user-1").await;
    assert!(roles(&app).delete_role(DeleteRole::new("admin")).await.unwrap());
    browser.get("/admin").send().await.assert_status(200);
    browser.post("/refetch").send().await.assert_status(200);
    assert_refused(&browser.get("/admin").send().await, "st-role", &not_admin());
}

async fn an_empty_role_is_refused_by_the_core(core: TestCore) {
    let app = start(core, UserRoles::new()).await;
    for role in ["", "   "] {
        let create = CreateNewRoleOrAddPermissions::new(role, Vec::new());
        let error = roles(&app).create_new_role_or_add_permissions(create).await.unwrap_err();
        let Error::Core(error) = error else { panic!("{error}") };
        assert_eq!(error.status_code().map(|status| status.as_u16()), Some(400), "{role:?}");
    }
}
