//! What is stored with a session, and listing and revoking sessions.

use serde_json::json;

use crate::common::*;

const NO_SESSION: (&str, &str) = ("UNAUTHORISED", "Session does not exist.");

#[tokio::test]
async fn large_numbers_unicode_and_the_order_of_keys_survive() {
    let core = TestCore::new();
    let payload = r#"{"z":1,"a":12345678901234567890123,"f":0.1000,"e":1e-7,"text":"Grüße 😀 \u00e9 \"\\","n":{"y":null,"b":[]}}"#;
    let body =
        format!(r#"{{"userId":"ü","userDataInJWT":{payload},"userDataInDatabase":{payload},"enableAntiCsrf":false}}"#);
    let created = core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], body).await;
    assert!(created.text.contains(payload), "{}", created.text);
    let session = created.ok();
    let handle = handle(&session).to_owned();
    let information = core.information(&handle).await;
    assert!(information.text.contains(&format!(r#""userDataInDatabase":{payload}"#)), "{}", information.text);
    assert!(information.text.contains(&format!(r#""userDataInJWT":{payload}"#)), "{}", information.text);
    let verified = core.verify("5.6", access_token(&session), true).await;
    assert!(verified.text.contains(payload), "{}", verified.text);
    assert_eq!(verified.json["payloadUpdateAvailable"], json!(false));
    let refreshed = core.refresh("5.6", refresh_token(&session)).await;
    assert!(refreshed.text.contains(payload), "{}", refreshed.text);
}

#[tokio::test]
async fn data_and_payload_are_read_and_replaced_by_handle() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let handle = handle(&session);
    core.put("/recipe/session/data", json!({"sessionHandle": handle, "userDataInDatabase": {"new": [null]}}))
        .await
        .ok();
    core.put("/recipe/jwt/data", json!({"sessionHandle": handle, "userDataInJWT": {}})).await.ok();
    let data = core.get("5.4", &format!("/recipe/session/data?sessionHandle={handle}")).await.ok();
    assert_eq!(data, json!({"status": "OK", "userDataInDatabase": {"new": [null]}}));
    let payload = core.get("5.4", &format!("/recipe/jwt/data?sessionHandle={handle}")).await.ok();
    assert_eq!(payload, json!({"status": "OK", "userDataInJWT": {}}));
    let expected = json!({
        "sessionHandle": handle, "userId": "alice", "recipeUserId": "alice", "tenantId": "public", "status": "OK",
        "userDataInDatabase": {"new": [null]}, "userDataInJWT": {}, "timeCreated": START_MS,
        "expiry": START_MS + 100 * 86_400_000,
    });
    assert_eq!(core.information(handle).await.ok(), expected);
}

#[tokio::test]
async fn an_unknown_session_has_no_data() {
    let core = TestCore::new();
    assert_eq!(core.information("nosuch").await.refusal(), NO_SESSION);
    for path in ["/recipe/session/data", "/recipe/jwt/data"] {
        assert_eq!(core.get("5.6", &format!("{path}?sessionHandle=nosuch")).await.refusal(), NO_SESSION);
        let body = json!({"sessionHandle": "nosuch", "userDataInDatabase": {}, "userDataInJWT": {}});
        assert_eq!(core.put(path, body).await.refusal(), NO_SESSION);
    }
}

#[tokio::test]
async fn a_payload_may_not_set_the_cores_claims() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    for claim in [
        "sub",
        "exp",
        "iat",
        "sessionHandle",
        "refreshTokenHash1",
        "parentRefreshTokenHash1",
        "antiCsrfToken",
        "tId",
        "rsub",
    ] {
        let payload = json!({"ok": 1, claim: "x"});
        let mut create = session_of("alice");
        create["userDataInJWT"] = payload.clone();
        let put = json!({"sessionHandle": handle(&session), "userDataInJWT": payload});
        let regenerate = json!({"accessToken": access_token(&session), "userDataInJWT": payload});
        for answer in [
            core.post("5.6", "/recipe/session", create).await,
            core.put("/recipe/jwt/data", put).await,
            core.post("5.6", "/recipe/session/regenerate", regenerate).await,
        ] {
            assert_eq!(answer.bad_request(), "The user payload contains protected field");
        }
    }
}

#[tokio::test]
async fn a_users_sessions_are_listed_and_revoked_by_tenant_or_across() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let here = core.create("5.6").await;
    core.pass(1);
    let there = core.post("5.6", "/t1/recipe/session", session_of("alice")).await.ok();
    core.post("5.6", "/recipe/session", session_of("bob")).await.ok();
    assert!(handle(&there).ends_with("_t1"));

    let list = async |target: &str| core.get("5.6", target).await.ok()["sessionHandles"].clone();
    let both = json!([handle(&here), handle(&there)]);
    assert_eq!(list("/recipe/session/user?userId=alice").await, both);
    assert_eq!(list("/recipe/session/user?userId=alice&fetchAcrossAllTenants=TRUE").await, both);
    let inside = "recipe/session/user?userId=alice&fetchAcrossAllTenants=false";
    assert_eq!(list(&format!("/t1/{inside}")).await, json!([handle(&there)]));
    assert_eq!(list(&format!("/{inside}")).await, json!([handle(&here)]));
    assert_eq!(core.get("5.6", "/t1/recipe/session/user?userId=alice").await.status, 403);
    assert_eq!(core.get("5.6", &format!("/nosuch/{inside}")).await.status, 400);

    let remove = async |path: &str, body| core.post("5.6", path, body).await.ok()["sessionHandlesRevoked"].clone();
    let body = json!({"userId": "alice", "revokeAcrossAllTenants": false});
    assert_eq!(remove("/t1/recipe/session/remove", body.clone()).await, json!([handle(&there)]));
    assert_eq!(remove("/t1/recipe/session/remove", body).await, json!([]));
    assert_eq!(remove("/recipe/session/remove", json!({"userId": "alice"})).await, json!([handle(&here)]));
    assert_eq!(list("/recipe/session/user?userId=alice").await, json!([]));
    assert_eq!(list("/recipe/session/user?userId=bob").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn sessions_that_have_ended_are_neither_listed_nor_counted_as_revoked() {
    let core = TestCore::new();
    core.create("5.6").await;
    core.pass(100 * 86_400);
    let listed = core.get("5.6", "/recipe/session/user?userId=alice").await.ok();
    assert_eq!(listed["sessionHandles"], json!([]));
    let revoked = core.post("5.6", "/recipe/session/remove", json!({"userId": "alice"})).await.ok();
    assert_eq!(revoked["sessionHandlesRevoked"], json!([]));
}
