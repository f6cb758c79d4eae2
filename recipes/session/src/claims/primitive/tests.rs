//! What each validator accepts, and what it tells the front end.

use std::sync::Arc;

use serde_json::{Value, json};
use supertokens_kernel::UserContext;

use super::super::{
    BooleanClaim, ClaimCheck, ClaimValidationResult, ClaimValidator, PrimitiveArrayClaim, SessionClaim,
};
use super::PrimitiveClaim;
use crate::payload::Payload;

fn check(payload: &Value) -> ClaimCheck {
    let payload = Arc::new(Payload::from_data(payload).unwrap());
    ClaimCheck { payload, now_ms: 100_000, user_context: UserContext::new() }
}

async fn reason(validator: &ClaimValidator, payload: &Value) -> Option<Value> {
    match validator.validate(check(payload)).await.unwrap() {
        ClaimValidationResult::Valid => None,
        ClaimValidationResult::Invalid { reason } => Some(reason.unwrap()),
    }
}

fn plan() -> PrimitiveClaim<String> {
    PrimitiveClaim::new("plan", async |_| Ok(Some("team".to_owned())))
}

#[tokio::test]
async fn a_value_is_demanded_with_the_references_reasons() {
    let validator = plan().has_value("team".to_owned(), Some(60));
    assert_eq!(reason(&validator, &json!({"plan": {"v": "team", "t": 40_000}})).await, None);
    assert_eq!(
        reason(&validator, &json!({})).await,
        Some(json!({"message": "value does not exist", "expectedValue": "team"}))
    );
    assert_eq!(
        reason(&validator, &json!({"plan": {"v": "free", "t": 40_000}})).await,
        Some(json!({"message": "wrong value", "expectedValue": "team", "actualValue": "free"}))
    );
    assert_eq!(
        reason(&validator, &json!({"plan": {"v": "team", "t": 39_500}})).await,
        Some(json!({"message": "expired", "ageInSeconds": 60.5, "maxAgeInSeconds": 60}))
    );
}

#[test]
fn a_value_is_refetched_when_it_is_absent_or_too_old_only() {
    let refetches = |validator: ClaimValidator, payload: Value| validator.claim_to_refetch(&check(&payload)).is_some();
    let fresh = json!({"plan": {"v": "x", "t": 40_000}});
    let old = json!({"plan": {"v": "x", "t": 39_999}});
    assert!(refetches(plan().has_value("x".into(), None), json!({})));
    assert!(refetches(plan().has_value("x".into(), None), json!({"plan": {"v": 7, "t": 40_000}})), "of another type");
    assert!(!refetches(plan().has_value("x".into(), None), old.clone()));
    assert!(!refetches(plan().has_value("x".into(), Some(60)), fresh));
    assert!(refetches(plan().has_value("x".into(), Some(60)), old));
}

#[tokio::test]
async fn booleans() {
    let adult = BooleanClaim::new("adult", async |_| Ok(Some(true)));
    let payload = json!({"adult": {"v": false, "t": 1}});
    assert_eq!(reason(&adult.is_false(None), &payload).await, None);
    assert_eq!(
        reason(&adult.is_true(None), &payload).await,
        Some(json!({"message": "wrong value", "expectedValue": true, "actualValue": false}))
    );
    assert_eq!(adult.has_value_with_id(true, None, "mine").id(), "mine");
}

#[tokio::test]
async fn lists() {
    let teams = PrimitiveArrayClaim::new("teams", async |_| Ok(Some(vec![1, 2])));
    let payload = json!({"teams": {"v": [1, 2], "t": 1}});
    let expectations = [
        (teams.includes(1, None), None),
        (teams.includes(3, None), Some(("expectedToInclude", json!(3)))),
        (teams.excludes(3, None), None),
        (teams.excludes(1, None), Some(("expectedToNotInclude", json!(1)))),
        (teams.includes_all(vec![1, 2], None), None),
        (teams.includes_all(vec![1, 3], None), Some(("expectedToInclude", json!([1, 3])))),
        (teams.includes_any(vec![3, 2], None), None),
        (teams.includes_any(vec![3], None), Some(("expectedToIncludeAtLeastOneOf", json!([3])))),
        (teams.excludes_all(vec![3, 4], None), None),
        (teams.excludes_all(vec![3, 2], None), Some(("expectedToNotInclude", json!([3, 2])))),
    ];
    for (validator, expected) in expectations {
        let expected =
            expected.map(|(key, value)| json!({"message": "wrong value", key: value, "actualValue": [1, 2]}));
        assert_eq!(reason(&validator, &payload).await, expected);
    }
}

#[test]
fn a_claim_is_stored_with_its_time_and_removed_by_null() {
    let mut payload = Payload::new();
    plan().add_to_payload(&mut payload, &"team".to_owned(), 7).unwrap();
    assert_eq!(payload.get("plan"), Some(&json!({"v": "team", "t": 7})));
    assert_eq!(plan().value_from_payload(&payload).as_deref(), Some("team"));
    assert_eq!(plan().last_refetch_time(&payload), Some(7));
    let mut update = Payload::new();
    plan().remove_from_payload_by_merge(&mut update);
    assert!(payload.updated_by(&update).is_empty());
}
