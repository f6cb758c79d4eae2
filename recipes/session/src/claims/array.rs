//! A claim of several values.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use supertokens_kernel::Error;

use super::primitive::Rule;
use super::{ClaimValidator, FetchClaim, PrimitiveClaim, SessionClaim};

/// A claim of several values: roles, permissions, teams.
///
/// ```
/// use supertokens_session::claims::PrimitiveArrayClaim;
///
/// let teams = PrimitiveArrayClaim::new("teams", async |_input| Ok(Some(vec!["red".to_owned()])));
/// let red_only = teams.includes("red".to_owned(), Some(600));
/// # let _ = red_only;
/// ```
pub struct PrimitiveArrayClaim<T>(PrimitiveClaim<Vec<T>>);

impl<T: Serialize + DeserializeOwned + PartialEq + Send + Sync + 'static> PrimitiveArrayClaim<T> {
    /// A claim under `key` whose values `fetch` looks up; `None` leaves the payload as it is.
    pub fn new<F, Fut>(key: impl Into<String>, fetch: F) -> Self
    where
        F: Fn(FetchClaim) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Vec<T>>, Error>> + Send + 'static,
    {
        Self(PrimitiveClaim::new(key, fetch))
    }

    /// Demands that a value is there. All of these may demand that the claim is at most so many seconds old.
    pub fn includes(&self, value: T, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        let expectation = ("expectedToInclude", json(&value));
        self.demand(max_age_in_seconds, expectation, move |actual| actual.contains(&value))
    }

    /// Demands that a value is not there.
    pub fn excludes(&self, value: T, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        let expectation = ("expectedToNotInclude", json(&value));
        self.demand(max_age_in_seconds, expectation, move |actual| !actual.contains(&value))
    }

    /// Demands that all of these are there.
    pub fn includes_all(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        let expectation = ("expectedToInclude", json(&values));
        self.demand(max_age_in_seconds, expectation, move |actual| values.iter().all(|value| actual.contains(value)))
    }

    /// Demands that at least one of these is there.
    pub fn includes_any(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        let expectation = ("expectedToIncludeAtLeastOneOf", json(&values));
        self.demand(max_age_in_seconds, expectation, move |actual| values.iter().any(|value| actual.contains(value)))
    }

    /// Demands that none of these is there.
    pub fn excludes_all(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        let expectation = ("expectedToNotInclude", json(&values));
        self.demand(max_age_in_seconds, expectation, move |actual| !values.iter().any(|value| actual.contains(value)))
    }

    fn demand(
        &self,
        max_age_in_seconds: Option<u64>,
        expectation: (&'static str, Value),
        is_met: impl Fn(&Vec<T>) -> bool + Send + Sync + 'static,
    ) -> ClaimValidator {
        Rule { id: self.key().to_owned(), max_age_in_seconds, expectation }.validator(&self.0, is_met)
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl<T> Clone for PrimitiveArrayClaim<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> std::fmt::Debug for PrimitiveArrayClaim<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PrimitiveArrayClaim").field(&self.0).finish()
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> SessionClaim for PrimitiveArrayClaim<T> {
    type Value = Vec<T>;

    fn key(&self) -> &str {
        self.0.key()
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<Vec<T>>, Error> {
        self.0.fetch_value(input).await
    }
}
