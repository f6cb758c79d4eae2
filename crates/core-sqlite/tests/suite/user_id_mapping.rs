//! Ids that the application gives to users.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{common::*, people::*};

const MAP: &str = "/recipe/userid/map";

async fn map(core: &TestCore, id: &str, external: &str) -> Answer {
    core.post("5.6", MAP, json!({"superTokensUserId": id, "externalUserId": external})).await
}

async fn unmap(core: &TestCore, id: &str) -> Answer {
    core.post("5.6", &format!("{MAP}/remove"), json!({"userId": id})).await
}

async fn mapping(core: &TestCore, query: &str) -> Value {
    core.get("5.6", &format!("{MAP}?{query}")).await.json
}

#[tokio::test]
async fn a_user_is_found_by_either_id_and_shown_by_the_applications() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    map(&core, &alice, "ext-alice").await.ok();
    let by_external = user(&core, "ext-alice").await;
    assert_eq!(by_external["id"], json!("ext-alice"));
    assert_eq!(by_external["loginMethods"][0]["recipeUserId"], json!("ext-alice"));
    assert_eq!(by_external["loginMethods"][0]["verified"], json!(true), "what was verified stays so");
    assert_eq!(user(&core, &alice).await, by_external);
    let signed_in = sign_in_up(&core, "", "alice@example.com").await;
    assert_eq!((&signed_in["user"], &signed_in["recipeUserId"]), (&by_external, &json!("ext-alice")));
    for target in ["/users", "/users/by-accountinfo?email=alice@example.com&doUnionOfAccountInfo=false"] {
        assert_eq!(core.get("5.6", target).await.ok()["users"], json!([by_external]));
    }
    core.put("/recipe/user", json!({"recipeUserId": "ext-alice", "phoneNumber": "+14155550120"})).await.ok();
    assert_eq!(user(&core, &alice).await["phoneNumbers"], json!(["+14155550120"]));
    let tenant_user = json!({"recipeUserId": "ext-alice"});
    let answer = core.post("5.6", "/recipe/multitenancy/tenant/user", tenant_user).await;
    assert_eq!(answer.ok()["wasAlreadyAssociated"], json!(true));

    core.post("5.6", "/user/remove", json!({"userId": "ext-alice"})).await.ok();
    assert_eq!(user(&core, &alice).await, Value::Null);
    assert_eq!(mapping(&core, "userId=ext-alice").await["status"], "UNKNOWN_MAPPING_ERROR");
}

#[tokio::test]
async fn a_session_is_of_the_applications_id_whichever_was_given() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let phone = sign_up(&core, "", "+14155550120").await;
    map(&core, &alice, "ext-alice").await.ok();
    core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": "ext-alice"})).await.ok();
    let body = json!({"recipeUserId": phone, "primaryUserId": "ext-alice"});
    let linked = core.post("5.6", "/recipe/accountlinking/user/link", body).await.ok();
    assert_eq!(linked["user"]["id"], json!("ext-alice"));

    let mut handles = Vec::new();
    for (given, recipe_user_id) in [("ext-alice", "ext-alice"), (&alice, "ext-alice"), (&phone, &phone)] {
        let session = core.post("5.6", "/recipe/session", session_of(given)).await.ok();
        handles.push(handle(&session).to_owned());
        let information = core.information(handle(&session)).await.ok();
        let refreshed = core.refresh("5.6", refresh_token(&session)).await.ok();
        for shown in [&session["session"], &information, &refreshed["session"]] {
            assert_eq!(shown["userId"], json!("ext-alice"));
            assert_eq!(shown["recipeUserId"], json!(recipe_user_id));
        }
        let (_, claims) = core.read("", access_token(&refreshed)).await;
        assert_eq!((&claims["sub"], &claims["rsub"]), (&json!("ext-alice"), &json!(recipe_user_id)));
    }
    for id in ["ext-alice", &alice, &phone] {
        let listed = core.get("5.6", &format!("/recipe/session/user?userId={id}")).await.ok();
        let mut listed: Vec<_> = listed["sessionHandles"].as_array().unwrap().iter().map(Value::to_string).collect();
        let mut expected: Vec<_> = handles.iter().map(|handle| json!(handle).to_string()).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{id}");
    }
    // Linking and unlinking end the sessions under the external id too.
    map(&core, &phone, "ext-phone").await.bad_request();
    core.post("5.6", "/recipe/accountlinking/user/unlink", json!({"recipeUserId": phone})).await.ok();
    map(&core, &phone, "ext-phone").await.ok();
    let session = core.post("5.6", "/recipe/session", session_of("ext-phone")).await.ok();
    let body = json!({"recipeUserId": "ext-phone", "primaryUserId": alice});
    core.post("5.6", "/recipe/accountlinking/user/link", body).await.ok();
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");
}

/// Somebody who had a session before the application gave an id, and that session.
async fn mapped_with_a_session(core: &TestCore, tenant: &str, contact: &str, external: &str) -> (String, Value) {
    let id = sign_up(core, tenant, contact).await;
    let session = core.post("5.6", &format!("{tenant}/recipe/session"), session_of(&id)).await.ok();
    let forced = json!({"superTokensUserId": id, "externalUserId": external, "force": true});
    core.post("5.6", MAP, forced).await.ok();
    (id, session)
}

async fn assert_ended(core: &TestCore, session: &Value) {
    assert_eq!(core.refresh("5.6", refresh_token(session)).await.refusal().0, "UNAUTHORISED");
    assert_eq!(core.information(handle(session)).await.refusal().0, "UNAUTHORISED");
}

#[tokio::test]
async fn sessions_from_before_the_application_gave_an_id_end_with_those_from_after() {
    let core = core_with_tenants(&["t1"]).await;
    let area = "/recipe/accountlinking/user";
    let (alice, of_alice) = mapped_with_a_session(&core, "", "alice@example.com", "ext-alice").await;
    core.post("5.6", &format!("{area}/primary"), json!({"recipeUserId": alice})).await.ok();
    let (_, session) = mapped_with_a_session(&core, "", "+14155550120", "ext-phone").await;
    let link = |id: &str| json!({"recipeUserId": id, "primaryUserId": "ext-alice"});
    core.post("5.6", &format!("{area}/link"), link("ext-phone")).await.ok();
    assert_ended(&core, &session).await;
    core.refresh("5.6", refresh_token(&of_alice)).await.ok();

    // Whoever is linked has an id given as well, and sessions from before.
    let third = sign_up(&core, "", "+14155550121").await;
    core.post("5.6", &format!("{area}/link"), link(&third)).await.ok();
    let session = core.post("5.6", "/recipe/session", session_of(&third)).await.ok();
    let forced = json!({"superTokensUserId": third, "externalUserId": "ext-third", "force": true});
    core.post("5.6", MAP, forced).await.ok();
    core.post("5.6", &format!("{area}/unlink"), json!({"recipeUserId": "ext-third"})).await.ok();
    assert_ended(&core, &session).await;

    // The id of whose account is removed alone lives on.
    let (_, session) = (core.post("5.6", &format!("{area}/link"), link("ext-third")).await.ok(), of_alice);
    let remove = json!({"userId": "ext-alice", "removeAllLinkedAccounts": false});
    core.post("5.6", "/user/remove", remove).await.ok();
    assert_eq!(user(&core, &alice).await["id"], json!("ext-alice"));
    assert_ended(&core, &session).await;

    let (_, session) = mapped_with_a_session(&core, "/t1", "bob@example.com", "ext-bob").await;
    let leave = json!({"recipeUserId": "ext-bob"});
    core.post("5.6", "/t1/recipe/multitenancy/tenant/user/remove", leave).await.ok();
    assert_ended(&core, &session).await;
}

#[tokio::test]
async fn a_conflict_names_the_other_user_by_the_applications_id() {
    let core = core_with_tenants(&["t1"]).await;
    let alice = sign_up(&core, "", "alice@example.com").await;
    map(&core, &alice, "ext-alice").await.ok();
    let primary = |id: &str| core.post("5.6", "/recipe/accountlinking/user/primary", json!({"recipeUserId": id}));
    primary(&alice).await.ok();
    let in_t1 = sign_up(&core, "/t1", "+14155550120").await;
    let body = json!({"recipeUserId": in_t1, "primaryUserId": "ext-alice"});
    core.post("5.6", "/recipe/accountlinking/user/link", body).await.ok();
    let other = sign_up(&core, "/t1", "alice@example.com").await;
    for id in [&other, &in_t1] {
        assert_eq!(primary(id).await.json["primaryUserId"], json!("ext-alice"));
    }
}

#[tokio::test]
async fn an_id_is_given_once_and_to_one_user() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let bob = sign_up(&core, "", "bob@example.com").await;
    map(&core, &alice, " ext ").await.ok();
    let exists = |user: bool, external: bool| {
        json!({"status": "USER_ID_MAPPING_ALREADY_EXISTS_ERROR", "doesSuperTokensUserIdExist": user,
               "doesExternalUserIdExist": external})
    };
    assert_eq!(map(&core, &alice, "ext").await.json, exists(true, true));
    assert_eq!(map(&core, &alice, "other").await.json, exists(true, false));
    assert_eq!(map(&core, &bob, "ext").await.json, exists(false, true));
    assert_eq!(map(&core, "nosuch", "other").await.refusal().0, "UNKNOWN_SUPERTOKENS_USER_ID_ERROR");
    let message = "Cannot create a userId mapping where the externalId is also a SuperTokens userID";
    assert_eq!(map(&core, &bob, &alice).await.bad_request(), message);
    let forced = json!({"superTokensUserId": bob, "externalUserId": alice, "force": true});
    core.post("5.6", MAP, forced).await.ok();
    // With an id that means two users, each type finds its own.
    let found = mapping(&core, &format!("userId={alice}&userIdType=EXTERNAL")).await;
    assert_eq!(found["superTokensUserId"], json!(bob));
    let found = mapping(&core, &format!("userId={alice}")).await;
    assert_eq!(found["externalUserId"], json!("ext"));
    assert_eq!(user(&core, &alice).await["id"], json!("ext"));
    assert_eq!(map(&core, &bob, &"x".repeat(1025)).await.bad_request(), "externalUserId must have at most 1024 bytes");
}

#[tokio::test]
async fn what_recipes_keep_under_an_id_holds_it_fast_unless_forced() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "+14155550120").await;
    let metadata = |id: &str| core.put("/recipe/user/metadata", json!({"userId": id, "metadataUpdate": {"k": 1}}));
    metadata(&alice).await.ok();
    let in_use = |recipe: &str| format!("UserId is already in use in {recipe} recipe");
    assert_eq!(map(&core, &alice, "ext").await.bad_request(), in_use("UserMetadata"));
    core.post("5.6", "/recipe/user/metadata/remove", json!({"userId": alice})).await.ok();
    core.put("/recipe/role", json!({"role": "admin", "permissions": []})).await.ok();
    core.put("/recipe/user/role", json!({"userId": alice, "role": "admin"})).await.ok();
    assert_eq!(map(&core, &alice, "ext").await.bad_request(), in_use("UserRoles"));
    core.post("5.6", "/recipe/user/role/remove", json!({"userId": alice, "role": "admin"})).await.ok();
    let session = core.post("5.6", "/recipe/session", session_of(&alice)).await.ok();
    assert_eq!(map(&core, &alice, "ext").await.bad_request(), in_use("Session"));
    core.post("5.6", "/recipe/session/remove", json!({"sessionHandles": [handle(&session)]})).await.ok();
    map(&core, &alice, "ext").await.ok();

    metadata("ext").await.ok();
    assert_eq!(unmap(&core, "ext").await.bad_request(), in_use("UserMetadata"));
    let forced = json!({"userId": alice, "userIdType": "SUPERTOKENS", "force": true});
    let removed = core.post("5.6", &format!("{MAP}/remove"), forced).await.ok();
    assert_eq!(removed["didMappingExist"], json!(true));
    assert_eq!(unmap(&core, "ext").await.ok()["didMappingExist"], json!(false));
    assert_eq!(user(&core, &alice).await["id"], json!(alice));
    assert_eq!(user(&core, "ext").await, Value::Null);
}

#[tokio::test]
async fn a_note_is_kept_with_a_mapping() {
    let core = TestCore::new();
    let alice = sign_up(&core, "", "alice@example.com").await;
    let body =
        json!({"superTokensUserId": alice, "externalUserId": "ext", "externalUserIdInfo": " of the old system "});
    core.post("5.6", MAP, body).await.ok();
    assert_eq!(mapping(&core, "userId=ext").await["externalUserIdInfo"], json!("of the old system"));
    let note = |id: &str, note: Value| {
        core.put("/recipe/userid/external-user-id-info", json!({"userId": id, "externalUserIdInfo": note}))
    };
    note(&alice, json!("changed")).await.ok();
    assert_eq!(mapping(&core, "userId=ext").await["externalUserIdInfo"], json!("changed"));
    note("ext", Value::Null).await.ok();
    assert_eq!(mapping(&core, "userId=ext").await.get("externalUserIdInfo"), None);
    assert_eq!(note("nosuch", json!("x")).await.json["status"], "UNKNOWN_MAPPING_ERROR");
    assert_eq!(
        note("ext", json!(" ")).await.bad_request(),
        "Field name 'externalUserIdInfo' cannot be an empty String"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_are_given_one_id_at_once_one_gets_it() {
    let core = Arc::new(TestCore::new());
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let id = sign_up(&core, "", &format!("a{number}@example.com")).await;
        let core = core.clone();
        tasks.spawn(async move { map(&core, &id, "ext").await.json["status"].clone() });
    }
    let statuses = tasks.join_all().await;
    let count = |wanted: &str| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count("OK"), count("USER_ID_MAPPING_ALREADY_EXISTS_ERROR")), (1, 19));
}
