//! The HTTP routes of the recipe.

mod generate_email_verify_token_post;
mod is_email_verified_get;
mod verify_email_post;

use supertokens_kernel::{ApiCall, Error, Ports};
use supertokens_session::{Session, SessionContainer, VerifySessionOptions};

pub(crate) use generate_email_verify_token_post::generate_email_verify_token_post;
pub(crate) use is_email_verified_get::is_email_verified_get;
pub(crate) use verify_email_post::verify_email_post;

use crate::apis::EmailVerificationApis;
use crate::verifications::EmailVerifications;

/// The path of the routes that verify and ask, below the API base path.
pub const EMAIL_VERIFY_API: &str = "/user/email/verify";
/// The path of the route that sends the link, below the API base path.
pub const GENERATE_EMAIL_VERIFY_TOKEN_API: &str = "/user/email/verify/token";

/// The original APIs.
pub struct ApiImplementation {
    pub(crate) ports: Ports,
}

/// What every route of the recipe needs.
#[derive(Clone)]
pub(crate) struct Routes {
    pub(crate) apis: EmailVerificationApis,
    pub(crate) verifications: EmailVerifications,
    pub(crate) ports: Ports,
}

impl Routes {
    fn verifications_of(&self, call: &ApiCall) -> EmailVerifications {
        self.verifications.with_user_context(call.user_context.clone())
    }

    /// The session of a request, whatever its claims are: among them is the one that the routes are there to change.
    async fn session_of(&self, call: &ApiCall) -> Result<SessionContainer, Error> {
        let sessions = Session::of(&self.ports)?.with_user_context(call.user_context.clone());
        Ok(sessions.get_session(&call.exchange, without_claims()).await?)
    }

    async fn session_if_exists(&self, call: &ApiCall) -> Result<Option<SessionContainer>, Error> {
        let sessions = Session::of(&self.ports)?.with_user_context(call.user_context.clone());
        Ok(sessions.get_session_if_exists(&call.exchange, without_claims()).await?)
    }
}

fn without_claims() -> VerifySessionOptions {
    VerifySessionOptions::new().override_global_claim_validators(async |_, _, _| Ok(Vec::new()))
}
