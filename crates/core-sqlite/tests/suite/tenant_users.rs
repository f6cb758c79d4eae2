//! Users of tenants.

use serde_json::{Value, json};

use crate::{common::*, people::core_with_tenants};

const USER: &str = "/recipe/multitenancy/tenant/user";

/// Signs somebody up through a third party, and gives the user's id.
async fn sign_up(core: &TestCore, tenant: &str, third_party_id: &str, user_id: &str, email: &str) -> String {
    let answer = sign_in(core, tenant, third_party_id, user_id, email).await;
    assert_eq!(answer["createdNewUser"], json!(true));
    answer["user"]["id"].as_str().unwrap().to_owned()
}

async fn sign_in(core: &TestCore, tenant: &str, third_party_id: &str, user_id: &str, email: &str) -> Value {
    let body = json!({"thirdPartyId": third_party_id, "thirdPartyUserId": user_id,
                      "email": {"id": email, "isVerified": true}});
    core.post("5.6", &format!("{tenant}/recipe/signinup"), body).await.ok()
}

async fn associate(core: &TestCore, tenant: &str, id: &str) -> Value {
    core.post("5.6", &format!("{tenant}{USER}"), json!({"recipeUserId": id})).await.json
}

async fn disassociate(core: &TestCore, tenant: &str, id: &str) -> Value {
    core.post("5.6", &format!("{tenant}{USER}/remove"), json!({"recipeUserId": id})).await.json
}

fn with_status(status: &str) -> Value {
    json!({"status": status})
}

#[tokio::test]
async fn a_user_signs_in_where_it_was_let_in() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    let alice = sign_up(&core, "", "google", "g-alice", "alice@example.com").await;
    assert_eq!(associate(&core, "/t1", &alice).await, json!({"status": "OK", "wasAlreadyAssociated": false}));
    assert_eq!(associate(&core, "/t1", &alice).await, json!({"status": "OK", "wasAlreadyAssociated": true}));
    let signed_in = sign_in(&core, "/t1", "google", "g-alice", "alice@example.com").await;
    assert_eq!((&signed_in["createdNewUser"], &signed_in["user"]["id"]), (&json!(false), &json!(alice)));

    assert_eq!(disassociate(&core, "", &alice).await, json!({"status": "OK", "wasAssociated": true}));
    assert_eq!(disassociate(&core, "", &alice).await, json!({"status": "OK", "wasAssociated": false}));
    let signed_in = sign_in(&core, "", "google", "g-alice", "alice@example.com").await;
    assert_eq!(signed_in["createdNewUser"], json!(true));
    assert_ne!(signed_in["user"]["id"], json!(alice));
    // Where she was, there is another now.
    assert_eq!(associate(&core, "", &alice).await, with_status("THIRD_PARTY_USER_ALREADY_EXISTS_ERROR"));
}

#[tokio::test]
async fn who_leaves_a_tenant_loses_sessions_and_roles_there_and_keeps_the_rest() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    let alice = sign_up(&core, "/t1", "google", "g-alice", "alice@example.com").await;
    associate(&core, "/t2", &alice).await;
    core.put("/recipe/role", json!({"role": "admin"})).await.ok();
    core.put("/recipe/user/metadata", json!({"userId": alice, "metadataUpdate": {"a": 1}})).await.ok();
    for tenant in ["/t1", "/t2"] {
        core.put(&format!("{tenant}/recipe/user/role"), json!({"userId": alice, "role": "admin"})).await.ok();
        core.post("5.6", &format!("{tenant}/recipe/session"), session_of(&alice)).await.ok();
    }
    assert_eq!(disassociate(&core, "/t1", &alice).await, json!({"status": "OK", "wasAssociated": true}));

    for (tenant, expected) in [("/t1", 0), ("/t2", 1)] {
        let roles = core.get("5.6", &format!("{tenant}/recipe/user/roles?userId={alice}")).await.ok();
        let query = format!("userId={alice}&fetchAcrossAllTenants=false");
        let sessions = core.get("5.6", &format!("{tenant}/recipe/session/user?{query}")).await.ok();
        assert_eq!(roles["roles"].as_array().unwrap().len(), expected, "{tenant}");
        assert_eq!(sessions["sessionHandles"].as_array().unwrap().len(), expected, "{tenant}");
    }
    let metadata = core.get("5.6", &format!("/recipe/user/metadata?userId={alice}")).await.ok();
    assert_eq!(metadata["metadata"], json!({"a": 1}));
    let user = core.get("5.6", &format!("/user/id?userId={alice}")).await.ok();
    assert_eq!(user["user"]["loginMethods"][0]["verified"], json!(true));
    assert_eq!(user["user"]["tenantIds"], json!(["t2"]));
}

#[tokio::test]
async fn a_primary_user_stays_out_where_another_has_its_address() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    let alice = sign_up(&core, "", "google", "g-alice", "alice@example.com").await;
    let other = sign_up(&core, "/t1", "github", "h-alice", "alice@example.com").await;
    let make_primary =
        async |id: &str| core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": id})).await;
    make_primary(&alice).await.ok();
    make_primary(&other).await.ok();
    let refused = associate(&core, "/t1", &alice).await;
    let reason = "This user's email is already associated with another user ID";
    assert_eq!(refused, json!({"status": "ASSOCIATION_NOT_ALLOWED_ERROR", "reason": reason}));
    assert_eq!(associate(&core, "/t2", &alice).await["status"], "OK");
    // Another account of hers is of the recipe that has it there.
    let link = json!({"recipeUserId": sign_up(&core, "", "gitlab", "l-alice", "alice@example.com").await,
                      "primaryUserId": alice});
    core.post("5.6", "/recipe/accountlinking/user/link", link.clone()).await.ok();
    let gitlab = sign_in(&core, "/t1", "gitlab", "l-alice", "alice@example.com").await;
    assert_eq!(gitlab["createdNewUser"], json!(true));
    assert_eq!(associate(&core, "/t1", &alice).await, with_status("THIRD_PARTY_USER_ALREADY_EXISTS_ERROR"));
    // One that is not primary may share an address.
    let third = sign_up(&core, "", "apple", "a-alice", "alice@example.com").await;
    assert_eq!(associate(&core, "/t1", &third).await["status"], "OK");
}

#[tokio::test]
async fn a_user_may_be_named_by_the_applications_id() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    let alice = sign_up(&core, "", "google", "g-alice", "alice@example.com").await;
    let mapping = json!({"superTokensUserId": alice, "externalUserId": "ext-alice"});
    core.post("5.6", "/recipe/userid/map", mapping).await.ok();
    core.put("/recipe/role", json!({"role": "admin"})).await.ok();
    assert_eq!(associate(&core, "/t1", " ext-alice ").await["wasAlreadyAssociated"], json!(false));
    core.put("/t1/recipe/user/role", json!({"userId": "ext-alice", "role": "admin"})).await.ok();
    assert_eq!(disassociate(&core, "/t1", &alice).await["wasAssociated"], json!(true));
    let roles = core.get("5.6", "/t1/recipe/user/roles?userId=ext-alice").await.ok();
    assert_eq!(roles["roles"], json!([]));
}

#[tokio::test]
async fn unknown_users_and_tenants_are_refused() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    assert_eq!(associate(&core, "/t1", "nosuch").await, with_status("UNKNOWN_USER_ID_ERROR"));
    assert_eq!(disassociate(&core, "/t1", "nosuch").await, with_status("UNKNOWN_USER_ID_ERROR"));
    let answer = core.post("5.6", &format!("/nosuch{USER}"), json!({"recipeUserId": "a"})).await;
    assert!(answer.bad_request().ends_with("(, public, nosuch)"));
    let answer = core.post("5.6", USER, json!({"recipeUserId": " "})).await;
    assert_eq!(answer.bad_request(), "Field name 'userId' cannot be an empty String");
}
