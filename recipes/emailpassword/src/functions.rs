//! The recipe's functions: what they take and what they give.

use std::sync::Arc;

use serde::Deserialize;
use supertokens_kernel::auth_flow::LinkingFailure;
use supertokens_kernel::ports::{ActiveSession, ShouldTryLinkingWithSessionUser};
use supertokens_kernel::{Error, RecipeUserId, TenantId, User, input, overridable};

use crate::implementation::Implementation;
use crate::types::{Password, ResetPasswordToken};

input! {
    /// What [`EmailPasswordFunctions::sign_up`] takes.
    SignUp {
        /// The tenant.
        tenant_id: TenantId,
        /// The e-mail address.
        email: String,
        /// The password.
        password: Password,
    } with {
        /// The session whose user the new account may be linked to.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to that user; unless said otherwise, to that of the session, if one is given.
        should_try_linking_with_session_user: Option<ShouldTryLinkingWithSessionUser> = None,
    }
}

/// What [`EmailPasswordFunctions::sign_up`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum SignUpResponse {
    /// The user has been made.
    Ok {
        /// The user: the one that the account was linked to, if it was.
        user: User,
        /// The new login method.
        recipe_user_id: RecipeUserId,
    },
    /// Another user of the tenant has the address and a password.
    EmailAlreadyExists,
    /// The account has been made, but was not linked to the session's user.
    LinkingToSessionUserFailed(LinkingFailure),
}

input! {
    /// What [`EmailPasswordFunctions::create_new_recipe_user`] takes.
    CreateNewRecipeUser {
        /// The tenant.
        tenant_id: TenantId,
        /// The e-mail address.
        email: String,
        /// The password.
        password: Password,
    } with {}
}

/// What [`EmailPasswordFunctions::create_new_recipe_user`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum CreateNewRecipeUserResponse {
    /// The user has been made.
    Ok {
        /// The user, linked to nobody.
        user: User,
        /// The new login method.
        recipe_user_id: RecipeUserId,
    },
    /// Another user of the tenant has the address and a password.
    EmailAlreadyExists,
}

input! {
    /// What [`EmailPasswordFunctions::sign_in`] takes.
    SignIn {
        /// The tenant.
        tenant_id: TenantId,
        /// The e-mail address.
        email: String,
        /// The password.
        password: Password,
    } with {
        /// The session whose user the account may be linked to.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to that user; unless said otherwise, to that of the session, if one is given.
        should_try_linking_with_session_user: Option<ShouldTryLinkingWithSessionUser> = None,
    }
}

/// What [`EmailPasswordFunctions::sign_in`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum SignInResponse {
    /// Address and password are right.
    Ok {
        /// The user.
        user: User,
        /// The login method that was used.
        recipe_user_id: RecipeUserId,
    },
    /// There is no such address in the tenant, or the password is another.
    WrongCredentials,
    /// The account was not linked to the session's user.
    LinkingToSessionUserFailed(LinkingFailure),
}

input! {
    /// What [`EmailPasswordFunctions::verify_credentials`] takes.
    VerifyCredentials {
        /// The tenant.
        tenant_id: TenantId,
        /// The e-mail address.
        email: String,
        /// The password.
        password: Password,
    } with {}
}

/// What [`EmailPasswordFunctions::verify_credentials`] gives. It is not enough to let somebody in: use
/// [`sign_in`](EmailPasswordFunctions::sign_in) for that.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum VerifyCredentialsResponse {
    /// Address and password are right.
    Ok {
        /// The user.
        user: User,
        /// The login method that they belong to.
        recipe_user_id: RecipeUserId,
    },
    /// There is no such address in the tenant, or the password is another.
    WrongCredentials,
}

input! {
    /// What [`EmailPasswordFunctions::create_reset_password_token`] takes.
    CreateResetPasswordToken {
        /// The tenant.
        tenant_id: TenantId,
        /// The user: a login method of this recipe, or a primary user who is to get one.
        user_id: String,
        /// The address that the token will be sent to.
        email: String,
    } with {}
}

/// What [`EmailPasswordFunctions::create_reset_password_token`] gives.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum CreateResetPasswordTokenResponse {
    /// The token: a secret.
    #[serde(rename = "OK")]
    Ok {
        /// The token.
        token: String,
    },
    /// There is no such user.
    #[serde(rename = "UNKNOWN_USER_ID_ERROR")]
    UnknownUserId,
}

impl std::fmt::Debug for CreateResetPasswordTokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ok { .. } => f.write_str("Ok(..)"),
            Self::UnknownUserId => f.write_str("UnknownUserId"),
        }
    }
}

input! {
    /// What [`EmailPasswordFunctions::consume_password_reset_token`] takes.
    ConsumePasswordResetToken {
        /// The tenant.
        tenant_id: TenantId,
        /// The token.
        token: ResetPasswordToken,
    } with {}
}

/// What [`EmailPasswordFunctions::consume_password_reset_token`] gives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
pub enum ConsumePasswordResetTokenResponse {
    /// The token was good. It is not any more, nor is any other of the user.
    #[serde(rename = "OK")]
    Ok {
        /// Whom the token was made for: a login method, or a primary user.
        user_id: String,
        /// The address that it was made for.
        email: String,
    },
    /// The token is unknown, used, expired, or of another tenant.
    #[serde(rename = "RESET_PASSWORD_INVALID_TOKEN_ERROR")]
    ResetPasswordInvalidToken,
}

input! {
    /// What [`EmailPasswordFunctions::update_email_or_password`] takes.
    UpdateEmailOrPassword {
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {
        /// The new e-mail address; the old one stays without it.
        email: Option<String> = None,
        /// The new password; the old one stays without it.
        password: Option<Password> = None,
        /// Whether the new password has to keep the rules of the sign-up form, as it has to unless said otherwise.
        apply_password_policy: bool = true,
        /// The tenant whose rules they are; `public` unless said otherwise.
        tenant_id_for_password_policy: TenantId = TenantId::default(),
        /// The session in which the user changes the password: it stays where
        /// [`EmailPassword::revoke_sessions_on_password_change`](crate::EmailPassword::revoke_sessions_on_password_change)
        /// ends the others.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

/// What [`EmailPasswordFunctions::update_email_or_password`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateEmailOrPasswordResponse {
    /// It is changed.
    Ok,
    /// There is no such login method.
    UnknownUserId,
    /// Another user of one of its tenants has the address and a password.
    EmailAlreadyExists,
    /// The address could let one person into another's account.
    EmailChangeNotAllowed {
        /// Why.
        reason: String,
    },
    /// The new password does not keep the rules.
    PasswordPolicyViolated {
        /// What the front end shows.
        failure_reason: String,
    },
}

overridable! {
    /// The functions of the recipe; [`EmailPassword::of`](crate::EmailPassword::of) finds them.
    pub EmailPasswordFunctions, EmailPasswordFunctionsBuilder, EmailPasswordFunctionsOverride,
    EmailPasswordFunctionsLayer, EmailPasswordFunction,
    recipe "emailpassword", original Implementation, error Error;
    /// Makes a user with an e-mail address and a password, and links the account as the application's rules say. The
    /// password is taken as it is: the rules of the sign-up form are checked by the API.
    async fn sign_up(SignUp) -> SignUpResponse;
    /// Makes a user with an e-mail address and a password, linked to nobody.
    async fn create_new_recipe_user(CreateNewRecipeUser) -> CreateNewRecipeUserResponse;
    /// Lets a user in by e-mail address and password, and links the account to a session's user if asked to.
    async fn sign_in(SignIn) -> SignInResponse;
    /// Tells whether an address and a password belong together.
    async fn verify_credentials(VerifyCredentials) -> VerifyCredentialsResponse;
    /// Makes a token that a new password can be set with.
    async fn create_reset_password_token(CreateResetPasswordToken) -> CreateResetPasswordTokenResponse;
    /// Uses such a token up.
    async fn consume_password_reset_token(ConsumePasswordResetToken) -> ConsumePasswordResetTokenResponse;
    /// Changes the address or the password of a login method.
    async fn update_email_or_password(UpdateEmailOrPassword) -> UpdateEmailOrPasswordResponse;
}

impl EmailPasswordFunctions {
    /// What the functions below share with the originals.
    pub(crate) fn original(&self) -> &Implementation {
        &self.stack.0
    }
}
