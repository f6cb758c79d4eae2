//! `POST /user/password/reset`: sets a new password by the token of a link.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use supertokens_kernel::http::general_error_response;
use supertokens_kernel::ports::{
    EmailVerification, TryLinkingByAccountInfoOrCreatePrimaryUser, TryLinkingByAccountInfoOrCreatePrimaryUserResponse,
    VerifyEmailWithoutSending,
};
use supertokens_kernel::{ApiCall, Error, RecipeId, RecipeUserId, User};

use super::generate_password_reset_token_post::is_takeover_risk;
use super::{ApiImplementation, Routes, status};
use crate::apis::{EmailPasswordApis, PasswordResetPost as Input, PasswordResetPostResponse as Output};
use crate::error::FormFieldsError;
use crate::form::{Form, PASSWORD_FIELD_ID};
use crate::functions::{
    ConsumePasswordResetToken, ConsumePasswordResetTokenResponse, CreateNewRecipeUser, CreateNewRecipeUserResponse,
    UpdateEmailOrPassword, UpdateEmailOrPasswordResponse,
};
use crate::helpers::refused_without_new_email;

/// The route's path below the API base path.
pub const PASSWORD_RESET_API: &str = "/user/password/reset";

/// Answers a request.
pub(crate) async fn password_reset_post(routes: Arc<Routes>, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let body: Value = call.exchange.request.json()?;
    // The password first: one that breaks the rules must not use up the token.
    let form_fields = routes.fields.read(Form::Reset, &body, &call.tenant_id, &call.user_context).await?;
    let token = match body.get("token") {
        Some(Value::String(token)) => token.as_str(),
        Some(_) => return Err(Error::bad_input("The password reset token must be a string")),
        None => return Err(Error::bad_input("Please provide the password reset token")),
    };
    let input = Input::new(form_fields, token, call.tenant_id, routes.functions.clone(), call.exchange);
    match routes.apis.password_reset_post(input.user_context(call.user_context)).await? {
        Output::Ok { .. } => status("OK"),
        Output::ResetPasswordInvalidToken => status("RESET_PASSWORD_INVALID_TOKEN_ERROR"),
        Output::PasswordPolicyViolated { failure_reason } => {
            Err(FormFieldsError::of_field(PASSWORD_FIELD_ID, failure_reason).into())
        }
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn password_reset_post(&self, input: Input, _top: &EmailPasswordApis) -> Result<Output, Error> {
        let consume = ConsumePasswordResetToken::new(input.tenant_id.clone(), input.token.clone());
        let consume = consume.user_context(input.user_context.clone());
        let ConsumePasswordResetTokenResponse::Ok { user_id, email } =
            input.functions.consume_password_reset_token(consume).await?
        else {
            return Ok(Output::ResetPasswordInvalidToken);
        };
        // Deleted since the token was made, otherwise.
        let Some(user) = self.get_user(&input, &user_id).await? else {
            return Ok(Output::ResetPasswordInvalidToken);
        };
        let recipe_user_id = RecipeUserId::new(user_id);
        let own = user.login_method(&recipe_user_id).filter(|method| method.recipe_id == RecipeId::EmailPassword);
        if own.is_none() {
            return self.add_login_method(&input, email).await;
        }
        // As when the token was made: accounts may have been linked since.
        if user.is_primary_user && is_takeover_risk(&user, &email) {
            return Ok(Output::ResetPasswordInvalidToken);
        }
        self.change_password(&input, recipe_user_id, email).await
    }

    /// Gives a primary user who has none a login method of this recipe.
    async fn add_login_method(&self, input: &Input, email: String) -> Result<Output, Error> {
        let create = CreateNewRecipeUser::new(input.tenant_id.clone(), &*email, input.form_fields.required_password()?);
        let create = create.user_context(input.user_context.clone());
        match input.functions.create_new_recipe_user(create).await? {
            CreateNewRecipeUserResponse::Ok { user, recipe_user_id } => {
                self.mark_as_verified(input, &recipe_user_id, &email).await?;
                let user = self.get_user(input, &user.id).await?.unwrap_or(user);
                let user = self.link(input, user).await?;
                Ok(Output::Ok { user, email })
            }
            // Made since the token was: the person asks for a new one, which is for that login method.
            CreateNewRecipeUserResponse::EmailAlreadyExists => Ok(Output::ResetPasswordInvalidToken),
        }
    }

    async fn change_password(
        &self,
        input: &Input,
        recipe_user_id: RecipeUserId,
        email: String,
    ) -> Result<Output, Error> {
        let update = UpdateEmailOrPassword::new(recipe_user_id.clone())
            .password(input.form_fields.required_password()?)
            .tenant_id_for_password_policy(input.tenant_id.clone())
            .user_context(input.user_context.clone());
        match input.functions.update_email_or_password(update).await? {
            UpdateEmailOrPasswordResponse::Ok => {}
            UpdateEmailOrPasswordResponse::UnknownUserId => return Ok(Output::ResetPasswordInvalidToken),
            UpdateEmailOrPasswordResponse::PasswordPolicyViolated { failure_reason } => {
                return Ok(Output::PasswordPolicyViolated { failure_reason });
            }
            UpdateEmailOrPasswordResponse::EmailAlreadyExists
            | UpdateEmailOrPasswordResponse::EmailChangeNotAllowed { .. } => return Err(refused_without_new_email()),
        }
        // Only now: an address that is verified while the old password still works would verify an account that
        // somebody else has made with it.
        self.mark_as_verified(input, &recipe_user_id, &email).await?;
        let Some(user) = self.get_user(input, recipe_user_id.as_str()).await? else {
            return Ok(Output::ResetPasswordInvalidToken);
        };
        let user = if user.is_primary_user { user } else { self.link(input, user).await? };
        Ok(Output::Ok { user, email })
    }

    /// Whoever has the link reads the mail of that address.
    async fn mark_as_verified(&self, input: &Input, recipe_user_id: &RecipeUserId, email: &str) -> Result<(), Error> {
        if let Some(verification) = self.ports.get::<dyn EmailVerification>() {
            let verify = VerifyEmailWithoutSending::new(input.tenant_id.clone(), recipe_user_id.clone(), email);
            verification.verify_email_without_sending(verify.user_context(input.user_context.clone())).await?;
        }
        Ok(())
    }

    async fn link(&self, input: &Input, user: User) -> Result<User, Error> {
        let link = TryLinkingByAccountInfoOrCreatePrimaryUser::new(user.clone(), input.tenant_id.clone());
        let linking = input.functions.original().account_linking()?;
        let link = link.user_context(input.user_context.clone());
        Ok(match linking.try_linking_by_account_info_or_create_primary_user(link).await? {
            TryLinkingByAccountInfoOrCreatePrimaryUserResponse::Ok(user) => user,
            _ => user,
        })
    }

    async fn get_user(&self, input: &Input, user_id: &str) -> Result<Option<User>, Error> {
        input.functions.original().users(&input.user_context)?.get_user(user_id).await
    }
}
