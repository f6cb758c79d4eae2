//! Third-party providers of a tenant.

use serde_json::{Value, json};
use supertokens_core_sqlite::SqliteStorage;

use crate::common::*;

const TENANT: &str = "/recipe/multitenancy/tenant/v2";
const CONFIG: &str = "/recipe/multitenancy/config/thirdparty";

async fn put(core: &TestCore, tenant: &str, config: Value) -> Answer {
    core.put(&format!("{tenant}{CONFIG}"), json!({"config": config})).await
}

async fn providers(core: &TestCore, tenant: &str) -> Value {
    core.get("5.6", &format!("{tenant}{TENANT}")).await.ok()["thirdParty"]["providers"].take()
}

fn whole_provider() -> Value {
    json!({
        "thirdPartyId": "google", "name": "Google",
        "clients": [
            {"clientType": "web", "clientId": "id", "clientSecret": "shh", "scope": ["email"], "forcePKCE": true,
             "additionalConfig": {"deep": [1, {"x": null}]}},
            {"clientId": "other"},
        ],
        "authorizationEndpoint": "https://g.example/auth", "authorizationEndpointQueryParams": {"a": "b", "c": null},
        "tokenEndpoint": "https://g.example/token", "tokenEndpointBodyParams": {"a": "b"},
        "userInfoEndpoint": "https://g.example/me", "userInfoEndpointQueryParams": {"a": "b"},
        "userInfoEndpointHeaders": {"a": "b"}, "jwksURI": "https://g.example/jwks",
        "oidcDiscoveryEndpoint": "https://g.example", "requireEmail": false,
        "userInfoMap": {"fromIdTokenPayload": {"userId": "id"}, "fromUserInfoAPI": {"email": "m", "emailVerified": "v"}},
    })
}

#[tokio::test]
async fn a_provider_comes_back_as_it_was_given_and_stays_over_a_start() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    core.put(TENANT, json!({"tenantId": "t1", "firstFactors": ["thirdparty"]})).await.ok();
    assert_eq!(put(&core, "/t1", whole_provider()).await.ok()["createdNew"], json!(true));
    assert_eq!(providers(&core, "/t1").await, json!([whole_provider()]));
    assert_eq!(providers(&core, "").await, json!([]));
    drop(core);

    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    assert_eq!(providers(&core, "/t1").await, json!([whole_provider()]));
    let tenant = core.get("5.6", &format!("/t1{TENANT}")).await.ok();
    assert_eq!(tenant["firstFactors"], json!(["thirdparty"]));
}

#[tokio::test]
async fn a_provider_is_replaced_whole_in_its_place_and_removed_by_its_id() {
    let core = TestCore::new();
    put(&core, "", whole_provider()).await.ok();
    put(&core, "", json!({"thirdPartyId": "github", "unknown": 1, "name": null})).await.ok();
    let replaced = put(&core, "", json!({"thirdPartyId": " google ", "clients": null})).await.ok();
    assert_eq!(replaced["createdNew"], json!(false));
    let empty = json!({"fromIdTokenPayload": {}, "fromUserInfoAPI": {}});
    let google = json!({"thirdPartyId": "google", "clients": [], "userInfoMap": empty});
    let github = json!({"thirdPartyId": "github", "clients": [], "userInfoMap": empty});
    assert_eq!(providers(&core, "").await, json!([google, github]));
    // Other changes of the tenant leave them alone.
    core.put(TENANT, json!({"tenantId": "public", "firstFactors": ["thirdparty"]})).await.ok();

    let remove = async |id: &str| {
        let answer = core.post("5.6", &format!("{CONFIG}/remove"), json!({"thirdPartyId": id})).await.ok();
        answer["didConfigExist"].as_bool().unwrap()
    };
    assert!(remove(" google ").await);
    assert!(!remove("google").await);
    assert_eq!(providers(&core, "").await, json!([github]));
}

#[tokio::test]
async fn a_provider_that_could_not_work_is_refused() {
    let core = TestCore::new();
    let apple = "Invalid third party config: a non empty string value must be specified for keyId, teamId and \
                 privateKey in the additionalConfig for Apple provider";
    let with = |id: &str, additional: Value| json!({"thirdPartyId": id, "clients": [{"clientId": "c", "additionalConfig": additional}]});
    for (config, message) in [
        (json!({"thirdPartyId": " "}), "Invalid third party config: thirdPartyId cannot be null or empty"),
        (json!({"thirdPartyId": null}), "Field name 'thirdPartyId' is invalid in JSON input"),
        (json!({"thirdPartyId": "x", "clients": [{}]}), "Invalid third party config: clientId cannot be null"),
        (json!({"thirdPartyId": "x", "clients": ["c"]}), "Field name 'clients' is invalid in JSON input"),
        (json!({"thirdPartyId": "x", "requireEmail": "no"}), "Field name 'requireEmail' is invalid in JSON input"),
        (json!({"thirdPartyId": "x", "userInfoMap": []}), "Field name 'userInfoMap' is invalid in JSON input"),
        (with("apple", json!({"keyId": "k", "teamId": "t"})), apple),
        (with("apple-2", json!({"keyId": "k", "teamId": "t", "privateKey": ""})), apple),
        (
            with("google-workspaces", json!({"hd": 5})),
            "Invalid third party config: hd in additionalConfig must be a non empty string value",
        ),
        (
            with("boxy-saml", json!({"boxyURL": ""})),
            "Invalid third party config: a non empty string value must be specified for boxyURL in the \
             additionalConfig for Boxy SAML provider",
        ),
    ] {
        assert_eq!(put(&core, "", config).await.bad_request(), message);
    }
    let twice = json!([{"clientType": "web", "clientId": "a"}, {"clientType": "web", "clientId": "b"}]);
    let twice = json!({"config": {"thirdPartyId": "x", "clients": twice}, "skipValidation": true});
    let message = "Invalid third party config: Duplicate clientType was specified in the clients list.";
    assert_eq!(core.put(CONFIG, twice).await.bad_request(), message);
    assert_eq!(providers(&core, "").await, json!([]));

    let unchecked = json!({"config": with("apple", json!({})), "skipValidation": true});
    core.put(CONFIG, unchecked).await.ok();
    assert!(put(&core, "/nosuch", json!({"thirdPartyId": "x"})).await.bad_request().ends_with("(, public, nosuch)"));
}
