//! Verifying e-mail addresses, as far as other recipes need it.

use std::sync::Arc;

use super::session::ActiveSession;
use crate::error::Error;
use crate::input;
use crate::overrides::BoxFuture;
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// Provided by the recipe that verifies e-mail addresses; without one, none is verified.
///
/// That recipe adds its claim, and the validator of it where verification is required, to sessions with
/// [`Setup::add`](crate::Setup::add), as every recipe does that has a claim.
pub trait EmailVerification: Send + Sync {
    /// Whether a login method's address is verified.
    fn is_email_verified(&self, input: IsEmailVerified) -> BoxFuture<Result<bool, Error>>;

    /// Verifies a login method's address that is known to be the user's, without a mail: makes a token and uses it at
    /// once, with the recipe's own functions and their overrides.
    fn verify_email_without_sending(
        &self,
        input: VerifyEmailWithoutSending,
    ) -> BoxFuture<Result<VerifyEmailWithoutSendingResponse, Error>>;

    /// The error that tells a front end to let the session's user verify their address: stores in the session that it is
    /// not verified, if it says anything else, and checks the recipe's claim.
    ///
    /// Fails with the session recipe's error for invalid claims. Success means that the claim's check has been changed
    /// so that it lets sessions without a verified address pass.
    fn assert_session_email_is_verified(
        &self,
        session: Arc<dyn ActiveSession>,
        context: UserContext,
    ) -> BoxFuture<Result<(), Error>>;
}

input! {
    /// Which address is asked about.
    IsEmailVerified {
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// Its address.
        email: String,
    } with {}
}

input! {
    /// Which address is verified.
    VerifyEmailWithoutSending {
        /// A tenant of the login method. The address is verified in all.
        tenant_id: TenantId,
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// Its address.
        email: String,
    } with {
        /// Whether the user is then linked by the application's rule; not unless said otherwise.
        attempt_account_linking: bool = false,
    }
}

/// What became of an address that was to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyEmailWithoutSendingResponse {
    /// It is verified now.
    Ok,
    /// It was verified before.
    EmailAlreadyVerified,
    /// The token was used or revoked by somebody else meanwhile.
    EmailVerificationInvalidToken,
}
