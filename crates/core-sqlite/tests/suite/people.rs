//! People to have in a core: they sign up with codes.

use serde_json::{Value, json};

use crate::common::*;

/// Asks for a code, to an address or, beginning with `+`, a phone number.
pub(crate) async fn ask_for_code(core: &TestCore, tenant: &str, contact: &str) -> Value {
    let name = if contact.starts_with('+') { "phoneNumber" } else { "email" };
    core.post("5.6", &format!("{tenant}/recipe/signinup/code"), json!({name: contact})).await.ok()
}

/// What is sent to enter the code of an answer.
pub(crate) fn typed(code: &Value) -> Value {
    json!({"preAuthSessionId": code["preAuthSessionId"], "deviceId": code["deviceId"],
           "userInputCode": code["userInputCode"]})
}

/// What is sent when its link is followed.
pub(crate) fn followed(code: &Value) -> Value {
    json!({"preAuthSessionId": code["preAuthSessionId"], "linkCode": code["linkCode"]})
}

/// Enters a code.
pub(crate) async fn consume(core: &TestCore, tenant: &str, entered: Value) -> Answer {
    core.post("5.6", &format!("{tenant}/recipe/signinup/code/consume"), entered).await
}

/// Signs somebody up or in and gives the answer.
pub(crate) async fn sign_in_up(core: &TestCore, tenant: &str, contact: &str) -> Value {
    let code = ask_for_code(core, tenant, contact).await;
    consume(core, tenant, followed(&code)).await.ok()
}

/// Signs somebody up who is new, and gives the id.
pub(crate) async fn sign_up(core: &TestCore, tenant: &str, contact: &str) -> String {
    let answer = sign_in_up(core, tenant, contact).await;
    assert_eq!(answer["createdNewUser"], json!(true), "{contact}");
    answer["recipeUserId"].as_str().unwrap().to_owned()
}

/// A user by any of its ids; `null` if there is none.
pub(crate) async fn user(core: &TestCore, id: &str) -> Value {
    core.get("5.6", &format!("/user/id?userId={id}")).await.json["user"].clone()
}

/// A core with these tenants beside `public`.
pub(crate) async fn core_with_tenants(tenants: &[&str]) -> TestCore {
    let core = TestCore::new();
    for tenant in tenants {
        core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": tenant})).await.ok();
    }
    core
}
