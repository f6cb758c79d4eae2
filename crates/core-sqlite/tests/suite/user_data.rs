//! What recipes keep about a user, when the user is removed.

use serde_json::{Value, json};

use crate::{
    common::*,
    people::{core_with_tenants, sign_up},
};

const EMAIL: &str = "other@example.com";

/// Gives somebody metadata, and in two tenants a role, a session, a verified address and a token for another one. Gives
/// the token.
async fn fill(core: &TestCore, user_id: &str) -> Value {
    core.put("/recipe/role", json!({"role": "admin"})).await.ok();
    core.put("/recipe/user/metadata", json!({"userId": user_id, "metadataUpdate": {"a": 1}})).await.ok();
    let mut unused = Value::Null;
    for tenant in ["", "/t1"] {
        core.put(&format!("{tenant}/recipe/user/role"), json!({"userId": user_id, "role": "admin"})).await.ok();
        core.post("5.6", &format!("{tenant}/recipe/session"), session_of(user_id)).await.ok();
        unused = verification_token(core, tenant, user_id, EMAIL).await;
    }
    let token = verification_token(core, "", user_id, "verified@example.com").await;
    assert_eq!(verify(core, "", &token).await["status"], "OK");
    unused
}

async fn verification_token(core: &TestCore, tenant: &str, user_id: &str, email: &str) -> Value {
    let body = json!({"userId": user_id, "email": email});
    core.post("5.6", &format!("{tenant}/recipe/user/email/verify/token"), body).await.ok()["token"].take()
}

async fn verify(core: &TestCore, tenant: &str, token: &Value) -> Value {
    let body = json!({"method": "token", "token": token});
    core.post("5.6", &format!("{tenant}/recipe/user/email/verify"), body).await.json
}

/// How many roles and sessions somebody has, whether there is metadata, and whether an address is verified.
async fn kept(core: &TestCore, user_id: &str) -> (usize, usize, bool, bool) {
    let mut roles = 0;
    for tenant in ["", "/t1"] {
        let answer = core.get("5.6", &format!("{tenant}/recipe/user/roles?userId={user_id}")).await.ok();
        roles += answer["roles"].as_array().unwrap().len();
    }
    let sessions = core.get("5.6", &format!("/recipe/session/user?userId={user_id}")).await.ok();
    let metadata = core.get("5.6", &format!("/recipe/user/metadata?userId={user_id}")).await.ok();
    let query = format!("userId={user_id}&email=verified@example.com");
    let verified = core.get("5.6", &format!("/recipe/user/email/verify?{query}")).await.ok();
    let sessions = sessions["sessionHandles"].as_array().unwrap().len();
    (roles, sessions, metadata["metadata"] != json!({}), verified["isVerified"] == json!(true))
}

#[tokio::test]
async fn a_user_who_is_removed_leaves_nothing_behind() {
    let core = core_with_tenants(&["t1"]).await;
    let (alice, bob) = (sign_up(&core, "", "alice@example.com").await, sign_up(&core, "", "bob@example.com").await);
    let token = fill(&core, &alice).await;
    fill(&core, &bob).await;
    assert_eq!(kept(&core, &alice).await, (2, 2, true, true));

    core.post("5.6", "/user/remove", json!({"userId": alice})).await.ok();
    assert_eq!(kept(&core, &alice).await, (0, 0, false, false));
    assert_eq!(verify(&core, "/t1", &token).await, json!({"status": "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"}));
    assert_eq!(kept(&core, &bob).await, (2, 2, true, true));
}

#[tokio::test]
async fn who_has_an_id_of_the_applications_leaves_nothing_behind_either() {
    let core = core_with_tenants(&["t1"]).await;
    let alice = sign_up(&core, "", "alice@example.com").await;
    let mapping = json!({"superTokensUserId": alice, "externalUserId": "ext-alice"});
    core.post("5.6", "/recipe/userid/map", mapping).await.ok();
    let token = fill(&core, "ext-alice").await;
    assert_eq!(kept(&core, "ext-alice").await, (2, 2, true, true));
    core.post("5.6", "/user/remove", json!({"userId": "ext-alice"})).await.ok();
    assert_eq!(kept(&core, "ext-alice").await, (0, 0, false, false));
    assert_eq!(verify(&core, "/t1", &token).await, json!({"status": "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"}));
}
