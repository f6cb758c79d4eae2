//! Verified e-mail addresses for SuperTokens.
//!
//! A person who signs up with an e-mail address shows that it is theirs by opening a link that is sent there. Until then
//! the claim `st-ev` of their access token is false, and, where the application demands it, its routes are closed.
//!
//! * [`EmailVerification`] is the recipe: whether verification is [required](EmailVerificationMode), how e-mails are
//!   sent, and the overrides.
//! * [`EmailVerifications`], found by [`EmailVerification::of`], are the functions that applications call: make a token
//!   or a link, send it, use it, ask, take back.
//! * [`EmailVerificationFunctions`] and [`EmailVerificationApis`] are what an application may override.
//! * [`EmailVerificationClaim`] is the claim, with validators for routes.
//! * [`EmailVerificationEmail`] is the e-mail, for a service or an override that writes its own.
//!
//! HTTP routes below the API base path: `POST /user/email/verify/token` sends the link to the session's user,
//! `POST /user/email/verify` uses its token, `GET /user/email/verify` asks. The recipe needs the `session` recipe.
//!
//! ```
//! use supertokens_emailverification::{EmailVerification, EmailVerificationMode};
//! use supertokens_kernel::Recipe;
//!
//! /// An entry of the list that `SuperTokens::init` takes: every session has to have a verified address.
//! fn recipe() -> Box<dyn Recipe> {
//!     EmailVerification::new(EmailVerificationMode::Required).boxed()
//! }
//! # let _ = recipe();
//! ```
//!
//! With [`EmailVerificationMode::Optional`], single routes demand it:
//!
//! ```
//! use supertokens_emailverification::EmailVerificationClaim;
//! use supertokens_session::{SessionError, VerifiedSession, VerifySessionOptions};
//!
//! async fn publish<B>(request: http::Request<B>) -> Result<(), SessionError> {
//!     let (parts, _body) = request.into_parts();
//!     let verified = VerifySessionOptions::new().require_claim(EmailVerificationClaim::validators().is_verified());
//!     let _session: VerifiedSession = VerifiedSession::from_parts(&parts, verified).await?;
//!     Ok(())
//! }
//! ```
//!
//! A person without an e-mail address has nothing to verify, and counts as verified.

#![forbid(unsafe_code)]

mod api;
mod apis;
mod claims;
mod email;
mod emails;
mod functions;
mod implementation;
mod link;
mod port;
mod recipe;
#[cfg(test)]
#[path = "../../../tests/support/recipe_app.rs"]
mod recipe_app;
mod session_update;
#[cfg(test)]
mod tests;
mod types;
mod verifications;

pub use api::{EMAIL_VERIFY_API, GENERATE_EMAIL_VERIFY_TOKEN_API};
pub use apis::{
    EmailVerificationApi, EmailVerificationApis, EmailVerificationApisBuilder, EmailVerificationApisOverride,
    GenerateEmailVerifyTokenPost, GenerateEmailVerifyTokenPostResponse, IsEmailVerifiedGet, IsEmailVerifiedGetResponse,
    VerifyEmailPost, VerifyEmailPostResponse,
};
pub use claims::{EmailVerificationClaim, EmailVerificationValidators};
pub use email::{EmailVerificationEmail, EmailVerificationUser};
pub use functions::{
    CreateEmailVerificationToken, EmailVerificationFunction, EmailVerificationFunctions,
    EmailVerificationFunctionsBuilder, EmailVerificationFunctionsOverride, IsEmailVerified,
    RevokeEmailVerificationTokens, UnverifyEmail, VerifyEmailUsingToken,
};
pub use recipe::{EmailVerification, EmailVerificationMode};
pub use types::{
    CreateEmailVerificationLinkResponse, CreateEmailVerificationTokenResponse, EmailVerificationToken,
    GetEmailForRecipeUserIdResponse, SendEmailVerificationEmailResponse, UserEmailInfo, VerifyEmailUsingTokenResponse,
};
pub use verifications::EmailVerifications;
