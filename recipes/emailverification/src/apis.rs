//! The HTTP APIs of the recipe, each of which an application may override or switch off.

use serde::Serialize;
use supertokens_kernel::{Error, Exchange, TenantId, UserContext, overridable};
use supertokens_session::SessionContainer;

use crate::api::ApiImplementation;
use crate::types::{EmailVerificationToken, UserEmailInfo};
use crate::verifications::EmailVerifications;

overridable! {
    /// The HTTP APIs of the recipe.
    pub EmailVerificationApis, EmailVerificationApisBuilder, EmailVerificationApisOverride, EmailVerificationApisLayer,
    EmailVerificationApi,
    recipe "emailverification", original ApiImplementation, error Error;
    /// `POST /user/email/verify`: verifies an address by the token of a link. With a session or without.
    async fn verify_email_post(VerifyEmailPost) -> VerifyEmailPostResponse, route;
    /// `GET /user/email/verify`: whether the address of the session's login method is verified.
    async fn is_email_verified_get(IsEmailVerifiedGet) -> IsEmailVerifiedGetResponse, route;
    /// `POST /user/email/verify/token`: sends a link to the address of the session's login method.
    async fn generate_email_verify_token_post(
        GenerateEmailVerifyTokenPost
    ) -> GenerateEmailVerifyTokenPostResponse, route;
}

/// Input of [`verify_email_post`](EmailVerificationApis::verify_email_post).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifyEmailPost {
    /// The link's token.
    pub token: EmailVerificationToken,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The session of the request, if it has one.
    pub session: Option<SessionContainer>,
    /// The recipe's functions, with all overrides and the request's context.
    pub verifications: EmailVerifications,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

/// Reply of [`verify_email_post`](EmailVerificationApis::verify_email_post).
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum VerifyEmailPostResponse {
    /// The address is verified.
    #[serde(rename = "OK")]
    Ok {
        /// Whose it is; not part of the reply.
        #[serde(skip)]
        user: UserEmailInfo,
        /// The session that replaces the request's, where verification has linked its user to another.
        #[serde(skip)]
        new_session: Option<SessionContainer>,
    },
    /// The token is unknown, of another tenant, used, revoked or expired.
    #[serde(rename = "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR")]
    EmailVerificationInvalidToken,
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}

/// Input of [`is_email_verified_get`](EmailVerificationApis::is_email_verified_get).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IsEmailVerifiedGet {
    /// The session of the request.
    pub session: SessionContainer,
    /// The recipe's functions, with all overrides and the request's context.
    pub verifications: EmailVerifications,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

/// Reply of [`is_email_verified_get`](EmailVerificationApis::is_email_verified_get).
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum IsEmailVerifiedGetResponse {
    /// The answer.
    #[serde(rename = "OK", rename_all = "camelCase")]
    Ok {
        /// Whether the address is verified.
        is_verified: bool,
        /// The session that replaces the request's, where verification has linked its user to another.
        #[serde(skip)]
        new_session: Option<SessionContainer>,
    },
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}

/// Input of [`generate_email_verify_token_post`](EmailVerificationApis::generate_email_verify_token_post).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GenerateEmailVerifyTokenPost {
    /// The session of the request.
    pub session: SessionContainer,
    /// The recipe's functions, with all overrides and the request's context.
    pub verifications: EmailVerifications,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

/// Reply of [`generate_email_verify_token_post`](EmailVerificationApis::generate_email_verify_token_post).
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum GenerateEmailVerifyTokenPostResponse {
    /// The e-mail will be sent. Whether it arrives is not known.
    #[serde(rename = "OK")]
    Ok,
    /// There is nothing to verify.
    #[serde(rename = "EMAIL_ALREADY_VERIFIED_ERROR")]
    EmailAlreadyVerified {
        /// The session that replaces the request's, where verification has linked its user to another.
        #[serde(skip)]
        new_session: Option<SessionContainer>,
    },
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}
