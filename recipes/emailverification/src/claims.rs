//! Whether the address is verified, as a claim of the access token.

use supertokens_kernel::Error;
use supertokens_session::SessionError;
use supertokens_session::claims::{BooleanClaim, ClaimCheck, ClaimValidator, FetchClaim, SessionClaim};

use crate::functions::IsEmailVerified;
use crate::types::GetEmailForRecipeUserIdResponse;
use crate::verifications::EmailVerifications;

const KEY: &str = "st-ev";
/// How soon somebody who has just opened the link in another browser is let in.
const REFETCH_TIME_ON_FALSE_IN_SECONDS: u64 = 10;

/// Whether the e-mail address of the session's login method is verified: the claim `st-ev`. True for those who have no
/// address.
///
/// ```
/// use supertokens_emailverification::EmailVerificationClaim;
///
/// let verified = EmailVerificationClaim::validators().is_verified();
/// // asks the core again where it was asked more than an hour ago
/// let still_verified = EmailVerificationClaim::validators().max_age_in_seconds(3600).is_verified();
/// assert_eq!((verified.id(), still_verified.id()), ("st-ev", "st-ev"));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct EmailVerificationClaim;

impl EmailVerificationClaim {
    /// What a route can demand of the claim.
    pub fn validators() -> EmailVerificationValidators {
        EmailVerificationValidators {
            max_age_in_seconds: None,
            refetch_time_on_false_in_seconds: REFETCH_TIME_ON_FALSE_IN_SECONDS,
        }
    }
}

impl SessionClaim for EmailVerificationClaim {
    type Value = bool;

    fn key(&self) -> &str {
        KEY
    }

    async fn fetch_value(&self, input: FetchClaim) -> Result<Option<bool>, Error> {
        let verifications = EmailVerifications::of(&input.ports)?;
        let FetchClaim { recipe_user_id, user_context, .. } = input;
        match verifications.emails().of(&recipe_user_id, &user_context).await? {
            GetEmailForRecipeUserIdResponse::Ok { email } => {
                let is_verified = IsEmailVerified::new(recipe_user_id, email).user_context(user_context);
                Ok(Some(verifications.functions().is_email_verified(is_verified).await?))
            }
            GetEmailForRecipeUserIdResponse::EmailDoesNotExist => Ok(Some(true)),
            GetEmailForRecipeUserIdResponse::UnknownUserId => Err(unknown_user().into()),
        }
    }
}

/// The session is of somebody whom neither the core nor the application knows (any more): it ends.
pub(crate) fn unknown_user() -> SessionError {
    SessionError::unauthorised("Unknown User ID provided")
}

/// The validators of [`EmailVerificationClaim`].
#[derive(Clone, Copy, Debug)]
pub struct EmailVerificationValidators {
    max_age_in_seconds: Option<u64>,
    refetch_time_on_false_in_seconds: u64,
}

impl EmailVerificationValidators {
    /// The same, for a value that is at most so many seconds old; an older one is fetched anew.
    #[must_use]
    pub fn max_age_in_seconds(self, seconds: u64) -> Self {
        Self { max_age_in_seconds: Some(seconds), ..self }
    }

    /// The same, with a `false` fetched anew when it is so many seconds old; 10 unless said otherwise.
    #[must_use]
    pub fn refetch_time_on_false_in_seconds(self, seconds: u64) -> Self {
        Self { refetch_time_on_false_in_seconds: seconds, ..self }
    }

    /// Demands that the address is verified.
    pub fn is_verified(&self) -> ClaimValidator {
        let Self { max_age_in_seconds, refetch_time_on_false_in_seconds } = *self;
        let should_refetch = move |check: &ClaimCheck| {
            let Some(is_verified) = EmailVerificationClaim.value_from_payload(&check.payload) else {
                return true;
            };
            let fetched_ms = EmailVerificationClaim.last_refetch_time(&check.payload).unwrap_or_default();
            let is_older_than = |seconds: u64| check.now_ms.saturating_sub(fetched_ms) > seconds.saturating_mul(1000);
            max_age_in_seconds.is_some_and(is_older_than)
                || (!is_verified && is_older_than(refetch_time_on_false_in_seconds))
        };
        self.is_true().refetching(&EmailVerificationClaim, should_refetch)
    }

    /// Demands `true`, without asking soon again where it is `false`.
    pub fn is_true(&self) -> ClaimValidator {
        boolean_claim().is_true(self.max_age_in_seconds)
    }

    /// Demands `false`: a route for those who have yet to verify their address.
    pub fn is_false(&self) -> ClaimValidator {
        boolean_claim().is_false(self.max_age_in_seconds)
    }
}

/// The claim as one whose checks are those of every claim that is true or false.
fn boolean_claim() -> BooleanClaim {
    BooleanClaim::new(KEY, |input| async { EmailVerificationClaim.fetch_value(input).await })
}
