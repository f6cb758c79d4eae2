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
        self.validators(max_age_in_seconds).includes(value)
    }

    /// Demands that a value is not there.
    pub fn excludes(&self, value: T, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.validators(max_age_in_seconds).excludes(value)
    }

    /// Demands that all of these are there.
    pub fn includes_all(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.validators(max_age_in_seconds).includes_all(values)
    }

    /// Demands that at least one of these is there.
    pub fn includes_any(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.validators(max_age_in_seconds).includes_any(values)
    }

    /// Demands that none of these is there.
    pub fn excludes_all(&self, values: Vec<T>, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.validators(max_age_in_seconds).excludes_all(values)
    }

    fn validators(&self, max_age_in_seconds: Option<u64>) -> ArrayValidators<Self> {
        ArrayValidators { claim: self.clone(), max_age_in_seconds }
    }
}

/// What can be demanded of a claim of several values, of whichever type the claim is.
#[derive(Clone, Debug)]
pub struct ArrayValidators<C> {
    claim: C,
    max_age_in_seconds: Option<u64>,
}

impl<C, T> ArrayValidators<C>
where
    C: SessionClaim<Value = Vec<T>>,
    T: Serialize + PartialEq + Send + Sync + 'static,
{
    /// The validators of `claim`, however old its values are.
    pub fn new(claim: C) -> Self {
        Self { claim, max_age_in_seconds: None }
    }

    /// The same, for values that are at most so many seconds old; older ones are fetched anew.
    #[must_use]
    pub fn max_age_in_seconds(self, seconds: u64) -> Self {
        Self { max_age_in_seconds: Some(seconds), ..self }
    }

    /// Demands that a value is there.
    pub fn includes(&self, value: impl Into<T>) -> ClaimValidator {
        let value = value.into();
        self.demand(("expectedToInclude", json(&value)), move |actual| actual.contains(&value))
    }

    /// Demands that a value is not there.
    pub fn excludes(&self, value: impl Into<T>) -> ClaimValidator {
        let value = value.into();
        self.demand(("expectedToNotInclude", json(&value)), move |actual| !actual.contains(&value))
    }

    /// Demands that all of these are there.
    pub fn includes_all(&self, values: impl IntoIterator<Item = impl Into<T>>) -> ClaimValidator {
        let values = list(values);
        let expected = json(&values);
        let is_met = move |actual: &Vec<T>| values.iter().all(|value| actual.contains(value));
        self.demand(("expectedToInclude", expected), is_met)
    }

    /// Demands that at least one of these is there.
    pub fn includes_any(&self, values: impl IntoIterator<Item = impl Into<T>>) -> ClaimValidator {
        let values = list(values);
        let expected = json(&values);
        let is_met = move |actual: &Vec<T>| values.iter().any(|value| actual.contains(value));
        self.demand(("expectedToIncludeAtLeastOneOf", expected), is_met)
    }

    /// Demands that none of these is there.
    pub fn excludes_all(&self, values: impl IntoIterator<Item = impl Into<T>>) -> ClaimValidator {
        let values = list(values);
        let expected = json(&values);
        let is_met = move |actual: &Vec<T>| !values.iter().any(|value| actual.contains(value));
        self.demand(("expectedToNotInclude", expected), is_met)
    }

    fn demand(
        &self,
        expectation: (&'static str, Value),
        is_met: impl Fn(&Vec<T>) -> bool + Send + Sync + 'static,
    ) -> ClaimValidator {
        let rule = Rule { id: self.claim.key().to_owned(), max_age_in_seconds: self.max_age_in_seconds, expectation };
        rule.validator(&self.claim, is_met)
    }
}

fn list<T>(values: impl IntoIterator<Item = impl Into<T>>) -> Vec<T> {
    values.into_iter().map(Into::into).collect()
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
