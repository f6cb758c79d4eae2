//! Roles and permissions.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::*;

async fn make_role(core: &TestCore, role: &str, permissions: Value) {
    core.put("/recipe/role", json!({"role": role, "permissions": permissions})).await.ok();
}

async fn give(core: &TestCore, tenant: &str, user_id: &str, role: &str) -> Answer {
    core.put(&format!("{tenant}/recipe/user/role"), json!({"userId": user_id, "role": role})).await
}

async fn list(core: &TestCore, target: &str, name: &str) -> Value {
    core.get("5.6", target).await.ok()[name].take()
}

async fn roles_of(core: &TestCore, tenant: &str, user_id: &str) -> Value {
    list(core, &format!("{tenant}/recipe/user/roles?userId={user_id}"), "roles").await
}

#[tokio::test]
async fn a_role_gathers_permissions() {
    let core = TestCore::new();
    make_role(&core, "admin", json!(["write", "read"])).await;
    make_role(&core, " admin ", json!([" delete ", "read"])).await;
    make_role(&core, "guest", json!(["read"])).await;
    assert_eq!(list(&core, "/recipe/roles", "roles").await, json!(["admin", "guest"]));
    let permissions = "/recipe/role/permissions?role=admin";
    assert_eq!(list(&core, permissions, "permissions").await, json!(["delete", "read", "write"]));
    assert_eq!(list(&core, "/recipe/permission/roles?permission=read", "roles").await, json!(["admin", "guest"]));

    let remove = async |body: Value| core.post("5.6", "/recipe/role/permissions/remove", body).await;
    remove(json!({"role": "admin", "permissions": ["delete", "nosuch"]})).await.ok();
    assert_eq!(list(&core, permissions, "permissions").await, json!(["read", "write"]));
    remove(json!({"role": "admin"})).await.ok();
    assert_eq!(list(&core, permissions, "permissions").await, json!([]));
    assert_eq!(list(&core, "/recipe/permission/roles?permission=read", "roles").await, json!(["guest"]));
}

#[tokio::test]
async fn a_user_has_a_role_in_one_tenant_only() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    make_role(&core, "admin", json!([])).await;
    assert_eq!(give(&core, "/t1", "alice", "admin").await.ok()["didUserAlreadyHaveRole"], json!(false));
    assert_eq!(give(&core, "/t1", "alice", "admin").await.ok()["didUserAlreadyHaveRole"], json!(true));
    assert_eq!(roles_of(&core, "/t1", "alice").await, json!(["admin"]));
    assert_eq!(roles_of(&core, "", "alice").await, json!([]));
    assert_eq!(list(&core, "/t1/recipe/role/users?role=admin", "users").await, json!(["alice"]));
    assert_eq!(list(&core, "/recipe/role/users?role=admin", "users").await, json!([]));

    let take = async |tenant: &str| {
        let path = format!("{tenant}/recipe/user/role/remove");
        core.post("5.6", &path, json!({"userId": "alice", "role": "admin"})).await.ok()["didUserHaveRole"].take()
    };
    assert_eq!(take("").await, json!(false));
    assert_eq!(take("/t1").await, json!(true));
    assert_eq!(roles_of(&core, "/t1", "alice").await, json!([]));
}

#[tokio::test]
async fn a_role_that_is_removed_is_taken_from_everybody() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    make_role(&core, "admin", json!(["write"])).await;
    make_role(&core, "guest", json!([])).await;
    for tenant in ["", "/t1"] {
        give(&core, tenant, "alice", "admin").await.ok();
        give(&core, tenant, "alice", "guest").await.ok();
    }
    let remove = async || core.post("5.6", "/recipe/role/remove", json!({"role": "admin"})).await.ok();
    assert_eq!(remove().await["didRoleExist"], json!(true));
    assert_eq!(remove().await["didRoleExist"], json!(false));
    for tenant in ["", "/t1"] {
        assert_eq!(roles_of(&core, tenant, "alice").await, json!(["guest"]));
    }
    // Made again, it is a new one.
    make_role(&core, "admin", json!([])).await;
    assert_eq!(roles_of(&core, "", "alice").await, json!(["guest"]));
    assert_eq!(list(&core, "/recipe/role/permissions?role=admin", "permissions").await, json!([]));
}

#[tokio::test]
async fn a_tenant_takes_the_roles_of_its_users_along_and_an_app_all_of_them() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/app/v2", json!({"appId": "a1"})).await.ok();
    let tenant = json!({"tenantId": "t1"});
    for app in ["", "/appid-a1"] {
        core.put(&format!("{app}/recipe/multitenancy/tenant/v2"), tenant.clone()).await.ok();
        core.put(&format!("{app}/recipe/role"), json!({"role": "admin"})).await.ok();
        give(&core, &format!("{app}/t1"), "alice", "admin").await.ok();
    }
    core.post("5.6", "/recipe/multitenancy/tenant/remove", tenant.clone()).await.ok();
    core.put("/recipe/multitenancy/tenant/v2", tenant.clone()).await.ok();
    assert_eq!(roles_of(&core, "/t1", "alice").await, json!([]));
    assert_eq!(list(&core, "/recipe/roles", "roles").await, json!(["admin"]));
    assert_eq!(roles_of(&core, "/appid-a1/t1", "alice").await, json!(["admin"]));

    core.post("5.6", "/appid-a1/recipe/multitenancy/tenant/remove", tenant).await.ok();
    core.post("5.6", "/recipe/multitenancy/app/remove", json!({"appId": "a1"})).await.ok();
    core.put("/recipe/multitenancy/app/v2", json!({"appId": "a1"})).await.ok();
    assert_eq!(list(&core, "/appid-a1/recipe/roles", "roles").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_make_a_role_at_once_one_makes_it_new() {
    let core = Arc::new(TestCore::new());
    let mut tasks = JoinSet::new();
    for number in 0..32 {
        let core = core.clone();
        let body = json!({"role": "admin", "permissions": [format!("p{number}")]});
        tasks.spawn(async move { core.put("/recipe/role", body).await.ok()["createdNewRole"].take() });
    }
    let new = tasks.join_all().await.into_iter().filter(|is_new| *is_new == json!(true)).count();
    assert_eq!(new, 1);
    let permissions = list(&core, "/recipe/role/permissions?role=admin", "permissions").await;
    assert_eq!(permissions.as_array().unwrap().len(), 32);
}

#[tokio::test]
async fn unknown_roles_and_bad_names_are_refused() {
    let core = TestCore::new();
    let unknown = json!({"status": "UNKNOWN_ROLE_ERROR"});
    assert_eq!(give(&core, "", "alice", "nosuch").await.json, unknown);
    let body = json!({"userId": "alice", "role": "nosuch"});
    assert_eq!(core.post("5.6", "/recipe/user/role/remove", body.clone()).await.json, unknown);
    assert_eq!(core.post("5.6", "/recipe/role/permissions/remove", body).await.json, unknown);
    assert_eq!(core.get("5.6", "/recipe/role/users?role=nosuch").await.json, unknown);
    assert_eq!(core.get("5.6", "/recipe/role/permissions?role=nosuch").await.json, unknown);

    let put = async |body: Value| core.put("/recipe/role", body).await;
    let message = "Field name 'permissions' cannot contain an empty string";
    assert_eq!(put(json!({"role": "r", "permissions": ["a", " "]})).await.bad_request(), message);
    let long = put(json!({"role": "r".repeat(1025)})).await;
    assert_eq!(long.bad_request(), "Field name 'role' must have at most 1024 bytes");
    assert!(give(&core, "/nosuch", "alice", "admin").await.bad_request().ends_with("(, public, nosuch)"));
    assert_eq!(list(&core, "/recipe/roles", "roles").await, json!([]));
}
