//! Accounts with passwords that hash fast.

use serde_json::{Value, json};
use supertokens_core::Config;

use crate::common::*;

pub(crate) const PASSWORD: &str = "correct horse";

/// A config whose hashes take next to nothing.
pub(crate) fn quick_hashes() -> Config {
    Config::from_yaml_str("access_token_validity_jitter: 0\nargon2_memory_kb: 64\nargon2_parallelism: 1").unwrap()
}

pub(crate) fn quick_core() -> TestCore {
    TestCore::with(quick_hashes())
}

pub(crate) async fn sign_up_by_password(core: &TestCore, tenant: &str, email: &str) -> Value {
    core.post("5.6", &format!("{tenant}/recipe/signup"), json!({"email": email, "password": PASSWORD})).await.ok()
}

/// Signs somebody up who is new, and gives the id.
pub(crate) async fn new_account(core: &TestCore, tenant: &str, email: &str) -> String {
    text(&sign_up_by_password(core, tenant, email).await["recipeUserId"])
}

pub(crate) async fn sign_in(core: &TestCore, tenant: &str, email: &str, password: &str) -> Answer {
    core.post("5.6", &format!("{tenant}/recipe/signin"), json!({"email": email, "password": password})).await
}

pub(crate) async fn third_party(core: &TestCore, user_id: &str, email: &str, is_verified: bool) -> Value {
    let body = json!({"thirdPartyId": "google", "thirdPartyUserId": user_id,
                      "email": {"id": email, "isVerified": is_verified}});
    core.post("5.6", "/recipe/signinup", body).await.ok()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
