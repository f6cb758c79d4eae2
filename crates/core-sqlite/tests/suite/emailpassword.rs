//! E-mail and password.

use serde_json::json;
use supertokens_core_sqlite::SqliteStorage;

use crate::{
    accounts::*,
    common::*,
    people::{sign_up, user},
};

const RESET_TOKEN: &str = "/recipe/user/password/reset/token";
const CONSUME: &str = "/recipe/user/password/reset/token/consume";
const INVALID_TOKEN: (&str, &str) = ("RESET_PASSWORD_INVALID_TOKEN_ERROR", "");
const WRONG_CREDENTIALS: (&str, &str) = ("WRONG_CREDENTIALS_ERROR", "");

async fn reset_token(core: &TestCore, tenant: &str, user_id: &str) -> String {
    let body = json!({"userId": user_id, "email": "alice@example.com"});
    text(&core.post("5.6", &format!("{tenant}{RESET_TOKEN}"), body).await.ok()["token"])
}

async fn consume(core: &TestCore, tenant: &str, token: &str) -> Answer {
    core.post("5.6", &format!("{tenant}{CONSUME}"), json!({"method": "token", "token": token})).await
}

#[tokio::test]
async fn an_address_signs_up_once_in_a_tenant_whatever_its_case() {
    let core = quick_core();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let signed_up = sign_up_by_password(&core, "", " Alice@Example.COM ").await;
    assert_eq!(signed_up["user"]["emails"], json!(["alice@example.com"]));
    assert_eq!(signed_up["user"]["loginMethods"][0]["verified"], json!(false));
    let again = json!({"email": "ALICE@example.com", "password": "another"});
    let again = core.post("5.6", "/recipe/signup", again).await;
    assert_eq!(again.refusal().0, "EMAIL_ALREADY_EXISTS_ERROR");
    let elsewhere = sign_up_by_password(&core, "/t1", "alice@example.com").await;
    assert_ne!(elsewhere["recipeUserId"], signed_up["recipeUserId"]);

    let signed_in = sign_in(&core, "", "aLice@example.com", PASSWORD).await.ok();
    assert_eq!(signed_in["user"], signed_up["user"]);
    let signed_in = sign_in(&core, "/t1", "alice@example.com", PASSWORD).await.ok();
    assert_eq!(signed_in["user"], elsewhere["user"]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let core = quick_core();
    sign_up_by_password(&core, "", "alice@example.com").await;
    for password in ["", "correct hors", "correct horse ", "Correct horse", "correct\0horse"] {
        assert_eq!(sign_in(&core, "", "alice@example.com", password).await.refusal(), WRONG_CREDENTIALS);
    }
    let wrong = sign_in(&core, "", "alice@example.com", "wrong").await;
    let unknown = sign_in(&core, "", "bob@example.com", "wrong").await;
    assert_eq!((wrong.text, wrong.status), (unknown.text, unknown.status));
}

#[tokio::test]
async fn of_many_who_sign_up_with_one_address_at_once_one_gets_it() {
    let core = quick_core();
    let body = json!({"email": "alice@example.com", "password": PASSWORD});
    let mut calls = Vec::new();
    for _ in 0..8 {
        calls.push(Box::pin(core.post("5.6", "/recipe/signup", body.clone())));
    }
    let mut statuses = Vec::new();
    for answer in join_all(calls).await {
        statuses.push(text(&answer.json["status"]));
    }
    statuses.sort();
    assert_eq!(statuses[..7], ["EMAIL_ALREADY_EXISTS_ERROR"; 7]);
    assert_eq!(statuses[7], "OK");
}

#[tokio::test]
async fn a_reset_token_is_good_once_and_ends_the_others() {
    let core = quick_core();
    let id = new_account(&core, "", "alice@example.com").await;
    let (first, second) = (reset_token(&core, "", &id).await, reset_token(&core, "", &id).await);
    assert_ne!(first, second);
    let consumed = consume(&core, "", &second).await.ok();
    assert_eq!((&consumed["userId"], &consumed["email"]), (&json!(id), &json!("alice@example.com")));
    for token in [&first, &second, "garbage", ""] {
        assert_eq!(consume(&core, "", token).await.refusal(), INVALID_TOKEN, "{token}");
    }
    let unknown = json!({"userId": "nobody", "email": "alice@example.com"});
    assert_eq!(core.post("5.6", RESET_TOKEN, unknown).await.refusal().0, "UNKNOWN_USER_ID_ERROR");
}

#[tokio::test]
async fn a_reset_token_is_good_in_the_tenants_of_its_account_only() {
    let core = quick_core();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let id = new_account(&core, "", "alice@example.com").await;
    new_account(&core, "/t1", "alice@example.com").await;
    // Whichever tenant asked: the account may have left it.
    for asked in ["", "/t1"] {
        let token = reset_token(&core, asked, &id).await;
        assert_eq!(consume(&core, "/t1", &token).await.refusal(), INVALID_TOKEN);
        let reset = json!({"method": "token", "token": token, "newPassword": "new one"});
        let reset = core.post("5.6", "/t1/recipe/user/password/reset", reset).await;
        assert_eq!(reset.refusal(), INVALID_TOKEN);
        consume(&core, "", &token).await.ok();
    }
    sign_in(&core, "", "alice@example.com", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_reset_token_for_a_user_is_good_where_an_account_of_it_has_the_address() {
    let core = quick_core();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let id = text(&third_party(&core, "g1", "alice@example.com", true).await["recipeUserId"]);
    core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": id})).await.ok();
    let linked = new_account(&core, "/t1", "alice@example.com").await;
    let link = json!({"recipeUserId": linked, "primaryUserId": id});
    core.post("5.6", "/recipe/accountlinking/user/link", link).await.ok();
    let token = reset_token(&core, "/t1", &id).await;
    assert_eq!(consume(&core, "/t1", &token).await.ok()["userId"], json!(id));
}

#[tokio::test]
async fn a_reset_token_ends_with_its_time_and_with_its_user() {
    let core = quick_core();
    core.put(
        "/recipe/multitenancy/tenant/v2",
        json!({"tenantId": "short", "coreConfig": {"password_reset_token_lifetime": 60_000}}),
    )
    .await
    .ok();
    let id = new_account(&core, "", "alice@example.com").await;
    let other = new_account(&core, "", "bob@example.com").await;
    let (token, short) = (reset_token(&core, "", &id).await, reset_token(&core, "/short", &other).await);
    core.pass(61);
    core.core.run_maintenance().await;
    assert_eq!(consume(&core, "", &short).await.refusal(), INVALID_TOKEN);
    core.pass(3600 - 61);
    consume(&core, "", &token).await.ok();

    let late = reset_token(&core, "", &id).await;
    core.pass(3601);
    assert_eq!(consume(&core, "", &late).await.refusal(), INVALID_TOKEN);
    let orphan = reset_token(&core, "", &id).await;
    core.post("5.6", "/user/remove", json!({"userId": id})).await.ok();
    assert_eq!(consume(&core, "", &orphan).await.refusal(), INVALID_TOKEN);
}

#[tokio::test]
async fn the_older_reset_sets_the_password_at_once() {
    let core = quick_core();
    let id = new_account(&core, "", "alice@example.com").await;
    let token = reset_token(&core, "", &id).await;
    let reset = |password: &str| json!({"method": "token", "token": token, "newPassword": password});
    let refused = core.post("5.6", "/recipe/user/password/reset", reset("")).await;
    assert_eq!(refused.bad_request(), "Password cannot be an empty string");
    let reply = core.post("5.6", "/recipe/user/password/reset", reset("new one")).await.ok();
    assert_eq!(reply["userId"], json!(id));
    assert_eq!(sign_in(&core, "", "alice@example.com", PASSWORD).await.refusal(), WRONG_CREDENTIALS);
    sign_in(&core, "", "alice@example.com", "new one").await.ok();
    let again = core.post("5.6", "/recipe/user/password/reset", reset("third")).await;
    assert_eq!(again.refusal(), INVALID_TOKEN);
    sign_in(&core, "", "alice@example.com", "new one").await.ok();
}

#[tokio::test]
async fn an_account_changes_address_and_password_together_or_not_at_all() {
    let core = quick_core();
    let id = new_account(&core, "", "alice@example.com").await;
    new_account(&core, "", "bob@example.com").await;
    let change = |email: &str, password: &str| json!({"recipeUserId": id, "email": email, "password": password});
    let taken = core.put("/recipe/user", change("Bob@example.com", "changed")).await;
    assert_eq!(taken.refusal().0, "EMAIL_ALREADY_EXISTS_ERROR");
    sign_in(&core, "", "alice@example.com", PASSWORD).await.ok();
    let empty = core.put("/recipe/user", change("carol@example.com", "")).await;
    assert_eq!(empty.bad_request(), "Password cannot be an empty string");

    core.put("/recipe/user", change("Carol@example.com", "changed")).await.ok();
    sign_in(&core, "", "carol@example.com", "changed").await.ok();
    assert_eq!(sign_in(&core, "", "alice@example.com", "changed").await.refusal(), WRONG_CREDENTIALS);
    // The address that was left is free.
    sign_up_by_password(&core, "", "alice@example.com").await;

    let third_party = third_party(&core, "g1", "dave@example.com", true).await;
    let change = json!({"recipeUserId": third_party["recipeUserId"], "password": "x"});
    assert_eq!(core.put("/recipe/user", change).await.refusal().0, "UNKNOWN_USER_ID_ERROR");
}

#[tokio::test]
async fn reset_tokens_end_with_the_address_and_with_the_password() {
    let core = quick_core();
    let id = new_account(&core, "", "alice@example.com").await;
    let other = new_account(&core, "", "bob@example.com").await;
    for change in [
        json!({"recipeUserId": id, "email": "carol@example.com"}),
        json!({"recipeUserId": id, "password": "changed"}),
        json!({"recipeUserId": id, "email": "alice@example.com", "password": "changed"}),
    ] {
        let (token, unchanged) = (reset_token(&core, "", &id).await, reset_token(&core, "", &other).await);
        core.put("/recipe/user", change.clone()).await.ok();
        assert_eq!(consume(&core, "", &token).await.refusal(), INVALID_TOKEN, "{change}");
        consume(&core, "", &unchanged).await.ok();
    }
    let token = reset_token(&core, "", &id).await;
    core.put("/recipe/user", json!({"recipeUserId": id, "email": "Alice@example.com"})).await.ok();
    consume(&core, "", &token).await.ok();

    let by_code = sign_up(&core, "", "dave@example.com").await;
    let token = reset_token(&core, "", &by_code).await;
    core.put("/recipe/user", json!({"recipeUserId": by_code, "email": "erin@example.com"})).await.ok();
    assert_eq!(consume(&core, "", &token).await.refusal(), INVALID_TOKEN, "an account of another recipe");
}

#[tokio::test]
async fn reset_tokens_end_when_a_third_party_has_another_address() {
    let core = quick_core();
    let id = text(&third_party(&core, "g1", "alice@example.com", true).await["recipeUserId"]);
    let token = reset_token(&core, "", &id).await;
    third_party(&core, "g1", "alice@example.com", true).await;
    third_party(&core, "g1", "carol@example.com", true).await;
    assert_eq!(consume(&core, "", &token).await.refusal(), INVALID_TOKEN);
    let token = reset_token(&core, "", &id).await;
    third_party(&core, "g1", "carol@example.com", true).await;
    consume(&core, "", &token).await.ok();
}

#[tokio::test]
async fn reset_tokens_for_a_user_end_with_the_address_of_one_of_its_accounts() {
    let core = quick_core();
    let id = sign_up(&core, "", "alice@example.com").await;
    core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": id})).await.ok();
    let by_password = new_account(&core, "", "alice@example.com").await;
    let by_third_party = text(&third_party(&core, "g1", "alice@example.com", true).await["recipeUserId"]);
    for account in [&by_password, &by_third_party] {
        let link = json!({"recipeUserId": account, "primaryUserId": id});
        core.post("5.6", "/recipe/accountlinking/user/link", link).await.ok();
    }
    let token = reset_token(&core, "", &id).await;
    core.put("/recipe/user", json!({"recipeUserId": by_password, "email": "carol@example.com"})).await.ok();
    assert_eq!(consume(&core, "", &token).await.refusal(), INVALID_TOKEN);

    let token = reset_token(&core, "", &id).await;
    third_party(&core, "g1", "carol@example.com", true).await;
    assert_eq!(consume(&core, "", &token).await.refusal(), INVALID_TOKEN);
}

#[tokio::test]
async fn an_address_that_was_made_up_counts_as_verified() {
    let core = quick_core();
    let signed_up = sign_up_by_password(&core, "", "x@stfakeemail.supertokens.com").await;
    let shown = user(&core, signed_up["recipeUserId"].as_str().unwrap()).await;
    assert_eq!(shown["loginMethods"][0]["verified"], json!(true));
}

#[tokio::test]
async fn bad_input_is_refused_and_changes_nothing() {
    let core = quick_core();
    let post = async |body: Vec<u8>| core.send("POST", "/recipe/signup", &[("cdi-version", "5.6")], body).await;
    let long = json!({"email": format!("{}@example.com", "a".repeat(2100)), "password": "x"});
    assert!(post(long.to_string().into_bytes()).await.bad_request().contains("at most 2048 bytes"));
    for body in [
        b"{\"email\":\"\xff@example.com\",\"password\":\"x\"}".to_vec(),
        b"email=a&password=b".to_vec(),
        b"[\"a@example.com\",\"x\"]".to_vec(),
        b"{\"email\":\"a@example.com\",\"email\":\"b@example.com\",\"password\":\"x\"}".to_vec(),
        format!("{{\"email\":\"a@example.com\",\"password\":\"x\",\"more\":{}}}", "[".repeat(500)).into_bytes(),
    ] {
        assert_eq!(post(body).await.bad_request(), "Invalid Json Input");
    }
    let password = "p".repeat(10 * 1024 * 1024);
    let huge = json!({"email": "a@example.com", "password": password}).to_string();
    assert_eq!(post(huge.into_bytes()).await.status, 413);
    let large = json!({"email": "a@example.com", "password": "p".repeat(100_000)}).to_string();
    post(large.into_bytes()).await.ok();
    let count = core.get("5.6", "/users/count").await.ok();
    assert_eq!(count["count"], json!(1));
}

#[tokio::test]
async fn a_user_whose_first_account_is_gone_can_still_get_a_reset_token() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), quick_hashes());
    let id = new_account(&core, "", "alice@example.com").await;
    let linked = text(&third_party(&core, "g1", "alice@example.com", true).await["recipeUserId"]);
    core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": id})).await.ok();
    let link = json!({"recipeUserId": linked, "primaryUserId": id});
    core.post("5.6", "/recipe/accountlinking/user/link", link).await.ok();
    let of_the_account = reset_token(&core, "", &id).await;
    let remove = |linked: bool| json!({"userId": id, "removeAllLinkedAccounts": linked});
    core.post("5.6", "/user/remove", remove(false)).await.ok();
    assert_eq!(consume(&core, "", &of_the_account).await.refusal(), INVALID_TOKEN, "it went with the account");

    let token = reset_token(&core, "", &id).await;
    assert_eq!(consume(&core, "", &token).await.ok()["userId"], json!(id));
    let orphan = reset_token(&core, "", &id).await;
    core.post("5.6", "/user/remove", remove(true)).await.ok();
    assert_eq!(consume(&core, "", &orphan).await.refusal(), INVALID_TOKEN, "it went with the user");
    core.core.shutdown().await;
    let database = rusqlite::Connection::open(&path).unwrap();
    let left = database.query_row("SELECT count(*) FROM password_reset_tokens", [], |row| row.get::<_, u32>(0));
    assert_eq!(left.unwrap(), 0, "nor is its address kept");
}
