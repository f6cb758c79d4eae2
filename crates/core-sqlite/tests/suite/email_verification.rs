//! E-mail verification.

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;

use crate::common::*;

const VERIFY: &str = "/recipe/user/email/verify";
const EMAIL: &str = "alice@example.com";

/// Three hours, in milliseconds.
const SHORT_MS: u64 = 10_800_000;

async fn ask_for_token(core: &TestCore, tenant: &str, user_id: &str, email: &str) -> Answer {
    core.post("5.6", &format!("{tenant}{VERIFY}/token"), json!({"userId": user_id, "email": email})).await
}

async fn token(core: &TestCore, tenant: &str) -> Value {
    ask_for_token(core, tenant, "alice", EMAIL).await.ok()["token"].take()
}

async fn verify(core: &TestCore, tenant: &str, token: &Value) -> Value {
    core.post("5.6", &format!("{tenant}{VERIFY}"), json!({"method": "token", "token": token})).await.json
}

async fn is_verified(core: &TestCore, user_id: &str, email: &str) -> bool {
    let answer = core.get("5.6", &format!("{VERIFY}?userId={user_id}&email={email}")).await.ok();
    answer["isVerified"].as_bool().unwrap()
}

fn invalid() -> Value {
    json!({"status": "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"})
}

fn verified() -> Value {
    json!({"status": "OK", "userId": "alice", "email": EMAIL})
}

#[tokio::test]
async fn a_token_verifies_one_address_once_and_ends_the_others_for_it() {
    let core = TestCore::new();
    let (first, second) = (token(&core, "").await, token(&core, "").await);
    let other = ask_for_token(&core, "", "alice", "second@example.com").await.ok()["token"].take();
    assert_ne!(first, second);
    assert!(!is_verified(&core, "alice", EMAIL).await);

    assert_eq!(verify(&core, "", &second).await, verified());
    assert!(is_verified(&core, "alice", EMAIL).await);
    for used in [&second, &first] {
        assert_eq!(verify(&core, "", used).await, invalid());
    }
    assert!(!is_verified(&core, "bob", EMAIL).await);
    assert!(!is_verified(&core, "alice", "second@example.com").await);
    assert_eq!(verify(&core, "", &other).await["status"], "OK");

    let again = ask_for_token(&core, "", "alice", " Alice@Example.com ").await;
    assert_eq!(again.json, json!({"status": "EMAIL_ALREADY_VERIFIED_ERROR"}));
    core.post("5.6", &format!("{VERIFY}/remove"), json!({"userId": "alice", "email": EMAIL})).await.ok();
    assert!(!is_verified(&core, "alice", EMAIL).await);
    assert!(is_verified(&core, "alice", "second@example.com").await);
}

#[tokio::test]
async fn a_token_that_is_too_late_verifies_nothing_and_ends_the_others() {
    let core = TestCore::new();
    let late = token(&core, "").await;
    core.pass(86_400);
    let (in_time, newer) = (token(&core, "").await, token(&core, "").await);
    core.clock.set(START_MS + 86_400_001);
    assert_eq!(verify(&core, "", &late).await, invalid());
    assert_eq!(verify(&core, "", &in_time).await, invalid());
    assert!(!is_verified(&core, "alice", EMAIL).await);
    assert_eq!(verify(&core, "", &newer).await, invalid());
}

#[tokio::test]
async fn a_tenant_may_have_a_lifetime_of_its_own() {
    let core = TestCore::new();
    let config = json!({"email_verification_token_lifetime": SHORT_MS});
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1", "coreConfig": config})).await.ok();
    let (in_time, late) = (token(&core, "/t1").await, token(&core, "").await);
    core.clock.set(START_MS + SHORT_MS);
    assert_eq!(verify(&core, "/t1", &in_time).await, verified());
    core.post("5.6", &format!("{VERIFY}/remove"), json!({"userId": "alice", "email": EMAIL})).await.ok();
    let too_late = token(&core, "/t1").await;
    core.clock.set(START_MS + 2 * SHORT_MS + 1);
    assert_eq!(verify(&core, "/t1", &too_late).await, invalid());
    assert_eq!(verify(&core, "", &late).await, verified());
}

#[tokio::test]
async fn a_token_of_another_tenant_or_app_is_refused_and_stays_good() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    core.put("/recipe/multitenancy/app/v2", json!({"appId": "a1"})).await.ok();
    let of_tenant = token(&core, "/t1").await;
    for elsewhere in ["", "/appid-a1"] {
        assert_eq!(verify(&core, elsewhere, &of_tenant).await, invalid());
    }
    assert_eq!(verify(&core, "/t1", &of_tenant).await, verified());
    // Verified is verified in the whole app, and in no other.
    let answer = ask_for_token(&core, "", "alice", EMAIL).await;
    assert_eq!(answer.json, json!({"status": "EMAIL_ALREADY_VERIFIED_ERROR"}));
    token(&core, "/appid-a1").await;
}

#[tokio::test]
async fn revoking_ends_the_tokens_of_one_address_in_one_tenant() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let (here, there) = (token(&core, "").await, token(&core, "/t1").await);
    let other = ask_for_token(&core, "", "bob", EMAIL).await.ok()["token"].take();
    core.post("5.6", &format!("{VERIFY}/token/remove"), json!({"userId": "alice", "email": EMAIL})).await.ok();
    assert_eq!(verify(&core, "", &here).await, invalid());
    assert_eq!(verify(&core, "", &other).await["userId"], "bob");
    assert_eq!(verify(&core, "/t1", &there).await, verified());
}

#[tokio::test]
async fn tokens_go_with_their_tenant() {
    let core = TestCore::new();
    let tenant = json!({"tenantId": "t1"});
    core.put("/recipe/multitenancy/tenant/v2", tenant.clone()).await.ok();
    let token = token(&core, "/t1").await;
    core.post("5.6", "/recipe/multitenancy/tenant/remove", tenant.clone()).await.ok();
    core.put("/recipe/multitenancy/tenant/v2", tenant).await.ok();
    assert_eq!(verify(&core, "/t1", &token).await, invalid());
}

#[tokio::test]
async fn the_database_does_not_have_the_token_and_forgets_it_when_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    let token = token(&core, "").await;
    let text = token.as_str().unwrap();
    let decoded = supertokens_jose::base64url::decode(text).unwrap();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(!has(text.as_bytes()) && !has(&decoded));
    }
    core.pass(86_401);
    core.core.run_maintenance().await;
    // Were it still there, the time before its end would let it be used.
    core.clock.set(START_MS);
    assert_eq!(verify(&core, "", &token).await, invalid());
}

#[tokio::test]
async fn of_many_who_use_a_token_at_once_one_succeeds() {
    let core = std::sync::Arc::new(TestCore::new());
    let token = token(&core, "").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (core, token) = (core.clone(), token.clone());
        tasks.spawn(async move { verify(&core, "", &token).await });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == verified()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == invalid()).count(), 15);
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused() {
    let core = TestCore::new();
    let body = |length: usize| json!({"userId": "alice", "email": format!("{}@example.com", "a".repeat(length - 12))});
    for path in ["/token", "/token/remove", "/remove"] {
        let refused = core.post("5.6", &format!("{VERIFY}{path}"), body(2049)).await;
        assert_eq!(refused.bad_request(), "An e-mail address must have at most 2048 bytes", "{path}");
        core.post("5.6", &format!("{VERIFY}{path}"), body(2048)).await.ok();
    }
}
