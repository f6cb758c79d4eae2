//! The functions of the recipe, each of which an application may override.

pub use supertokens_kernel::ports::IsEmailVerified;
use supertokens_kernel::{Error, RecipeUserId, TenantId, input, overridable};

use crate::implementation::Implementation;
use crate::types::{CreateEmailVerificationTokenResponse, EmailVerificationToken, VerifyEmailUsingTokenResponse};

overridable! {
    /// The functions of the recipe. [`EmailVerifications`](crate::EmailVerifications) has them with fewer words.
    pub EmailVerificationFunctions, EmailVerificationFunctionsBuilder, EmailVerificationFunctionsOverride,
    EmailVerificationFunctionsLayer, EmailVerificationFunction,
    recipe "emailverification", original Implementation, error Error;
    /// Makes a token that verifies an address, once and for a limited time.
    async fn create_email_verification_token(CreateEmailVerificationToken) -> CreateEmailVerificationTokenResponse;
    /// Verifies an address by a token.
    async fn verify_email_using_token(VerifyEmailUsingToken) -> VerifyEmailUsingTokenResponse;
    /// Whether an address is verified.
    async fn is_email_verified(IsEmailVerified) -> bool;
    /// Makes all tokens for an address useless.
    async fn revoke_email_verification_tokens(RevokeEmailVerificationTokens) -> ();
    /// Makes an address one that is not verified.
    async fn unverify_email(UnverifyEmail) -> ();
}

input! {
    /// Input of [`create_email_verification_token`](EmailVerificationFunctions::create_email_verification_token).
    CreateEmailVerificationToken {
        /// The tenant that the token can be used in.
        tenant_id: TenantId,
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// The address.
        email: String,
    } with {}
}

input! {
    /// Input of [`verify_email_using_token`](EmailVerificationFunctions::verify_email_using_token).
    VerifyEmailUsingToken {
        /// The tenant.
        tenant_id: TenantId,
        /// The token.
        token: EmailVerificationToken,
    } with {
        /// Whether the user is then linked by the application's rule; so unless said otherwise.
        attempt_account_linking: bool = true,
    }
}

input! {
    /// Input of [`revoke_email_verification_tokens`](EmailVerificationFunctions::revoke_email_verification_tokens).
    RevokeEmailVerificationTokens {
        /// The tenant.
        tenant_id: TenantId,
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// The address.
        email: String,
    } with {}
}

input! {
    /// Input of [`unverify_email`](EmailVerificationFunctions::unverify_email).
    UnverifyEmail {
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// The address.
        email: String,
    } with {}
}
