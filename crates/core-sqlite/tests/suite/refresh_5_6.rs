//! Refreshing by interface 5.6: a refresh rotates at once, and the token before is forgiven for a grace period.

use serde_json::{Value, json};
use supertokens_core::Config;

use crate::common::*;

#[track_caller]
fn assert_theft(answer: &Answer, session: &Value, subtype: &str) {
    let stolen = json!({"handle": handle(session), "userId": "alice", "recipeUserId": "alice"});
    let expected = json!({"status": "TOKEN_THEFT_DETECTED", "session": stolen, "recentTokenReuseSubtype": subtype});
    assert_eq!(answer.json, expected);
}

#[tokio::test]
async fn a_refresh_gives_a_token_without_a_parent_that_is_current_at_once() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let refreshed = core.refresh("5.6", refresh_token(&session)).await.ok();
    let (_, claims) = core.read("", access_token(&refreshed)).await;
    assert_eq!(claims["parentRefreshTokenHash1"], json!(null));
    // After the grace period the old token is theft, although the new one was never used.
    core.pass(31);
    assert_theft(&core.refresh("5.6", refresh_token(&session)).await, &session, "RECENT_PREV");
}

#[tokio::test]
async fn the_token_before_is_taken_again_within_the_grace_period_only() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let first = refresh_token(&session);
    core.refresh("5.6", first).await.ok();
    core.pass(20);
    let second = core.refresh("5.6", first).await.ok();
    // The grace period counts from the first rotation, not from the last use.
    core.pass(10);
    let third = core.refresh("5.6", first).await.ok();
    assert_ne!(refresh_token(&second), refresh_token(&third));
    core.refresh("5.6", refresh_token(&third)).await.ok();
}

#[tokio::test]
async fn a_child_that_another_displaced_is_theft_and_ends_the_session() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let displaced = core.refresh("5.6", refresh_token(&session)).await.ok();
    let current = core.refresh("5.6", refresh_token(&session)).await.ok();
    assert_theft(&core.refresh("5.6", refresh_token(&displaced)).await, &session, "ORPHANED_BRANCH");
    assert_eq!(core.refresh("5.6", refresh_token(&current)).await.refusal().0, "UNAUTHORISED");
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");
}

#[tokio::test]
async fn a_token_two_generations_old_is_theft_even_within_the_grace_period() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let child = core.refresh("5.6", refresh_token(&session)).await.ok();
    core.refresh("5.6", refresh_token(&child)).await.ok();
    assert_theft(&core.refresh("5.6", refresh_token(&session)).await, &session, "STALE_LINEAGE");
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");
}

#[tokio::test]
async fn a_grace_period_of_0_forgives_nothing_later() {
    let core = TestCore::with(Config::from_yaml_str("refresh_token_rotation_grace_period: 0").unwrap());
    let session = core.create("5.6").await;
    core.refresh("5.6", refresh_token(&session)).await.ok();
    core.pass(1);
    assert_theft(&core.refresh("5.6", refresh_token(&session)).await, &session, "RECENT_PREV");
}

#[tokio::test]
async fn recent_reuse_may_be_reported_as_unauthorised_and_still_ends_the_session() {
    let core = TestCore::with(Config::from_yaml_str("recent_token_reuse_behaviour: UNAUTHORISED").unwrap());
    let session = core.create("5.6").await;
    core.refresh("5.6", refresh_token(&session)).await.ok();
    core.pass(31);
    let answer = core.refresh("5.6", refresh_token(&session)).await;
    let expected = json!({"status": "UNAUTHORISED", "message": "refresh token reuse detected",
                          "recentTokenReuseSubtype": "RECENT_PREV"});
    assert_eq!(answer.json, expected);
    assert_eq!(core.information(handle(&session)).await.refusal().0, "UNAUTHORISED");

    // An older token is theft whatever the config says.
    let session = core.create("5.6").await;
    let child = core.refresh("5.6", refresh_token(&session)).await.ok();
    core.refresh("5.6", refresh_token(&child)).await.ok();
    assert_theft(&core.refresh("5.6", refresh_token(&session)).await, &session, "STALE_LINEAGE");
}

#[tokio::test]
async fn a_session_is_refreshed_by_either_version_in_turn() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let unpromoted = core.refresh("5.4", refresh_token(&session)).await.ok();
    // A child that 5.4 gave and nobody used yet.
    let rotated = core.refresh("5.6", refresh_token(&unpromoted)).await.ok();
    // It is what is forgiven now.
    core.refresh("5.6", refresh_token(&unpromoted)).await.ok();
    let current = core.refresh("5.6", refresh_token(&unpromoted)).await.ok();
    let child = core.refresh("5.4", refresh_token(&current)).await.ok();
    core.refresh("5.4", refresh_token(&child)).await.ok();
    assert_eq!(core.refresh("5.4", refresh_token(&rotated)).await.refusal().0, "TOKEN_THEFT_DETECTED");
}

#[tokio::test]
async fn a_shorter_life_may_be_asked_for_and_no_longer_one() {
    let core = TestCore::new();
    let mut body = session_of("alice");
    body["accessTokenValidity"] = json!(60_000);
    let session = core.post("5.6", "/recipe/session", body.clone()).await.ok();
    assert_eq!(session["accessToken"]["expiry"], json!(START_MS + 60_000));

    let mut refresh = refresh_with(refresh_token(&session));
    refresh["accessTokenValidity"] = json!(120_000);
    let refreshed = core.post("5.6", "/recipe/session/refresh", refresh).await.ok();
    assert_eq!(refreshed["accessToken"]["expiry"], json!(START_MS + 120_000));

    for wrong in [json!(0), json!(-1), json!(3_600_001)] {
        body["accessTokenValidity"] = wrong;
        let answer = core.post("5.6", "/recipe/session", body.clone()).await;
        assert_eq!(
            answer.bad_request(),
            "accessTokenValidity must be greater than 0 and at most the configured access_token_validity (3600000 ms)"
        );
    }
    body["accessTokenValidity"] = json!("60000");
    let answer = core.post("5.6", "/recipe/session", body.clone()).await;
    assert_eq!(answer.bad_request(), "Field name 'accessTokenValidity' is invalid in JSON input");
    // 5.4 does not know the field.
    let session = core.post("5.4", "/recipe/session", body).await.ok();
    assert_eq!(session["accessToken"]["expiry"], json!(START_MS + 3_600_000));
}

#[tokio::test]
async fn lives_are_shortened_at_random_by_5_6_alone() {
    let core = TestCore::with(Config::from_yaml_str("access_token_validity_jitter: 0.25").unwrap());
    let mut expiries = Vec::new();
    for _ in 0..20 {
        expiries.push(core.create("5.6").await["accessToken"]["expiry"].as_u64().unwrap() - START_MS);
    }
    assert!(expiries.iter().all(|life| (2_699_000..=3_600_000).contains(life)), "{expiries:?}");
    assert!(expiries.iter().any(|life| *life != expiries[0]), "{expiries:?}");
    assert_eq!(core.create("5.4").await["accessToken"]["expiry"], json!(START_MS + 3_600_000));
}
