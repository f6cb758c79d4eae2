//! A claim of one value.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use supertokens_kernel::{BoxFuture, Error};

use super::{ClaimCheck, ClaimValidationResult, ClaimValidator, FetchClaim, SessionClaim};

type Fetch<T> = Arc<dyn Fn(FetchClaim) -> BoxFuture<Result<Option<T>, Error>> + Send + Sync>;

/// A claim of one value: a string, a number, a boolean.
///
/// ```
/// use supertokens_session::claims::PrimitiveClaim;
///
/// let plan = PrimitiveClaim::new("plan", async |input| {
///     let _user = input.user_id;
///     Ok(Some("team".to_owned()))
/// });
/// let only_teams = plan.has_value("team".to_owned(), Some(600));
/// assert_eq!(only_teams.id(), "plan");
/// ```
pub struct PrimitiveClaim<T> {
    key: Arc<str>,
    fetch: Fetch<T>,
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> PrimitiveClaim<T> {
    /// A claim under `key` whose value `fetch` looks up; `None` leaves the payload as it is.
    pub fn new<F, Fut>(key: impl Into<String>, fetch: F) -> Self
    where
        F: Fn(FetchClaim) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<T>, Error>> + Send + 'static,
    {
        Self { key: key.into().into(), fetch: Arc::new(move |input| Box::pin(fetch(input))) }
    }

    /// Demands a value, which may be at most so many seconds old. Its id is the claim's key.
    pub fn has_value(&self, value: T, max_age_in_seconds: Option<u64>) -> ClaimValidator
    where
        T: PartialEq,
    {
        self.has_value_with_id(value, max_age_in_seconds, &*self.key)
    }

    /// As [`has_value`](Self::has_value), with an id of its own.
    pub fn has_value_with_id(&self, value: T, max_age_in_seconds: Option<u64>, id: impl Into<String>) -> ClaimValidator
    where
        T: PartialEq,
    {
        let expected = serde_json::to_value(&value).unwrap_or_default();
        let rule = Rule { id: id.into(), max_age_in_seconds, expectation: ("expectedValue", expected) };
        rule.validator(self, move |actual| *actual == value)
    }
}

impl<T> Clone for PrimitiveClaim<T> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), fetch: self.fetch.clone() }
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> SessionClaim for PrimitiveClaim<T> {
    type Value = T;

    fn key(&self) -> &str {
        &self.key
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<T>, Error> {
        (self.fetch)(input).await
    }
}

impl<T> std::fmt::Debug for PrimitiveClaim<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PrimitiveClaim").field(&self.key).finish()
    }
}

/// What all validators of claims with a value and an age have in common.
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) max_age_in_seconds: Option<u64>,
    /// What the front end is told was expected: a key and a value of the reason.
    pub(super) expectation: (&'static str, Value),
}

impl Rule {
    pub(super) fn validator<C: SessionClaim>(
        self,
        claim: &C,
        is_met: impl Fn(&C::Value) -> bool + Send + Sync + 'static,
    ) -> ClaimValidator {
        let (refetched, max_age) = (claim.clone(), self.max_age_in_seconds);
        let should_refetch = move |check: &ClaimCheck| {
            refetched.value_from_payload(&check.payload).is_none()
                || max_age.is_some_and(|max_age| {
                    age_ms(&refetched, check).is_none_or(|age| age > max_age.saturating_mul(1000))
                })
        };
        let validated = claim.clone();
        ClaimValidator::new(self.id.clone(), move |check| self.check(&validated, check, &is_met))
            .refetching(claim, should_refetch)
    }

    fn check<C: SessionClaim>(
        &self,
        claim: &C,
        check: &ClaimCheck,
        is_met: impl Fn(&C::Value) -> bool,
    ) -> ClaimValidationResult {
        let (expected_key, expected) = &self.expectation;
        let reason = |message: &str, actual: Option<Value>| {
            let mut reason = json!({"message": message, *expected_key: expected});
            if let (Some(actual), Some(reason)) = (actual, reason.as_object_mut()) {
                reason.insert("actualValue".to_owned(), actual);
            }
            ClaimValidationResult::invalid(reason)
        };
        let Some(value) = claim.value_from_payload(&check.payload) else {
            return reason("value does not exist", None);
        };
        if let Some(max_age_in_seconds) = self.max_age_in_seconds {
            let age_ms = age_ms(claim, check).unwrap_or(u64::MAX);
            if age_ms > max_age_in_seconds.saturating_mul(1000) {
                return ClaimValidationResult::invalid(json!({
                    "message": "expired",
                    "ageInSeconds": seconds(age_ms),
                    "maxAgeInSeconds": max_age_in_seconds
                }));
            }
        }
        if is_met(&value) {
            return ClaimValidationResult::Valid;
        }
        reason("wrong value", serde_json::to_value(&value).ok())
    }
}

fn age_ms(claim: &impl SessionClaim, check: &ClaimCheck) -> Option<u64> {
    Some(check.now_ms.saturating_sub(claim.last_refetch_time(&check.payload)?))
}

#[allow(clippy::cast_precision_loss)] // an age in milliseconds fits
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

#[cfg(test)]
mod tests;
