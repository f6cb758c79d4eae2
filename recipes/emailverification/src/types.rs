//! What the functions give, where that is more than a value.

use std::fmt;

use serde::{Deserialize, Serialize};
use supertokens_kernel::RecipeUserId;

/// The token of a verification link. Whoever has it can verify the address, so it shows itself to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailVerificationToken(String);

impl EmailVerificationToken {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for EmailVerificationToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl From<&str> for EmailVerificationToken {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

impl fmt::Debug for EmailVerificationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailVerificationToken(..)")
    }
}

/// A login method and the address that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEmailInfo {
    /// The login method.
    pub recipe_user_id: RecipeUserId,
    /// The address.
    pub email: String,
}

/// What [`create_email_verification_token`](crate::EmailVerificationFunctions::create_email_verification_token) gives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum CreateEmailVerificationTokenResponse {
    /// A token.
    #[serde(rename = "OK")]
    Ok {
        /// What verifies the address, once.
        token: EmailVerificationToken,
    },
    /// There is nothing to verify.
    #[serde(rename = "EMAIL_ALREADY_VERIFIED_ERROR")]
    EmailAlreadyVerified,
}

/// What [`verify_email_using_token`](crate::EmailVerificationFunctions::verify_email_using_token) gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyEmailUsingTokenResponse {
    /// The address is verified.
    Ok {
        /// Whose it is.
        user: UserEmailInfo,
    },
    /// The token is unknown, of another tenant, used, revoked or expired.
    EmailVerificationInvalidToken,
}

/// What [`create_email_verification_link`](crate::EmailVerifications::create_email_verification_link) gives.
#[derive(Clone, PartialEq, Eq)]
pub enum CreateEmailVerificationLinkResponse {
    /// A link.
    Ok {
        /// It verifies the address, once.
        link: String,
    },
    /// There is nothing to verify.
    EmailAlreadyVerified,
}

impl fmt::Debug for CreateEmailVerificationLinkResponse {
    // The link holds the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok { .. } => f.write_str("Ok { .. }"),
            Self::EmailAlreadyVerified => f.write_str("EmailAlreadyVerified"),
        }
    }
}

/// What [`send_email_verification_email`](crate::EmailVerifications::send_email_verification_email) gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendEmailVerificationEmailResponse {
    /// The e-mail is sent.
    Ok,
    /// There is nothing to verify.
    EmailAlreadyVerified,
}

/// The e-mail address of a login method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GetEmailForRecipeUserIdResponse {
    /// It has one.
    Ok {
        /// The address.
        email: String,
    },
    /// It has none, as those with a phone number.
    EmailDoesNotExist,
    /// There is no such login method.
    UnknownUserId,
}
