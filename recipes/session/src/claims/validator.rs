//! What is checked about a session's claims.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use supertokens_kernel::{BoxFuture, Error, UserContext};

use super::{AnyClaim, SessionClaim};
use crate::payload::Payload;

/// What a validator looks at.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClaimCheck {
    /// The access token's payload.
    pub payload: Arc<Payload>,
    /// The time, in milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// The request's context.
    pub user_context: UserContext,
}

/// What a validator found.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimValidationResult {
    /// All is well.
    Valid,
    /// The session may not do what it asks for. The reason is shown to the front end.
    Invalid {
        /// Any JSON; the official validators give an object with a `message`.
        reason: Option<Value>,
    },
}

impl ClaimValidationResult {
    /// Invalid, for this reason.
    pub fn invalid(reason: Value) -> Self {
        Self::Invalid { reason: Some(reason) }
    }
}

/// A validator that failed, as the front end sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimValidationError {
    /// The validator's id.
    pub id: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Value>,
}

type ShouldRefetch = Arc<dyn Fn(&ClaimCheck) -> bool + Send + Sync>;
type Validate = Arc<dyn Fn(ClaimCheck) -> BoxFuture<Result<ClaimValidationResult, Error>> + Send + Sync>;

/// A check of a session's claims before a handler runs. Cheap to clone.
///
/// ```
/// use serde_json::json;
/// use supertokens_session::claims::{ClaimValidationResult, ClaimValidator};
///
/// let is_staff = ClaimValidator::new("staff", |check| {
///     if check.payload.get("staff") == Some(&json!(true)) {
///         ClaimValidationResult::Valid
///     } else {
///         ClaimValidationResult::invalid(json!({"message": "wrong value"}))
///     }
/// });
/// assert_eq!(is_staff.id(), "staff");
/// ```
#[derive(Clone)]
pub struct ClaimValidator {
    id: Arc<str>,
    claim: Option<AnyClaim>,
    should_refetch: ShouldRefetch,
    validate: Validate,
}

impl ClaimValidator {
    /// A validator that looks at the payload.
    pub fn new(
        id: impl Into<String>,
        validate: impl Fn(&ClaimCheck) -> ClaimValidationResult + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into().into(),
            claim: None,
            should_refetch: Arc::new(|_| false),
            validate: Arc::new(move |check| Box::pin(std::future::ready(Ok(validate(&check))))),
        }
    }

    /// A validator that has to ask somebody.
    pub fn new_async<F, Fut>(id: impl Into<String>, validate: F) -> Self
    where
        F: Fn(ClaimCheck) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ClaimValidationResult, Error>> + Send + 'static,
    {
        Self {
            validate: Arc::new(move |check| Box::pin(validate(check))),
            ..Self::new(id, |_| ClaimValidationResult::Valid)
        }
    }

    /// Fetches `claim` anew before validating, where `should_refetch` says so.
    #[must_use]
    pub fn refetching(
        mut self,
        claim: &impl SessionClaim,
        should_refetch: impl Fn(&ClaimCheck) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.claim = Some(AnyClaim::new(claim));
        self.should_refetch = Arc::new(should_refetch);
        self
    }

    /// The validator's id: what the front end is told when it fails.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The claim to be fetched anew, if it is old.
    pub fn claim_to_refetch(&self, check: &ClaimCheck) -> Option<&AnyClaim> {
        self.claim.as_ref().filter(|_| (self.should_refetch)(check))
    }

    /// Validates.
    ///
    /// # Errors
    ///
    /// What a validator that asks somebody fails with.
    pub fn validate(&self, check: ClaimCheck) -> BoxFuture<Result<ClaimValidationResult, Error>> {
        (self.validate)(check)
    }
}

impl std::fmt::Debug for ClaimValidator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClaimValidator").field("id", &self.id).field("claim", &self.claim).finish_non_exhaustive()
    }
}
