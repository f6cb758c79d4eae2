//! Apps and tenants.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;

use crate::common::*;

const TENANT: &str = "/recipe/multitenancy/tenant/v2";
const APP: &str = "/recipe/multitenancy/app/v2";

fn tenant(id: &str) -> Value {
    json!({"tenantId": id, "thirdParty": {"providers": []}, "coreConfig": {}})
}

#[tokio::test]
async fn a_tenant_is_made_changed_listed_and_removed() {
    let core = TestCore::new();
    assert_eq!(core.put(TENANT, json!({"tenantId": " T1 "})).await.ok()["createdNew"], json!(true));
    assert_eq!(core.put(TENANT, json!({"tenantId": "t1"})).await.ok()["createdNew"], json!(false));
    let get = async || {
        let mut answer = core.get("5.6", &format!("/T1{TENANT}")).await.ok();
        answer.as_object_mut().unwrap().remove("status");
        answer
    };
    let mut expected = tenant("t1");
    expected["firstFactors"] = json!([]);
    assert_eq!(get().await, expected);

    let change = json!({"tenantId": "t1", "firstFactors": ["emailpassword", "custom-1"],
                        "requiredSecondaryFactors": ["totp"], "coreConfig": {"totp_max_attempts": 3}});
    core.put(TENANT, change).await.ok();
    expected["firstFactors"] = json!(["emailpassword", "custom-1"]);
    expected["requiredSecondaryFactors"] = json!(["totp"]);
    expected["coreConfig"] = json!({"totp_max_attempts": 3});
    assert_eq!(get().await, expected);
    let listed = core.get("5.6", "/recipe/multitenancy/tenant/list/v2").await.ok();
    assert_eq!(listed["tenants"], json!([tenant("public"), expected]));

    let change = json!({"tenantId": "t1", "firstFactors": null, "requiredSecondaryFactors": [],
                        "coreConfig": {"totp_max_attempts": null}});
    core.put(&format!("/t1{TENANT}"), change).await.ok();
    assert_eq!(get().await, tenant("t1"));

    let remove = json!({"tenantId": "T1"});
    let path = "/recipe/multitenancy/tenant/remove";
    assert_eq!(core.post("5.6", path, remove.clone()).await.ok()["didExist"], json!(true));
    assert_eq!(core.post("5.6", path, remove).await.ok()["didExist"], json!(false));
    let answer = core.get("5.6", &format!("/t1{TENANT}")).await;
    assert_eq!(answer.json, json!({"status": "TENANT_NOT_FOUND_ERROR"}));
}

#[tokio::test]
async fn bad_tenants_are_refused() {
    let core = TestCore::new();
    core.put(TENANT, json!({"tenantId": "t1"})).await.ok();
    for (body, message) in [
        (json!({"tenantId": ""}), "tenantId should not be an empty String"),
        (json!({"tenantId": "appid-x"}), "tenantId must not start with 'appid-'"),
        (json!({"tenantId": "hello"}), "Cannot use 'hello' as a tenantId"),
        (json!({"tenantId": "a_b"}), "tenantId can only contain letters, numbers and hyphens"),
        (json!({"tenantId": 5}), "Field name 'tenantId' is invalid in JSON input"),
        (json!({"tenantId": "t1", "firstFactors": "x"}), "Field name 'firstFactors' is invalid in JSON input"),
        (json!({"tenantId": "t1", "firstFactors": [5]}), "Field name 'firstFactors' is invalid in JSON input"),
        (
            json!({"tenantId": "t1", "firstFactors": ["a", "a"]}),
            "firstFactors input should not contain duplicate values",
        ),
        (
            json!({"tenantId": "t1", "firstFactors": ["a b"]}),
            "firstFactors should contain only 0-9,a-z,A-Z,_,.,- characters",
        ),
        (json!({"tenantId": "t1", "coreConfig": "x"}), "Field name 'coreConfig' is invalid in JSON input"),
        (json!({"tenantId": "t1", "coreConfig": {"nosuch": 1}}), "Invalid core config: Invalid config key: nosuch"),
        (
            json!({"tenantId": "t1", "coreConfig": {"totp_max_attempts": "x"}}),
            "Invalid core config: 'totp_max_attempts' must be of type int",
        ),
        (
            json!({"tenantId": "t1", "coreConfig": {"port": 1}}),
            "Invalid core config: port can only be set via the core's base config setting",
        ),
        (
            json!({"tenantId": "t1", "coreConfig": {"access_token_validity": 60}}),
            "Invalid core config: You cannot set different values for access_token_validity for the same appId",
        ),
        (
            json!({"tenantId": "t1", "emailPasswordEnabled": true}),
            "emailPasswordEnabled is not a valid input for this API",
        ),
        (json!({"tenantId": "public", "coreConfig": {"totp_max_attempts": 3}}), "Cannot modify base config"),
    ] {
        assert_eq!(core.put(TENANT, body).await.bad_request(), message);
    }
    // A tenant may repeat what its app has.
    core.put(TENANT, json!({"tenantId": "t1", "coreConfig": {"access_token_validity": 3600}})).await.ok();
}

#[tokio::test]
async fn only_the_public_tenant_and_app_manage_others() {
    let core = TestCore::new();
    core.put(TENANT, json!({"tenantId": "t1"})).await.ok();
    core.put(APP, json!({"appId": "a1"})).await.ok();
    for (method, path, body, message) in [
        (
            "PUT",
            format!("/t1{TENANT}"),
            json!({"tenantId": "t2"}),
            "You must use the public or same tenant to add/update a tenant",
        ),
        (
            "GET",
            "/t1/recipe/multitenancy/tenant/list/v2".into(),
            json!({}),
            "Only the public tenantId is allowed to list all tenants associated with this app",
        ),
        (
            "POST",
            "/t1/recipe/multitenancy/tenant/remove".into(),
            json!({"tenantId": "t1"}),
            "Only the public tenantId is allowed to delete a tenant",
        ),
        (
            "POST",
            "/recipe/multitenancy/tenant/remove".into(),
            json!({"tenantId": "public"}),
            "Cannot delete public tenant, use remove app API instead",
        ),
        (
            "PUT",
            format!("/appid-a1{APP}"),
            json!({"appId": "a2"}),
            "You must use the public or same app to add/update an app",
        ),
        (
            "PUT",
            format!("/t1{APP}"),
            json!({"appId": "a2"}),
            "You must use the public or same app to add/update an app",
        ),
        (
            "GET",
            "/appid-a1/recipe/multitenancy/app/list/v2".into(),
            json!({}),
            "Only the public tenantId and public appId is allowed to list all apps associated with this connection uri domain",
        ),
        (
            "POST",
            "/appid-a1/recipe/multitenancy/app/remove".into(),
            json!({"appId": "a1"}),
            "Only the public tenantId and public appId is allowed to delete an app",
        ),
        (
            "POST",
            "/recipe/multitenancy/app/remove".into(),
            json!({"appId": "public"}),
            "Cannot delete the public app, use remove connection uri domain API instead",
        ),
    ] {
        let answer = core.send(method, &path, &[("cdi-version", "5.6")], body.to_string()).await;
        assert_eq!((answer.status, answer.text.as_str()), (403, message), "{method} {path}");
    }
}

#[tokio::test]
async fn an_app_has_keys_sessions_and_config_of_its_own() {
    let core = TestCore::new();
    let config = json!({"access_token_validity": 4, "refresh_token_validity": 0.2, "access_token_validity_jitter": 0});
    let made = core.put(APP, json!({"appId": "a1", "coreConfig": config})).await.ok();
    assert_eq!(made["createdNew"], json!(true));
    assert_eq!(core.put(APP, json!({"appId": "A1"})).await.ok()["createdNew"], json!(false));

    let session = core.post("5.6", "/appid-a1/recipe/session", session_of("alice")).await.ok();
    assert_eq!(session["accessToken"]["expiry"], json!(START_MS + 4000));
    assert_eq!(session["refreshToken"]["expiry"], json!(START_MS + 12_000));
    core.read("/appid-a1", access_token(&session)).await;

    // The public app knows neither its tokens nor its sessions.
    let answer = core.verify("5.6", access_token(&session), false).await;
    assert!(["Key not found", "JWT verification failed"].contains(&answer.refusal().1), "{}", answer.text);
    assert_eq!(core.refresh("5.6", refresh_token(&session)).await.refusal(), ("UNAUTHORISED", "Invalid refresh token"));
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");
    let other = core.create("5.6").await;
    let answer = core.post("5.6", "/appid-a1/recipe/session/refresh", refresh_with(refresh_token(&other))).await;
    assert_eq!(answer.refusal().0, "UNAUTHORISED");

    core.pass(12);
    let answer = core.post("5.6", "/appid-a1/recipe/session/refresh", refresh_with(refresh_token(&session))).await;
    assert_eq!(answer.refusal(), ("UNAUTHORISED", "Session missing in db or has expired"));
    core.refresh("5.6", refresh_token(&other)).await.ok();

    core.post("5.6", "/recipe/multitenancy/app/remove", json!({"appId": "a1"})).await.ok();
    let gone = core.post("5.6", "/appid-a1/recipe/session", session_of("alice")).await;
    assert!(gone.bad_request().ends_with("(, a1, public)"), "{}", gone.text);
    assert_eq!(core.get("5.6", "/appid-a1/.well-known/jwks.json").await.status, 400);
}

#[tokio::test]
async fn an_app_made_again_begins_anew() {
    let core = TestCore::new();
    core.put(APP, json!({"appId": "a1"})).await.ok();
    let session = core.post("5.6", "/appid-a1/recipe/session", session_of("alice")).await.ok();
    core.post("5.6", "/recipe/multitenancy/app/remove", json!({"appId": "a1"})).await.ok();
    core.put(APP, json!({"appId": "a1"})).await.ok();
    let answer = core.post("5.6", "/appid-a1/recipe/session/refresh", refresh_with(refresh_token(&session))).await;
    assert_eq!(answer.refusal(), ("UNAUTHORISED", "Invalid refresh token"));
}

#[tokio::test]
async fn an_app_may_demand_api_keys_of_its_own() {
    let core = TestCore::new();
    core.put(APP, json!({"appId": "a1", "coreConfig": {"api_keys": "key-of-the-app-0123456789"}})).await.ok();
    assert_eq!(core.get("5.6", "/appid-a1/apiversion").await.status, 401);
    let headers = [("api-key", "key-of-the-app-0123456789")];
    assert_eq!(core.send("GET", "/appid-a1/apiversion", &headers, "").await.status, 200);
    assert_eq!(core.get("5.6", "/apiversion").await.status, 200);
}

#[tokio::test]
async fn apps_and_tenants_stay_when_a_core_starts_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    core.put(APP, json!({"appId": "a1", "coreConfig": {"access_token_validity": 4}})).await.ok();
    core.put(&format!("/appid-a1{TENANT}"), json!({"tenantId": "t1", "firstFactors": ["x"]})).await.ok();
    let apps = core.get("5.6", "/recipe/multitenancy/app/list/v2").await.ok();
    let session = core.post("5.6", "/appid-a1/t1/recipe/session", session_of("alice")).await.ok();
    drop(core);

    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    assert_eq!(core.get("5.6", "/recipe/multitenancy/app/list/v2").await.ok(), apps);
    assert_eq!(apps["apps"][1]["appId"], "a1");
    let answer = core.post("5.6", "/appid-a1/recipe/session/refresh", refresh_with(refresh_token(&session))).await.ok();
    assert_eq!(answer["session"]["tenantId"], "t1");
}

#[tokio::test]
async fn an_unknown_tenant_is_a_400_on_its_path_and_a_403_on_an_app_wide_one() {
    let core = TestCore::new();
    let unknown = |app: &str, tenant: &str| {
        format!(
            "AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId \
             combination not found: (, {app}, {tenant})"
        )
    };
    let create = async |path: &str| core.post("5.6", path, session_of("a")).await;
    assert_eq!(create("/nosuch/recipe/session").await.bad_request(), unknown("public", "nosuch"));
    assert_eq!(create("/appid-x/recipe/session").await.bad_request(), unknown("x", "public"));
    assert_eq!(create("/appid-x/y/recipe/session").await.bad_request(), unknown("x", "y"));
    assert_eq!(core.information("0-0_nosuch").await.bad_request(), unknown("public", "nosuch"));
    assert_eq!(core.get("5.6", "/nosuch/user/id?userId=a").await.status, 403);
    assert_eq!(core.get("5.6", "/nosuch/recipe/jwt/jwks").await.status, 403);
    assert_eq!(core.get("5.6", "/user/id?userId=a").await.json, json!({"status": "UNKNOWN_USER_ID_ERROR"}));
}

/// Gives a request up as soon as it waits for something. Gives whether it did.
async fn give_up(request: impl Future<Output = Answer>) -> bool {
    let mut request = pin!(request);
    poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn a_change_of_a_tenant_that_nobody_waited_for_is_seen_by_the_next_request() {
    let directory = tempfile::tempdir().unwrap();
    for storage in [SqliteStorage::memory(), SqliteStorage::open(directory.path().join("core.db"))] {
        let core = TestCore::over(storage.unwrap(), without_jitter());
        let mut given_up = 0;
        for number in 0..60 {
            let (id, life) = (format!("t{}", number / 3), json!({"passwordless_code_lifetime": 60_000}));
            let has_begun = match number % 3 {
                0 => give_up(core.put(TENANT, json!({"tenantId": id}))).await,
                1 => give_up(core.put(TENANT, json!({"tenantId": id, "coreConfig": life}))).await,
                _ => give_up(core.post("5.6", "/recipe/multitenancy/tenant/remove", json!({"tenantId": id}))).await,
            };
            let seen = core.get("5.6", &format!("/{id}{TENANT}")).await.text;
            // Whatever came of it: a change that somebody waits for makes the core look at what is stored.
            let life = json!({"passwordless_code_lifetime": 60_000 + number});
            core.put(TENANT, json!({"tenantId": "other", "coreConfig": life})).await.ok();
            let stored = core.get("5.6", &format!("/{id}{TENANT}")).await.text;
            assert_eq!(seen, stored, "{number}");
            let is_made = match number % 3 {
                0 => stored.contains("OK"),
                1 => stored.contains("60000"),
                _ => stored.contains("TENANT_NOT_FOUND_ERROR"),
            };
            given_up += usize::from(has_begun && is_made);
        }
        assert!(given_up > 0, "the storage never took any time");
    }
}
