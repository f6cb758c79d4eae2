//! Functions made of the recipe's overridable ones: resetting a password outside of the APIs.

use supertokens_kernel::{Error, RecipeId, TenantId, input};

use crate::functions::{
    ConsumePasswordResetToken, ConsumePasswordResetTokenResponse, CreateResetPasswordToken,
    CreateResetPasswordTokenResponse, EmailPasswordFunctions, UpdateEmailOrPassword, UpdateEmailOrPasswordResponse,
};
use crate::types::{Password, PasswordResetEmail, PasswordResetUser, ResetPasswordToken};

input! {
    /// What [`EmailPasswordFunctions::reset_password_using_token`] takes.
    ResetPasswordUsingToken {
        /// The tenant.
        tenant_id: TenantId,
        /// The token.
        token: ResetPasswordToken,
        /// The new password.
        new_password: Password,
    } with {}
}

/// What [`EmailPasswordFunctions::reset_password_using_token`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetPasswordUsingTokenResponse {
    /// The password is changed.
    Ok,
    /// The user of the token is gone, or has no password: the API makes one for them, this function does not.
    UnknownUserId,
    /// The token is unknown, used, expired, or of another tenant.
    ResetPasswordInvalidToken,
    /// The new password does not keep the rules. The token stays good.
    PasswordPolicyViolated {
        /// What the front end shows.
        failure_reason: String,
    },
}

/// What [`EmailPasswordFunctions::create_reset_password_link`] gives.
#[derive(Clone, PartialEq, Eq)]
pub enum CreateResetPasswordLinkResponse {
    /// The link: a secret.
    Ok {
        /// The link.
        link: String,
    },
    /// There is no such user.
    UnknownUserId,
}

impl std::fmt::Debug for CreateResetPasswordLinkResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ok { .. } => f.write_str("Ok(..)"),
            Self::UnknownUserId => f.write_str("UnknownUserId"),
        }
    }
}

/// What [`EmailPasswordFunctions::send_reset_password_email`] gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendResetPasswordEmailResponse {
    /// It is sent.
    Ok,
    /// There is no such user, or none with that address and a password.
    UnknownUserId,
}

impl EmailPasswordFunctions {
    /// Sets a new password by a token, if the password keeps the rules of the sign-up form.
    pub async fn reset_password_using_token(
        &self,
        input: ResetPasswordUsingToken,
    ) -> Result<ResetPasswordUsingTokenResponse, Error> {
        use ResetPasswordUsingTokenResponse as Response;
        let (tenant_id, context) = (input.tenant_id, input.user_context);
        // Before the token is used up, so that the person can try again.
        let checked = self.original().fields.check_password(&input.new_password, &tenant_id, &context).await;
        if let Err(failure_reason) = checked {
            return Ok(Response::PasswordPolicyViolated { failure_reason });
        }
        let consume = ConsumePasswordResetToken::new(tenant_id.clone(), input.token).user_context(context.clone());
        let user_id = match self.consume_password_reset_token(consume).await? {
            ConsumePasswordResetTokenResponse::Ok { user_id, .. } => user_id,
            ConsumePasswordResetTokenResponse::ResetPasswordInvalidToken => {
                return Ok(Response::ResetPasswordInvalidToken);
            }
        };
        let update = UpdateEmailOrPassword::new(user_id)
            .password(input.new_password)
            .tenant_id_for_password_policy(tenant_id)
            .user_context(context);
        match self.update_email_or_password(update).await? {
            UpdateEmailOrPasswordResponse::Ok => Ok(Response::Ok),
            UpdateEmailOrPasswordResponse::UnknownUserId => Ok(Response::UnknownUserId),
            UpdateEmailOrPasswordResponse::PasswordPolicyViolated { failure_reason } => {
                Ok(Response::PasswordPolicyViolated { failure_reason })
            }
            UpdateEmailOrPasswordResponse::EmailAlreadyExists
            | UpdateEmailOrPasswordResponse::EmailChangeNotAllowed { .. } => Err(refused_without_new_email()),
        }
    }

    /// Makes a token as [`create_reset_password_token`](Self::create_reset_password_token) does, and the link that the
    /// front end sets a new password with.
    pub async fn create_reset_password_link(
        &self,
        input: CreateResetPasswordToken,
    ) -> Result<CreateResetPasswordLinkResponse, Error> {
        let (tenant_id, context) = (input.tenant_id.clone(), input.user_context.clone());
        match self.create_reset_password_token(input).await? {
            CreateResetPasswordTokenResponse::Ok { token } => {
                let link = self.original().password_reset_link(&token, &tenant_id, &context)?;
                Ok(CreateResetPasswordLinkResponse::Ok { link })
            }
            CreateResetPasswordTokenResponse::UnknownUserId => Ok(CreateResetPasswordLinkResponse::UnknownUserId),
        }
    }

    /// Sends such a link to a user who has that address and a password, and waits until it is sent.
    pub async fn send_reset_password_email(
        &self,
        input: CreateResetPasswordToken,
    ) -> Result<SendResetPasswordEmailResponse, Error> {
        use SendResetPasswordEmailResponse as Response;
        let (tenant_id, context) = (input.tenant_id.clone(), input.user_context.clone());
        let Some(user) = self.original().users(&context)?.get_user(&*input.user_id).await? else {
            return Ok(Response::UnknownUserId);
        };
        let own = user.login_methods.iter().find(|method| {
            method.recipe_id == RecipeId::EmailPassword && method.has_same_email_as(input.email.as_str())
        });
        let Some(method) = own else {
            return Ok(Response::UnknownUserId);
        };
        let email = method.email.clone().unwrap_or_else(|| input.email.clone());
        let recipient = PasswordResetUser::new(user.id.clone(), Some(method.recipe_user_id.clone()), email);
        let link = match self.create_reset_password_link(input).await? {
            CreateResetPasswordLinkResponse::Ok { link } => link,
            CreateResetPasswordLinkResponse::UnknownUserId => return Ok(Response::UnknownUserId),
        };
        self.send_email(PasswordResetEmail::new(recipient, link, tenant_id).user_context(context)).await?;
        Ok(Response::Ok)
    }

    /// Sends an e-mail of the recipe, with all overrides of the delivery, and waits until it is sent.
    pub async fn send_email(&self, email: PasswordResetEmail) -> Result<(), Error> {
        self.original().email.send_email(email).await
    }
}

/// An answer that can come only where an address is changed, too.
pub(crate) fn refused_without_new_email() -> Error {
    Error::misuse(
        "update_email_or_password refused a new e-mail address although it was given none; look for an override that \
         answers so",
    )
}
