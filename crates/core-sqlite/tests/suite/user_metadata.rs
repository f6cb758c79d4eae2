//! User metadata.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::*;

const METADATA: &str = "/recipe/user/metadata";

async fn update(core: &TestCore, user_id: &str, update: Value) -> Value {
    core.put(METADATA, json!({"userId": user_id, "metadataUpdate": update})).await.ok()["metadata"].take()
}

async fn read(core: &TestCore, app: &str, user_id: &str) -> Value {
    core.get("5.6", &format!("{app}{METADATA}?userId={user_id}")).await.ok()["metadata"].take()
}

#[tokio::test]
async fn an_update_replaces_members_at_the_top_and_null_takes_one_away() {
    let core = TestCore::new();
    assert_eq!(read(&core, "", "alice").await, json!({}));
    update(&core, "alice", json!({"name": "Alice", "theme": {"dark": true, "size": 2}})).await;
    let merged = update(&core, "alice", json!({"theme": {"dark": null}, "name": null, "nosuch": null})).await;
    assert_eq!(merged, json!({"theme": {"dark": null}}));
    assert_eq!(read(&core, "", "alice").await, merged);

    assert_eq!(read(&core, "", "bob").await, json!({}));
    for _ in 0..2 {
        core.post("5.6", "/recipe/user/metadata/remove", json!({"userId": "alice"})).await.ok();
        assert_eq!(read(&core, "", "alice").await, json!({}));
    }
}

#[tokio::test]
async fn numbers_and_the_order_of_members_survive() {
    let core = TestCore::new();
    let text = r#"{"z":1.50,"huge":123456789012345678901234567890,"a":-0.0}"#;
    let body = format!(r#"{{"userId":"alice","metadataUpdate":{text}}}"#);
    let answer = core.send("PUT", METADATA, &[], body).await;
    assert_eq!(answer.text, format!(r#"{{"status":"OK","metadata":{text}}}"#));
    assert_eq!(core.get("5.6", &format!("{METADATA}?userId=alice")).await.text, answer.text);
}

#[tokio::test]
async fn many_members_are_merged_with_many_others() {
    let core = TestCore::new();
    // Half a minute where each is looked for among all others.
    let members = |numbers: std::ops::Range<u32>, value: u32| -> Value {
        numbers.map(|number| (format!("k{number}"), json!(value))).collect()
    };
    update(&core, "alice", members(0..60_000, 0)).await;
    let merged = update(&core, "alice", members(30_000..90_000, 1)).await;
    let merged = merged.as_object().unwrap();
    assert_eq!(merged.len(), 90_000);
    assert_eq!((&merged["k29999"], &merged["k30000"], &merged["k89999"]), (&json!(0), &json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_at_the_same_time_all_count() {
    let core = Arc::new(TestCore::new());
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let core = core.clone();
        tasks.spawn(async move { update(&core, "alice", json!({format!("k{number}"): number})).await });
    }
    tasks.join_all().await;
    let expected: Value = (0..64).map(|number| (format!("k{number}"), json!(number))).collect();
    assert_eq!(read(&core, "", "alice").await, expected);
}

#[tokio::test]
async fn many_users_are_read_at_once_in_the_order_of_the_question() {
    let core = TestCore::new();
    update(&core, "alice", json!({"a": 1})).await;
    update(&core, "carol", json!({"c": 3})).await;
    let bulk = async |ids: Value| core.post("5.6", "/recipe/user/metadata/bulk", json!({"userIds": ids})).await;
    let users = bulk(json!(["carol", "bob", "alice", "carol"])).await.ok()["users"].take();
    let expected = json!([
        {"userId": "carol", "metadata": {"c": 3}},
        {"userId": "bob", "metadata": null},
        {"userId": "alice", "metadata": {"a": 1}},
        {"userId": "carol", "metadata": {"c": 3}},
    ]);
    assert_eq!(users, expected);
    assert_eq!(bulk(json!(vec!["x"; 500])).await.ok()["users"].as_array().unwrap().len(), 500);
    assert_eq!(bulk(json!(vec!["x"; 501])).await.bad_request(), "You can only query up to 500 users at a time.");
    assert_eq!(bulk(json!("alice")).await.bad_request(), "Field name 'userIds' is invalid in JSON input");
}

#[tokio::test]
async fn each_app_has_metadata_of_its_own_and_takes_it_along() {
    let core = TestCore::new();
    let app = json!({"appId": "a1"});
    core.put("/recipe/multitenancy/app/v2", app.clone()).await.ok();
    let body = json!({"userId": "alice", "metadataUpdate": {"of": "a1"}});
    core.put(&format!("/appid-a1{METADATA}"), body).await.ok();
    assert_eq!(read(&core, "", "alice").await, json!({}));
    assert_eq!(read(&core, "/appid-a1", "alice").await, json!({"of": "a1"}));

    core.post("5.6", "/recipe/multitenancy/app/remove", app.clone()).await.ok();
    core.put("/recipe/multitenancy/app/v2", app).await.ok();
    assert_eq!(read(&core, "/appid-a1", "alice").await, json!({}));
}

#[tokio::test]
async fn a_tenant_other_than_public_is_refused() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let answer = core.get("5.6", &format!("/t1{METADATA}?userId=alice")).await;
    assert_eq!((answer.status, answer.text.as_str()), (403, "Only public tenantId can call this app specific API"));
}
