//! Which accounts are one user.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{common::*, people::*};

const AREA: &str = "/recipe/accountlinking/user";
const EMAIL_IS_ANOTHERS: &str = "This user's email is already associated with another user ID";

async fn make_primary(core: &TestCore, id: &str) -> Value {
    core.post("5.6", &format!("{AREA}/primary"), json!({"recipeUserId": id})).await.json
}

async fn can_be_primary(core: &TestCore, id: &str) -> Value {
    core.get("5.6", &format!("{AREA}/primary/check?recipeUserId={id}")).await.json
}

async fn link(core: &TestCore, id: &str, primary: &str) -> Value {
    core.post("5.6", &format!("{AREA}/link"), json!({"recipeUserId": id, "primaryUserId": primary})).await.json
}

async fn can_link(core: &TestCore, id: &str, primary: &str) -> Value {
    core.get("5.6", &format!("{AREA}/link/check?recipeUserId={id}&primaryUserId={primary}")).await.json
}

async fn unlink(core: &TestCore, id: &str) -> Value {
    core.post("5.6", &format!("{AREA}/unlink"), json!({"recipeUserId": id})).await.ok()
}

async fn remove(core: &TestCore, id: &str, all: bool) {
    core.post("5.6", "/user/remove", json!({"userId": id, "removeAllLinkedAccounts": all})).await.ok();
}

/// Alice, primary, and another account that is linked to her. Gives both ids.
async fn linked(core: &TestCore) -> (String, String) {
    let alice = sign_up(core, "", "alice@example.com").await;
    let phone = sign_up(core, "", "+14155550120").await;
    assert_eq!(make_primary(core, &alice).await["status"], "OK");
    assert_eq!(link(core, &phone, &alice).await["status"], "OK");
    (alice, phone)
}

fn conflict_with(id: &str, description: &str) -> Value {
    json!({"status": "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR", "primaryUserId": id,
           "description": description})
}

#[tokio::test]
async fn a_linked_account_is_the_primary_user_wherever_it_is_asked_for() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    core.pass(1);
    let phone = sign_up(&core, "", "+14155550120").await;
    assert_eq!(can_be_primary(&core, &alice).await, json!({"status": "OK", "wasAlreadyAPrimaryUser": false}));
    assert_eq!(link(&core, &phone, &alice).await, json!({"status": "INPUT_USER_IS_NOT_A_PRIMARY_USER"}));
    assert_eq!(make_primary(&core, &alice).await["user"]["isPrimaryUser"], json!(true));
    assert_eq!(can_be_primary(&core, &alice).await, json!({"status": "OK", "wasAlreadyAPrimaryUser": true}));

    assert_eq!(can_link(&core, &phone, &alice).await, json!({"status": "OK", "accountsAlreadyLinked": false}));
    let answer = link(&core, &phone, &alice).await;
    assert_eq!(answer["accountsAlreadyLinked"], json!(false));
    let whole = answer["user"].clone();
    assert_eq!((&whole["id"], &whole["timeJoined"]), (&json!(alice), &json!(START_MS)));
    assert_eq!(whole["emails"], json!(["alice@example.com"]));
    assert_eq!(whole["phoneNumbers"], json!(["+14155550120"]));
    let ids: Vec<_> = whole["loginMethods"].as_array().unwrap().iter().map(|method| &method["recipeUserId"]).collect();
    assert_eq!(ids, [&json!(alice), &json!(phone)]);
    assert_eq!(link(&core, &phone, &alice).await["accountsAlreadyLinked"], json!(true));
    assert_eq!(can_link(&core, &phone, &alice).await, json!({"status": "OK", "accountsAlreadyLinked": true}));

    for id in [&alice, &phone] {
        assert_eq!(user(&core, id).await, whole);
    }
    let signed_in = sign_in_up(&core, "", "+14155550120").await;
    assert_eq!((&signed_in["user"], &signed_in["recipeUserId"]), (&whole, &json!(phone)));
    let listed = core.get("5.6", "/users").await.ok();
    assert_eq!(listed["users"], json!([whole]));
    assert_eq!(can_be_primary(&core, &phone).await["primaryUserId"], json!(alice));
}

#[tokio::test]
async fn a_linked_account_is_not_counted_beside_its_user() {
    let core = TestCore::new();
    let active = async || core.get("5.6", "/users/count/active?since=0").await.ok()["count"].clone();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let phone = sign_up(&core, "", "+14155550120").await;
    assert_eq!(active().await, json!(2));
    make_primary(&core, &alice).await;
    link(&core, &phone, &alice).await;
    assert_eq!(active().await, json!(1));
    sign_in_up(&core, "", "+14155550120").await;
    assert_eq!(active().await, json!(1));
}

#[tokio::test]
async fn linking_ends_sessions_of_the_account_and_new_ones_are_of_the_primary_user() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let phone = sign_up(&core, "", "+14155550120").await;
    make_primary(&core, &alice).await;
    let of = |id: &str| core.post("5.6", "/recipe/session", session_of(id));
    let before = of(&phone).await.ok();
    let of_alice = of(&alice).await.ok();
    link(&core, &phone, &alice).await;
    assert_eq!(core.information(handle(&before)).await.refusal().0, "UNAUTHORISED");
    assert_eq!(core.refresh("5.6", refresh_token(&before)).await.refusal().0, "UNAUTHORISED");
    core.information(handle(&of_alice)).await.ok();

    let session = of(&phone).await.ok();
    let whose = |session: &Value| (session["userId"].clone(), session["recipeUserId"].clone());
    let expected = (json!(alice), json!(phone));
    assert_eq!(whose(&session["session"]), expected);
    let (_, claims) = core.read("", access_token(&session)).await;
    assert_eq!((claims["sub"].clone(), claims["rsub"].clone()), expected);
    assert_eq!(whose(&core.information(handle(&session)).await.ok()), expected);
    let refreshed = core.refresh("5.6", refresh_token(&session)).await.ok();
    assert_eq!(whose(&refreshed["session"]), expected);
    core.pass(31);
    let theft = core.refresh("5.6", refresh_token(&session)).await.json;
    assert_eq!((theft["status"].as_str(), whose(&theft["session"])), (Some("TOKEN_THEFT_DETECTED"), expected));

    let other = of(&phone).await.ok();
    let listed = async |id: &str, all: bool| {
        let target = format!("/recipe/session/user?userId={id}&fetchSessionsForAllLinkedAccounts={all}");
        core.get("5.6", &target).await.ok()["sessionHandles"].clone()
    };
    for id in [&alice, &phone] {
        assert_eq!(listed(id, true).await, json!([handle(&of_alice), handle(&other)]));
    }
    assert_eq!(listed(&alice, false).await, json!([handle(&of_alice)]));
    assert_eq!(listed(&phone, false).await, json!([handle(&other)]));
    let revoke = |all: bool| {
        core.post("5.6", "/recipe/session/remove", json!({"userId": phone, "revokeSessionsForLinkedAccounts": all}))
    };
    assert_eq!(revoke(false).await.ok()["sessionHandlesRevoked"], json!([handle(&other)]));
    assert_eq!(revoke(true).await.ok()["sessionHandlesRevoked"], json!([handle(&of_alice)]));
}

#[tokio::test]
async fn a_primary_user_has_its_addresses_in_all_tenants_of_its_accounts() {
    let core = core_with_tenants(&["t1", "t2"]).await;
    let alice = sign_up(&core, "", "alice@example.com").await;
    make_primary(&core, &alice).await;
    let in_t1 = sign_up(&core, "/t1", "+14155550120").await;
    assert_eq!(link(&core, &in_t1, &alice).await["status"], "OK");
    // Nobody has this address in t1, but one who may be there has it elsewhere.
    let same = sign_up(&core, "/t1", "alice@example.com").await;
    let expected = conflict_with(&alice, EMAIL_IS_ANOTHERS);
    assert_eq!(can_be_primary(&core, &same).await, expected);
    assert_eq!(make_primary(&core, &same).await, expected);
    // In t2 she is not.
    let elsewhere = sign_up(&core, "/t2", "alice@example.com").await;
    assert_eq!(make_primary(&core, &elsewhere).await["status"], "OK");
    // Bob would be in t1 with what Alice has, and in t2 with what the other has.
    let bob = sign_up(&core, "", "bob@example.com").await;
    make_primary(&core, &bob).await;
    assert_eq!(can_link(&core, &same, &bob).await, expected);
    assert_eq!(link(&core, &same, &bob).await, expected);
    let phone_in_t2 = sign_up(&core, "/t2", "+14155550121").await;
    let expected = conflict_with(&elsewhere, EMAIL_IS_ANOTHERS);
    assert_eq!(link(&core, &phone_in_t2, &alice).await, expected, "linking brings the primary's address along");
    // It is Alice's own: linking it to her is fine.
    assert_eq!(link(&core, &same, &alice).await["status"], "OK");
}

#[tokio::test]
async fn an_account_of_one_user_is_not_linked_to_another() {
    let core = TestCore::new();
    let (alice, phone) = linked(&core).await;
    let bob = sign_up(&core, "", "bob@example.com").await;
    make_primary(&core, &bob).await;
    for (account, whose) in [(&phone, &alice), (&alice, &alice)] {
        for answer in [can_link(&core, account, &bob).await, link(&core, account, &bob).await] {
            assert_eq!(answer["status"], "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR");
            assert_eq!(answer["primaryUserId"], json!(whose));
        }
    }
    let answer = make_primary(&core, &phone).await;
    assert_eq!(answer["status"], "RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR");
    assert_eq!(answer["description"], "This user ID is already linked to another user ID");
    // The primary may be named by any of its accounts.
    let third = sign_up(&core, "", "third@example.com").await;
    assert_eq!(link(&core, &third, &phone).await["user"]["id"], json!(alice));
    for (method, target, body) in [
        ("POST", format!("{AREA}/primary"), json!({"recipeUserId": "nosuch"})),
        ("POST", format!("{AREA}/link"), json!({"recipeUserId": "nosuch", "primaryUserId": bob})),
        ("POST", format!("{AREA}/link"), json!({"recipeUserId": third, "primaryUserId": "nosuch"})),
        ("POST", format!("{AREA}/unlink"), json!({"recipeUserId": ""})),
        ("GET", format!("{AREA}/primary/check?recipeUserId=nosuch"), json!({})),
    ] {
        let answer = core.send(method, &target, &[("cdi-version", "5.6")], body.to_string()).await;
        assert_eq!(answer.bad_request(), "Unknown user ID provided", "{target} {body}");
    }
}

#[tokio::test]
async fn an_account_that_is_unlinked_is_a_user_of_its_own_and_without_sessions() {
    let core = TestCore::new();
    let (alice, phone) = linked(&core).await;
    let of_phone = core.post("5.6", "/recipe/session", session_of(&phone)).await.ok();
    let of_alice = core.post("5.6", "/recipe/session", session_of(&alice)).await.ok();
    let expected = json!({"status": "OK", "wasRecipeUserDeleted": false, "wasLinked": true});
    assert_eq!(unlink(&core, &phone).await, expected);
    assert_eq!(core.information(handle(&of_phone)).await.refusal().0, "UNAUTHORISED");
    core.information(handle(&of_alice)).await.ok();
    let alone = user(&core, &phone).await;
    assert_eq!((&alone["id"], &alone["isPrimaryUser"]), (&json!(phone), &json!(false)));
    assert_eq!(user(&core, &alice).await["phoneNumbers"], json!([]));
    let not_linked = json!({"status": "OK", "wasRecipeUserDeleted": false, "wasLinked": false});
    assert_eq!(unlink(&core, &phone).await, not_linked);
    // A primary user without others is primary no more.
    assert_eq!(unlink(&core, &alice).await, expected);
    assert_eq!(user(&core, &alice).await["isPrimaryUser"], json!(false));
    assert_eq!(core.information(handle(&of_alice)).await.refusal().0, "UNAUTHORISED");
    assert_eq!(core.get("5.6", "/users/count").await.ok()["count"], json!(2));
}

#[tokio::test]
async fn a_primary_user_that_is_unlinked_from_others_leaves_them_its_id() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    core.pass(1);
    let phone = sign_up(&core, "", "+14155550120").await;
    make_primary(&core, &alice).await;
    link(&core, &phone, &alice).await;
    core.put("/recipe/user/metadata", json!({"userId": alice, "metadataUpdate": {"k": 1}})).await.ok();
    let of_phone = core.post("5.6", "/recipe/session", session_of(&phone)).await.ok();
    assert_eq!(unlink(&core, &alice).await["wasRecipeUserDeleted"], json!(true));
    for id in [&alice, &phone] {
        let user = user(&core, id).await;
        assert_eq!((&user["id"], &user["isPrimaryUser"]), (&json!(alice), &json!(true)));
        assert_eq!(user["emails"], json!([]));
        assert_eq!(user["timeJoined"], json!(START_MS + 1000));
    }
    core.information(handle(&of_phone)).await.ok();
    let metadata = core.get("5.6", &format!("/recipe/user/metadata?userId={alice}")).await.ok();
    assert_eq!(metadata["metadata"], json!({"k": 1}), "it is the user's, not the account's");
    assert_ne!(sign_in_up(&core, "", "alice@example.com").await["recipeUserId"], json!(alice));
    // The id has no account of its own any more; the last account takes it along.
    assert_eq!(unlink(&core, &alice).await["wasLinked"], json!(false));
    assert_eq!(unlink(&core, &phone).await["wasLinked"], json!(true));
    assert_eq!(user(&core, &phone).await["id"], json!(phone));
    assert_eq!(user(&core, &alice).await, Value::Null);
    let metadata = core.get("5.6", &format!("/recipe/user/metadata?userId={alice}")).await.ok();
    assert_eq!(metadata["metadata"], json!({}), "nobody could ask for it to be removed");
}

#[tokio::test]
async fn users_are_removed_account_by_account_or_whole() {
    let core = TestCore::new();
    let (alice, phone) = linked(&core).await;
    let third = sign_up(&core, "", "third@example.com").await;
    link(&core, &third, &alice).await;
    remove(&core, &third, false).await;
    assert_eq!(user(&core, &third).await, Value::Null);
    assert_eq!(user(&core, &alice).await["emails"], json!(["alice@example.com"]));
    let session = core.post("5.6", "/recipe/session", session_of(&alice)).await.ok();
    let of_phone = core.post("5.6", "/recipe/session", session_of(&phone)).await.ok();
    let code = ask_for_code(&core, "", "alice@example.com").await;
    remove(&core, &alice, false).await;
    assert_eq!(user(&core, &phone).await["id"], json!(alice), "its id lives on");
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED", "its sessions do not");
    core.information(handle(&of_phone)).await.ok();
    assert_eq!(consume(&core, "", followed(&code)).await.refusal().0, "RESTART_FLOW_ERROR", "nor do its codes");
    remove(&core, &phone, false).await;
    for id in [&alice, &phone] {
        assert_eq!(user(&core, id).await, Value::Null);
    }
    let (alice, phone) = linked(&core).await;
    remove(&core, &phone, true).await;
    for id in [&alice, &phone] {
        assert_eq!(user(&core, id).await, Value::Null);
    }
    assert_eq!(core.get("5.6", "/users/count").await.ok()["count"], json!(0));
}

#[tokio::test]
async fn a_primary_user_does_not_take_another_ones_address() {
    let core = core_with_tenants(&["t1"]).await;
    let alice = sign_up(&core, "", "alice@example.com").await;
    make_primary(&core, &alice).await;
    let (bob, in_t1) = (sign_up(&core, "/t1", "bob@example.com").await, sign_up(&core, "", "+14155550120").await);
    make_primary(&core, &bob).await;
    let change = |body: Value| core.put("/recipe/user", body);
    let to_alices = json!({"recipeUserId": bob, "email": "alice@example.com"});
    change(to_alices.clone()).await.ok();
    change(json!({"recipeUserId": bob, "email": "bob@example.com"})).await.ok();
    // With an account where Alice is, Bob is there too.
    link(&core, &in_t1, &bob).await;
    let refused = json!({"status": "EMAIL_CHANGE_NOT_ALLOWED_ERROR",
                         "reason": "New email is associated with another primary user ID"});
    assert_eq!(change(to_alices).await.json, refused);
    let phone = sign_up(&core, "", "+14155550121").await;
    link(&core, &phone, &alice).await;
    let refused = json!({"status": "PHONE_NUMBER_CHANGE_NOT_ALLOWED_ERROR",
                         "reason": "New phone number is associated with another primary user ID"});
    assert_eq!(change(json!({"recipeUserId": bob, "phoneNumber": "+14155550121"})).await.json, refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_users_that_an_account_is_linked_to_at_once_one_gets_it() {
    let core = Arc::new(TestCore::new());
    for round in 0..10 {
        let mut primaries = Vec::new();
        for name in ["a", "b"] {
            let id = sign_up(&core, "", &format!("{name}{round}@example.com")).await;
            make_primary(&core, &id).await;
            primaries.push(id);
        }
        let account = sign_up(&core, "", &format!("c{round}@example.com")).await;
        let mut tasks = JoinSet::new();
        for number in 0..20 {
            let (core, account, primary) = (core.clone(), account.clone(), primaries[number % 2].clone());
            tasks.spawn(async move { (link(&core, &account, &primary).await["status"].clone(), primary) });
        }
        let answers = tasks.join_all().await;
        let owner = user(&core, &account).await["id"].clone();
        for (status, primary) in answers {
            let expected = if owner == json!(primary) {
                "OK"
            } else {
                "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR"
            };
            assert_eq!(status, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_would_be_primary_with_one_address_at_once_one_is() {
    let core = Arc::new(core_with_tenants(&["t1"]).await);
    for round in 0..10 {
        let email = format!("a{round}@example.com");
        // Both have it in t1: one there, one by a phone number that is there.
        let there = sign_up(&core, "/t1", &email).await;
        let elsewhere = sign_up(&core, "", &email).await;
        let phone = sign_up(&core, "/t1", &format!("+1415555012{round}")).await;
        make_primary(&core, &elsewhere).await;
        let mut tasks = JoinSet::new();
        let shared = core.clone();
        tasks.spawn(async move { make_primary(&shared, &there).await["status"].clone() });
        let shared = core.clone();
        tasks.spawn(async move { link(&shared, &phone, &elsewhere).await["status"].clone() });
        let statuses = tasks.join_all().await;
        assert_eq!(statuses.iter().filter(|status| **status == "OK").count(), 1, "{statuses:?}");
    }
}
