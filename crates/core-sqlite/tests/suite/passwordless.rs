//! Signing in with codes.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;
use supertokens_jose::base64url;
use tokio::task::JoinSet;

use crate::{common::*, people::*};

const CODE: &str = "/recipe/signinup/code";
const CHECK: &str = "/recipe/signinup/code/check";
const CODES: &str = "/recipe/signinup/codes";

/// A core in memory, and one in a file.
fn cores() -> Vec<(Arc<TestCore>, Option<tempfile::TempDir>)> {
    let directory = tempfile::tempdir().unwrap();
    let file = SqliteStorage::open(directory.path().join("core.db")).unwrap();
    vec![(Arc::new(TestCore::new()), None), (Arc::new(TestCore::over(file, without_jitter())), Some(directory))]
}

fn wrong(code: &Value) -> Value {
    json!({"preAuthSessionId": code["preAuthSessionId"], "deviceId": code["deviceId"], "userInputCode": "wrong"})
}

async fn devices(core: &TestCore, query: &str) -> Vec<Value> {
    core.get("5.6", &format!("{CODES}?{query}")).await.ok()["devices"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_code_signs_up_and_another_one_or_its_link_signs_in() {
    let core = TestCore::new();
    for (contact, same) in [("alice@example.com", " Alice@Example.com "), ("+14155550120", "+1 (415) 555-0120")] {
        let code = ask_for_code(&core, "", contact).await;
        assert_eq!(code["codeLifetime"], json!(900_000));
        let signed_up = consume(&core, "", typed(&code)).await.ok();
        assert_eq!(signed_up["createdNewUser"], json!(true));
        let user = &signed_up["user"];
        assert_eq!(user["loginMethods"][0]["recipeId"], json!("passwordless"));
        assert_eq!(user["loginMethods"][0]["verified"], json!(true), "who has the code has the contact");
        assert_eq!(signed_up["recipeUserId"], user["id"]);

        for entered in [typed, followed] {
            let code = ask_for_code(&core, "", same).await;
            core.post("5.6", CHECK, entered(&code)).await.ok();
            let signed_in = consume(&core, "", entered(&code)).await.ok();
            assert_eq!(signed_in["createdNewUser"], json!(false));
            assert_eq!(signed_in["user"], *user);
        }
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_ends_all_other_codes_of_its_contact() {
    let core = TestCore::new();
    let other_device = ask_for_code(&core, "", "alice@example.com").await;
    let code = ask_for_code(&core, "", "alice@example.com").await;
    let again = core.post("5.6", CODE, json!({"deviceId": code["deviceId"]})).await.ok();
    assert_eq!(again["preAuthSessionId"], code["preAuthSessionId"]);
    assert_ne!(again["linkCode"], code["linkCode"]);
    assert_eq!(devices(&core, "email=alice@example.com").await.len(), 2);
    consume(&core, "", followed(&again)).await.ok();
    for ended in [&code, &again, &other_device] {
        for entered in [typed, followed] {
            assert_eq!(consume(&core, "", entered(ended)).await.refusal().0, "RESTART_FLOW_ERROR");
        }
    }
    assert_eq!(devices(&core, "email=alice@example.com").await, Vec::<Value>::new());
    let answer = core.post("5.6", CODE, json!({"deviceId": code["deviceId"]})).await;
    assert_eq!(answer.refusal().0, "RESTART_FLOW_ERROR");
}

#[tokio::test]
async fn the_fifth_wrong_code_ends_the_device_wherever_it_is_entered() {
    let core = TestCore::new();
    let code = ask_for_code(&core, "", "alice@example.com").await;
    for attempt in 1..=4 {
        let answer = if attempt % 2 == 0 {
            core.post("5.6", CHECK, wrong(&code)).await
        } else {
            consume(&core, "", wrong(&code)).await
        };
        let expected = json!({"status": "INCORRECT_USER_INPUT_CODE_ERROR", "failedCodeInputAttemptCount": attempt,
                              "maximumCodeInputAttempts": 5});
        assert_eq!(answer.json, expected);
    }
    let device = devices(&core, "email=alice@example.com").await.remove(0);
    assert_eq!(device["failedCodeInputAttemptCount"], json!(4));
    assert_eq!(consume(&core, "", wrong(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
    for entered in [typed, followed] {
        assert_eq!(consume(&core, "", entered(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
    }
}

#[tokio::test]
async fn a_code_is_good_for_its_life_and_not_a_millisecond_longer() {
    let core = TestCore::new();
    let code = ask_for_code(&core, "", "alice@example.com").await;
    core.pass(900);
    core.post("5.6", CHECK, typed(&code)).await.ok();
    core.clock.set(START_MS + 900_001);
    let answer = consume(&core, "", typed(&code)).await;
    let expected = json!({"status": "EXPIRED_USER_INPUT_CODE_ERROR", "failedCodeInputAttemptCount": 1,
                          "maximumCodeInputAttempts": 5});
    assert_eq!(answer.json, expected, "one that was right once is told from a wrong one");
    assert_eq!(consume(&core, "", followed(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
    // The device is still good for another code.
    let again = core.post("5.6", CODE, json!({"deviceId": code["deviceId"]})).await.ok();
    consume(&core, "", typed(&again)).await.ok();
}

#[tokio::test]
async fn a_tenant_has_its_own_life_of_codes_and_its_own_number_of_attempts() {
    let core = TestCore::new();
    let config = json!({"passwordless_code_lifetime": 1000, "passwordless_max_code_input_attempts": 1});
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1", "coreConfig": config})).await.ok();
    let code = ask_for_code(&core, "/t1", "alice@example.com").await;
    assert_eq!(code["codeLifetime"], json!(1000));
    assert_eq!(consume(&core, "/t1", wrong(&code)).await.refusal().0, "RESTART_FLOW_ERROR", "one attempt");
    let code = ask_for_code(&core, "/t1", "alice@example.com").await;
    core.pass(2);
    assert_eq!(consume(&core, "/t1", followed(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
    let bad = json!({"tenantId": "t1", "coreConfig": {"passwordless_max_code_input_attempts": 0}});
    assert!(core.put("/recipe/multitenancy/tenant/v2", bad).await.bad_request().contains("must be > 0"));
}

#[tokio::test]
async fn a_code_of_one_device_or_tenant_is_none_of_another() {
    let core = core_with_tenants(&["t1"]).await;
    let code = ask_for_code(&core, "", "alice@example.com").await;
    let other = ask_for_code(&core, "", "bob@example.com").await;
    for mut entered in [typed(&code), followed(&code)] {
        assert_eq!(consume(&core, "/t1", entered.clone()).await.refusal().0, "RESTART_FLOW_ERROR");
        entered["preAuthSessionId"] = other["preAuthSessionId"].clone();
        let answer = consume(&core, "", entered).await;
        assert_eq!(answer.bad_request(), "preAuthSessionId and deviceId doesn't match");
    }
    let mut mixed = typed(&code);
    mixed["userInputCode"] = json!("of another device");
    assert_eq!(consume(&core, "", mixed).await.refusal().0, "INCORRECT_USER_INPUT_CODE_ERROR");
    let alice = sign_up(&core, "", "alice@example.com").await;
    assert_ne!(sign_up(&core, "/t1", "alice@example.com").await, alice, "tenants know nothing of each other");
}

#[tokio::test]
async fn codes_can_be_ended_one_by_one_by_device_and_by_contact() {
    let core = TestCore::new();
    let first = ask_for_code(&core, "", "alice@example.com").await;
    let second = core.post("5.6", CODE, json!({"deviceId": first["deviceId"], "userInputCode": "abc"})).await.ok();
    let used = core.post("5.6", CODE, json!({"deviceId": first["deviceId"], "userInputCode": "abc"})).await;
    assert_eq!(used.refusal().0, "USER_INPUT_CODE_ALREADY_USED_ERROR");
    let remove = |body: Value| core.post("5.6", "/recipe/signinup/code/remove", body);
    remove(json!({"codeId": second["codeId"]})).await.ok();
    let session = first["preAuthSessionId"].as_str().unwrap();
    let device = devices(&core, &format!("preAuthSessionId={session}")).await.remove(0);
    let ids: Vec<_> = device["codes"].as_array().unwrap().iter().map(|code| &code["codeId"]).collect();
    assert_eq!(ids, [&first["codeId"]]);
    remove(json!({"codeId": first["codeId"]})).await.ok();
    assert!(devices(&core, &format!("preAuthSessionId={session}")).await.is_empty(), "it had no other code");

    let third = ask_for_code(&core, "", "alice@example.com").await;
    remove(json!({"preAuthSessionId": third["preAuthSessionId"]})).await.ok();
    ask_for_code(&core, "", "alice@example.com").await;
    core.post("5.6", "/recipe/signinup/codes/remove", json!({"email": "ALICE@example.com"})).await.ok();
    assert!(devices(&core, "email=alice@example.com").await.is_empty());
}

#[tokio::test]
async fn nothing_in_the_database_gives_a_code_a_link_or_a_device() {
    let directory = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(directory.path().join("core.db")).unwrap();
    let core = TestCore::over(storage, without_jitter());
    let code = core.post("5.6", CODE, json!({"email": "alice@example.com", "userInputCode": "my own code"})).await.ok();
    core.core.shutdown().await;
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(directory.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(b"alice@example.com"), "this is the database");
    for secret in ["userInputCode", "linkCode", "deviceId"] {
        assert!(!holds(code[secret].as_str().unwrap().as_bytes()), "{secret}");
    }
    let link_code = base64url::decode(code["linkCode"].as_str().unwrap()).unwrap();
    let device = code["deviceId"].as_str().unwrap().trim_end_matches('=').replace('+', "-").replace('/', "_");
    assert!(!holds(&link_code) && !holds(&base64url::decode(&device).unwrap()), "nor as bytes");
}

#[tokio::test]
async fn codes_past_use_are_cleared_away_when_none_of_their_device_is_good() {
    let core = TestCore::new();
    let old = ask_for_code(&core, "", "alice@example.com").await;
    let kept = ask_for_code(&core, "", "bob@example.com").await;
    core.pass(600);
    core.post("5.6", CODE, json!({"deviceId": kept["deviceId"]})).await.ok();
    core.core.run_maintenance().await;
    core.pass(601);
    core.core.run_maintenance().await;
    let session = |code: &Value| format!("preAuthSessionId={}", code["preAuthSessionId"].as_str().unwrap());
    assert!(devices(&core, &session(&old)).await.is_empty());
    let device = devices(&core, &session(&kept)).await.remove(0);
    assert_eq!(device["codes"].as_array().unwrap().len(), 2, "so that the old one is told from a wrong one");
}

#[tokio::test]
async fn a_contact_is_changed_and_codes_on_the_way_to_it_end() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    sign_up(&core, "", "bob@example.com").await;
    sign_up(&core, "", "+14155550199").await;
    let change = |mut body: Value| {
        body["recipeUserId"] = json!(alice);
        core.put("/recipe/user", body)
    };
    let to_old = ask_for_code(&core, "", "alice@example.com").await;
    let to_new = ask_for_code(&core, "", "new@example.com").await;
    let to_bob = ask_for_code(&core, "", "bob@example.com").await;
    change(json!({"email": "New@example.com", "phoneNumber": "+1 415 555 0120"})).await.ok();
    for code in [&to_old, &to_new] {
        assert_eq!(consume(&core, "", followed(code)).await.refusal().0, "RESTART_FLOW_ERROR");
    }
    consume(&core, "", followed(&to_bob)).await.ok();
    for contact in ["new@example.com", "+14155550120"] {
        assert_eq!(sign_in_up(&core, "", contact).await["recipeUserId"], json!(alice));
    }
    assert_eq!(change(json!({"email": "bob@example.com"})).await.json["status"], "EMAIL_ALREADY_EXISTS_ERROR");
    let taken = change(json!({"email": "x@example.com", "phoneNumber": "+14155550199"})).await;
    assert_eq!(taken.json["status"], "PHONE_NUMBER_ALREADY_EXISTS_ERROR");
    assert_eq!(user(&core, &alice).await["emails"], json!(["new@example.com"]), "all or nothing");
    change(json!({"email": null})).await.ok();
    let none = change(json!({"phoneNumber": null})).await;
    assert_eq!(none.bad_request(), "You cannot clear both email and phone number of a user");
    change(json!({})).await.ok();
    assert_eq!(user(&core, &alice).await["phoneNumbers"], json!(["+14155550120"]));
    assert_ne!(sign_in_up(&core, "", "alice@example.com").await["recipeUserId"], json!(alice), "it was given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_enter_one_code_at_once_one_signs_in() {
    for (core, _directory) in cores() {
        let code = ask_for_code(&core, "", "alice@example.com").await;
        let mut tasks = JoinSet::new();
        for number in 0..50 {
            let core = core.clone();
            let entered = if number % 2 == 0 { typed(&code) } else { followed(&code) };
            tasks.spawn(async move { consume(&core, "", entered).await.json });
        }
        let answers = tasks.join_all().await;
        let count = |status: &str| answers.iter().filter(|answer| answer["status"] == status).count();
        assert_eq!((count("OK"), count("RESTART_FLOW_ERROR")), (1, 49));
        assert_eq!(core.get("5.6", "/users/count").await.ok()["count"], json!(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_with_one_address_who_sign_up_at_once_are_one_user() {
    for (core, _directory) in cores() {
        let mut codes = Vec::new();
        for _ in 0..20 {
            codes.push(ask_for_code(&core, "", "alice@example.com").await);
        }
        let mut tasks = JoinSet::new();
        for code in codes {
            let core = core.clone();
            tasks.spawn(async move {
                // Whoever comes second finds the code ended, and asks for another.
                match consume(&core, "", followed(&code)).await {
                    answer if answer.json["status"] == "OK" => answer.json["user"]["id"].clone(),
                    _ => loop {
                        let code = ask_for_code(&core, "", "alice@example.com").await;
                        let answer = consume(&core, "", typed(&code)).await;
                        if answer.json["status"] == "OK" {
                            break answer.json["user"]["id"].clone();
                        }
                    },
                }
            });
        }
        let ids: HashSet<_> = tasks.join_all().await.into_iter().map(|id| id.to_string()).collect();
        assert_eq!(ids.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_at_once_is_no_way_around_the_number_of_attempts() {
    for (core, _directory) in cores() {
        let code = ask_for_code(&core, "", "alice@example.com").await;
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (core, entered) = (core.clone(), wrong(&code));
            tasks.spawn(async move { core.post("5.6", CHECK, entered).await.json });
        }
        let mut counts: Vec<_> = tasks
            .join_all()
            .await
            .into_iter()
            .filter_map(|answer| {
                let status = answer["status"].as_str().unwrap().to_owned();
                let count = answer["failedCodeInputAttemptCount"].as_u64();
                assert_eq!(count.is_some(), status == "INCORRECT_USER_INPUT_CODE_ERROR", "{answer}");
                count
            })
            .collect();
        counts.sort_unstable();
        assert_eq!(counts, [1, 2, 3, 4]);
        assert_eq!(consume(&core, "", typed(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
    }
}

#[tokio::test]
async fn input_that_names_too_little_or_too_much_is_refused() {
    let core = TestCore::new();
    let code = ask_for_code(&core, "", "alice@example.com").await;
    let one_of = "Please provide exactly one of email, phoneNumber or deviceId";
    for (path, body, message) in [
        (CODE, json!({}), one_of),
        (CODE, json!({"email": "a", "phoneNumber": "+1"}), one_of),
        (CODE, json!({"email": null}), "Field name 'email' is invalid in JSON input"),
        (CODE, json!({"deviceId": "!"}), "Input encoding error in deviceId"),
        (CODE, json!({"email": "a", "userInputCode": ""}), "userInputCode cannot be an empty string."),
        (CHECK, json!({}), "Field name 'preAuthSessionId' is invalid in JSON input"),
        (CHECK, json!({"preAuthSessionId": "x"}), "Please provide exactly one of linkCode or deviceId+userInputCode"),
        (CHECK, json!({"preAuthSessionId": "x", "linkCode": "!"}), "Input encoding error in linkCode"),
    ] {
        let answer = core.post("5.6", path, body.clone()).await;
        assert_eq!(answer.bad_request(), message, "{body}");
    }
    let mut entered = typed(&code);
    entered["userInputCode"] = json!("a".repeat(100_000));
    assert_eq!(consume(&core, "", entered).await.refusal().0, "INCORRECT_USER_INPUT_CODE_ERROR");
    assert!(ask_in_unknown_tenant(&core).await.contains("tenantId not found"));
}

#[tokio::test]
async fn a_contact_that_is_too_long_is_refused_wherever_it_is_given() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let email = |length: usize| format!("{}@example.com", "a".repeat(length - 12));
    let number = |length: usize| format!("+{}", "1".repeat(length - 1));
    for (name, longest, too_long, message) in [
        ("email", email(2048), email(2049), "An e-mail address must have at most 2048 bytes"),
        ("phoneNumber", number(250), number(251), "A phone number must have at most 250 bytes"),
    ] {
        let long = json!({name: too_long});
        for path in [CODE, &format!("{CODES}/remove")] {
            assert_eq!(core.post("5.6", path, long.clone()).await.bad_request(), message, "{path}");
        }
        let change = json!({"recipeUserId": alice, name: too_long});
        assert_eq!(core.put("/recipe/user", change).await.bad_request(), message);
        let query = format!("{CODES}?{name}={}", too_long.replace('+', "%2B"));
        assert_eq!(core.get("5.6", &query).await.bad_request(), message);

        let code = ask_for_code(&core, "", &longest).await;
        consume(&core, "", typed(&code)).await.ok();
    }
}

async fn ask_in_unknown_tenant(core: &TestCore) -> String {
    let answer = core.post("5.6", "/nosuch/recipe/signinup/code", json!({"email": "a@example.com"})).await;
    answer.bad_request().to_owned()
}

#[tokio::test]
async fn codes_go_with_their_tenant() {
    let storage = SqliteStorage::memory().unwrap();
    let core = TestCore::over(storage, without_jitter());
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let code = ask_for_code(&core, "/t1", "alice@example.com").await;
    core.post("5.6", "/recipe/multitenancy/tenant/remove", json!({"tenantId": "t1"})).await.ok();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    assert_eq!(consume(&core, "/t1", followed(&code)).await.refusal().0, "RESTART_FLOW_ERROR");
}
