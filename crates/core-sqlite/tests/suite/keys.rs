//! Signing keys: published before they sign, and until nothing signed with them is good.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use serde_json::{Value, json};
use supertokens_core::{Config, Core, ManualClock};
use supertokens_core_sqlite::SqliteStorage;
use supertokens_jose::CompactJwt;

use crate::common::*;

const WEEK: u64 = 7 * 86_400;

async fn published(core: &TestCore) -> Vec<String> {
    let keys = core.get("5.6", "/.well-known/jwks.json").await.json["keys"].clone();
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn signing(core: &TestCore) -> String {
    let session = core.create("5.6").await;
    let (header, _) = core.read("", access_token(&session)).await;
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_published_keys_say_how_long_they_may_be_cached() {
    let core = TestCore::new();
    let answer = core.get("5.6", "/.well-known/jwks.json").await;
    assert_eq!(answer.cache_control.as_deref(), Some("max-age=604740, must-revalidate"));
    core.pass(WEEK - 62);
    let answer = core.get("5.6", "/.well-known/jwks.json").await;
    assert_eq!(answer.cache_control.as_deref(), Some("max-age=2, must-revalidate"));
    let first = answer.json["keys"][0].as_object().unwrap();
    let mut names: Vec<_> = first.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    assert!(core.get("5.6", "/recipe/jwt/jwks").await.ok()["keys"].is_array());
}

#[tokio::test]
async fn a_dynamic_key_is_published_a_minute_before_it_signs_and_two_token_lives_after() {
    let core = TestCore::new();
    let old = signing(&core).await;
    assert_eq!(old, format!("d-{START_MS}"));
    let before = published(&core).await;
    assert_eq!(before.len(), 2, "one dynamic, one static: {before:?}");

    core.pass(WEEK - 60);
    assert_eq!(published(&core).await.len(), 2);
    core.pass(1);
    // The core's own thread may be making it just now, and then nobody else waits for it.
    for _ in 0..100_000 {
        if published(&core).await.len() == 3 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let new = published(&core).await[0].clone();
    assert_ne!(new, old);
    assert_eq!(published(&core).await.len(), 3);
    assert_eq!(signing(&core).await, old, "nobody knows the new key yet");
    core.pass(60);
    assert_eq!(signing(&core).await, new);

    // A token by the old key verifies for its whole life.
    core.pass(7199 - 1);
    assert!(published(&core).await.contains(&old));
    core.pass(2);
    core.core.run_maintenance().await;
    assert!(!published(&core).await.contains(&old));
    assert_eq!(published(&core).await.len(), 2);
}

#[tokio::test]
async fn while_one_request_makes_the_next_key_others_sign_with_the_one_before() {
    // It asks for nothing before the key.
    let body = json!({"algorithm": "RS256", "jwksDomain": "https://a.example", "payload": {}, "validity": 60,
                      "useStaticSigningKey": false});
    let kid = |token: &str| CompactJwt::split(token).unwrap().header().unwrap().kid.unwrap();
    for _ in 0..100 {
        let core = TestCore::new();
        let old = signing(&core).await;
        core.pass(WEEK - 59);
        let mut first = pin!(core.post("5.6", "/recipe/jwt", body.clone()));
        let begun = poll_fn(|context| Poll::Ready(first.as_mut().poll(context))).await;
        if begun.is_ready() {
            // The core's own thread had made the key already.
            continue;
        }
        // The first does not go on meanwhile: whoever waited for it would wait for ever.
        let other = core.create("5.6").await;
        assert_eq!(kid(access_token(&other)), old);
        assert_eq!(kid(first.await.ok()["jwt"].as_str().unwrap()), old, "nobody knows the new key yet");
        assert_eq!(published(&core).await.len(), 3);
        return;
    }
    panic!("no request ever makes a key");
}

#[tokio::test]
async fn a_token_outlives_the_rotation_of_its_key() {
    let core = TestCore::new();
    core.pass(WEEK - 10);
    let session = core.create("5.6").await;
    core.pass(3599);
    core.core.run_maintenance().await;
    core.verify("5.6", access_token(&session), true).await.ok();
}

#[tokio::test]
async fn tests_may_rotate_keys_within_seconds() {
    let mut config = without_jitter();
    config.test_mode = true;
    config.access_token_dynamic_signing_key_update_interval = 10.0 / 3600.0;
    config.access_token_validity = 2;
    let core = TestCore::with(config);
    let first = signing(&core).await;
    // A fifth of the interval is the time of being published before.
    core.pass(9);
    assert_eq!(signing(&core).await, first);
    core.pass(3);
    let second = signing(&core).await;
    assert_ne!(second, first);
    core.pass(3);
    core.core.run_maintenance().await;
    assert!(!published(&core).await.contains(&first));
}

#[tokio::test]
async fn a_core_without_keys_makes_one_of_each_kind() {
    let clock = ManualClock::new(START_MS);
    let core = Core::builder(SqliteStorage::memory().unwrap()).clock(clock.clone()).build().unwrap();
    let core = TestCore { core, clock };
    let keys = published(&core).await;
    assert_eq!(keys[0], format!("d-{START_MS}"));
    assert!(keys.len() == 2 && keys[1].starts_with("s-"), "{keys:?}");
    core.verify("5.6", access_token(&core.create("5.6").await), true).await.ok();
}

#[tokio::test]
async fn keys_and_secrets_stay_when_a_core_starts_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("core.db");
    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    let session = core.create("5.6").await;
    let keys = published(&core).await;
    core.core.shutdown().await;
    drop(core);

    let core = TestCore::over(SqliteStorage::open(&path).unwrap(), without_jitter());
    core.verify("5.6", access_token(&session), true).await.ok();
    core.refresh("5.6", refresh_token(&session)).await.ok();
    assert_eq!(published(&core).await, keys);
}

#[tokio::test]
async fn no_private_key_is_published() {
    let core = TestCore::with(Config::default());
    let keys = core.get("5.6", "/.well-known/jwks.json").await.json["keys"].clone();
    for key in keys.as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert_eq!(key.get(private), None::<&Value>);
        }
    }
}
