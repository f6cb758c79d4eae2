//! The recipe's HTTP APIs: what they take and what they give.

use std::sync::Arc;

use supertokens_kernel::ports::{ActiveSession, ShouldTryLinkingWithSessionUser};
use supertokens_kernel::{Error, Exchange, TenantId, User, input, overridable};

use crate::api::ApiImplementation;
use crate::form::FormFields;
use crate::functions::EmailPasswordFunctions;
use crate::types::ResetPasswordToken;

input! {
    /// What [`EmailPasswordApis::sign_up_post`] takes.
    SignUpPost {
        /// The form, checked.
        form_fields: FormFields,
        /// The tenant: that of the session, if there is one.
        tenant_id: TenantId,
        /// The recipe's functions, with all overrides.
        functions: EmailPasswordFunctions,
        /// The request, and what is to be changed on the response.
        exchange: Exchange,
    } with {
        /// The session whose user the new account may be linked to.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to that user.
        should_try_linking_with_session_user: ShouldTryLinkingWithSessionUser =
            ShouldTryLinkingWithSessionUser::Unspecified,
    }
}

/// What [`EmailPasswordApis::sign_up_post`] gives. Every status is 200.
#[derive(Clone, Debug)]
// One value per request, made to be taken apart at once.
#[allow(clippy::large_enum_variant)]
pub enum SignUpPostResponse {
    /// The reply is `{"status": "OK", "user": ..}` in the form of the front end's version.
    Ok {
        /// The user.
        user: User,
        /// Their session, whose tokens are in the response.
        session: Arc<dyn ActiveSession>,
    },
    /// The reply is a `FIELD_ERROR` of the field `email`.
    EmailAlreadyExists,
    /// The reply is `{"status": "SIGN_UP_NOT_ALLOWED", "reason": ..}`.
    SignUpNotAllowed {
        /// What the front end shows.
        reason: String,
    },
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

input! {
    /// What [`EmailPasswordApis::sign_in_post`] takes.
    SignInPost {
        /// The form, checked.
        form_fields: FormFields,
        /// The tenant: that of the session, if there is one.
        tenant_id: TenantId,
        /// The recipe's functions, with all overrides.
        functions: EmailPasswordFunctions,
        /// The request, and what is to be changed on the response.
        exchange: Exchange,
    } with {
        /// The session whose user the account may be linked to.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to that user.
        should_try_linking_with_session_user: ShouldTryLinkingWithSessionUser =
            ShouldTryLinkingWithSessionUser::Unspecified,
    }
}

/// What [`EmailPasswordApis::sign_in_post`] gives. Every status is 200.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum SignInPostResponse {
    /// The reply is `{"status": "OK", "user": ..}` in the form of the front end's version.
    Ok {
        /// The user.
        user: User,
        /// Their session, whose tokens are in the response.
        session: Arc<dyn ActiveSession>,
    },
    /// The reply is `{"status": "WRONG_CREDENTIALS_ERROR"}`.
    WrongCredentials,
    /// The reply is `{"status": "SIGN_IN_NOT_ALLOWED", "reason": ..}`.
    SignInNotAllowed {
        /// What the front end shows.
        reason: String,
    },
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

input! {
    /// What [`EmailPasswordApis::generate_password_reset_token_post`] takes.
    GeneratePasswordResetTokenPost {
        /// The form, checked. It has an e-mail address only.
        form_fields: FormFields,
        /// The tenant.
        tenant_id: TenantId,
        /// The recipe's functions, with all overrides.
        functions: EmailPasswordFunctions,
        /// The request, and what is to be changed on the response.
        exchange: Exchange,
    } with {}
}

/// What [`EmailPasswordApis::generate_password_reset_token_post`] gives. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratePasswordResetTokenPostResponse {
    /// The reply is `{"status": "OK"}`, whether there is such a user or not.
    Ok,
    /// The reply is `{"status": "PASSWORD_RESET_NOT_ALLOWED", "reason": ..}`.
    PasswordResetNotAllowed {
        /// What the front end shows.
        reason: String,
    },
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

input! {
    /// What [`EmailPasswordApis::password_reset_post`] takes.
    PasswordResetPost {
        /// The form, checked. It has a password only.
        form_fields: FormFields,
        /// The token of the link.
        token: ResetPasswordToken,
        /// The tenant.
        tenant_id: TenantId,
        /// The recipe's functions, with all overrides.
        functions: EmailPasswordFunctions,
        /// The request, and what is to be changed on the response.
        exchange: Exchange,
    } with {}
}

/// What [`EmailPasswordApis::password_reset_post`] gives. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)]
pub enum PasswordResetPostResponse {
    /// The reply is `{"status": "OK"}`. Nobody is signed in by it.
    Ok {
        /// The user, as they are now.
        user: User,
        /// The address that the link was sent to.
        email: String,
    },
    /// The reply is `{"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"}`.
    ResetPasswordInvalidToken,
    /// The reply is a `FIELD_ERROR` of the field `password`.
    PasswordPolicyViolated {
        /// What the front end shows.
        failure_reason: String,
    },
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

input! {
    /// What [`EmailPasswordApis::email_exists_get`] takes.
    EmailExistsGet {
        /// The address that is asked about.
        email: String,
        /// The tenant.
        tenant_id: TenantId,
        /// The recipe's functions, with all overrides.
        functions: EmailPasswordFunctions,
        /// The request, and what is to be changed on the response.
        exchange: Exchange,
    } with {}
}

/// What [`EmailPasswordApis::email_exists_get`] gives. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailExistsGetResponse {
    /// The reply is `{"status": "OK", "exists": ..}`.
    Ok {
        /// Whether a user of the tenant has the address and a password.
        exists: bool,
    },
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

overridable! {
    /// The HTTP APIs of the recipe.
    pub EmailPasswordApis, EmailPasswordApisBuilder, EmailPasswordApisOverride, EmailPasswordApisLayer,
    EmailPasswordApi,
    recipe "emailpassword", original ApiImplementation, error Error;
    /// `POST <api base path>/signup`: makes a user and a session.
    async fn sign_up_post(SignUpPost) -> SignUpPostResponse, route;
    /// `POST <api base path>/signin`: makes a session of a user who knows the password.
    async fn sign_in_post(SignInPost) -> SignInPostResponse, route;
    /// `POST <api base path>/user/password/reset/token`: sends a link to set a new password with, if there is such a
    /// user.
    async fn generate_password_reset_token_post(
        GeneratePasswordResetTokenPost
    ) -> GeneratePasswordResetTokenPostResponse, route;
    /// `POST <api base path>/user/password/reset`: sets a new password by the token of such a link.
    async fn password_reset_post(PasswordResetPost) -> PasswordResetPostResponse, route;
    /// `GET <api base path>/emailpassword/email/exists` and, for older front ends, `GET <api base
    /// path>/signup/email/exists`: whether an address has a user.
    async fn email_exists_get(EmailExistsGet) -> EmailExistsGetResponse, route;
}
