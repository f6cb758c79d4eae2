//! A claim that is true or false.

use supertokens_kernel::Error;

use super::{ClaimValidator, FetchClaim, PrimitiveClaim, SessionClaim};

/// A claim that is true or false.
///
/// ```
/// use supertokens_session::claims::BooleanClaim;
///
/// let over_18 = BooleanClaim::new("over-18", async |_input| Ok(Some(true)));
/// let adults_only = over_18.is_true(None);
/// # let _ = adults_only;
/// ```
#[derive(Clone, Debug)]
pub struct BooleanClaim(PrimitiveClaim<bool>);

impl BooleanClaim {
    /// A claim under `key` whose value `fetch` looks up; `None` leaves the payload as it is.
    pub fn new<F, Fut>(key: impl Into<String>, fetch: F) -> Self
    where
        F: Fn(FetchClaim) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<bool>, Error>> + Send + 'static,
    {
        Self(PrimitiveClaim::new(key, fetch))
    }

    /// Demands `true`, which may be at most so many seconds old.
    pub fn is_true(&self, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.0.has_value(true, max_age_in_seconds)
    }

    /// Demands `false`, which may be at most so many seconds old.
    pub fn is_false(&self, max_age_in_seconds: Option<u64>) -> ClaimValidator {
        self.0.has_value(false, max_age_in_seconds)
    }

    /// Demands one of the two, with an id of the validator's own.
    pub fn has_value_with_id(
        &self,
        value: bool,
        max_age_in_seconds: Option<u64>,
        id: impl Into<String>,
    ) -> ClaimValidator {
        self.0.has_value_with_id(value, max_age_in_seconds, id)
    }
}

impl SessionClaim for BooleanClaim {
    type Value = bool;

    fn key(&self) -> &str {
        self.0.key()
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<bool>, Error> {
        self.0.fetch_value(input).await
    }
}
