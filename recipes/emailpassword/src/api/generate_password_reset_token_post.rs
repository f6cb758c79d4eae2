//! `POST /user/password/reset/token`: sends a link to set a new password with, if there is such a user.
//!
//! The reply tells whether there is one neither by what it says nor by when it comes: the token is made, and the e-mail
//! sent, after it.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use supertokens_kernel::auth_flow::reason_with_code;
use supertokens_kernel::http::general_error_response;
use supertokens_kernel::ports::{
    AutomaticLinking, IsSignUpAllowed, ShouldBecomePrimaryUser, ShouldDoAutomaticAccountLinking,
};
use supertokens_kernel::{
    AccountInfoWithRecipeId, ApiCall, Error, LoginMethod, RecipeId, RecipeUserId, TenantId, User, UserContext,
};

use super::{ApiImplementation, Routes, email_password_method, not_allowed, status, users_of_email};
use crate::apis::{
    EmailPasswordApis, GeneratePasswordResetTokenPost as Input, GeneratePasswordResetTokenPostResponse as Output,
};
use crate::form::Form;
use crate::functions::{CreateResetPasswordToken, EmailPasswordFunctions};
use crate::helpers::CreateResetPasswordLinkResponse;
use crate::types::{PasswordResetEmail, PasswordResetUser};

/// The route's path below the API base path.
pub const GENERATE_PASSWORD_RESET_TOKEN_API: &str = "/user/password/reset/token";

/// Answers a request.
pub(crate) async fn generate_password_reset_token_post(
    routes: Arc<Routes>,
    call: ApiCall,
) -> Result<Response<Bytes>, Error> {
    let body: Value = call.exchange.request.json()?;
    let form_fields = routes.fields.read(Form::ResetToken, &body, &call.tenant_id, &call.user_context).await?;
    let input = Input::new(form_fields, call.tenant_id, routes.functions.clone(), call.exchange);
    match routes.apis.generate_password_reset_token_post(input.user_context(call.user_context)).await? {
        Output::Ok => status("OK"),
        Output::PasswordResetNotAllowed { reason } => not_allowed("PASSWORD_RESET_NOT_ALLOWED", &reason),
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn generate_password_reset_token_post(
        &self,
        input: Input,
        _top: &EmailPasswordApis,
    ) -> Result<Output, Error> {
        let reset = Reset {
            email: input.form_fields.email().to_owned(),
            tenant_id: input.tenant_id,
            functions: input.functions,
            context: input.user_context,
        };
        let users = users_of_email(&reset.functions, &reset.tenant_id, &reset.email, &reset.context).await?;
        let Some(found) = reset.find(users).await? else {
            return Ok(Output::Ok);
        };
        if found.linking_candidate.as_ref().is_some_and(|user| is_takeover_risk(user, &reset.email)) {
            let text = "Reset password link was not created because of account take over risk. Please contact support.";
            return Ok(Output::PasswordResetNotAllowed { reason: reason_with_code(text, 1) });
        }
        let outbox = reset.functions.original().email.outbox().clone();
        outbox.spawn("PASSWORD_RESET", async move { reset.send_to(found).await });
        Ok(Output::Ok)
    }
}

/// Whether a reset could let the owner of an address into the account of somebody who has only claimed to own it: the
/// account has another address or a phone number, and this address is verified nowhere in it.
pub(super) fn is_takeover_risk(user: &User, email: &str) -> bool {
    let is_other = |method: &LoginMethod| {
        (method.email.is_some() && !method.has_same_email_as(email)) || method.phone_number.is_some()
    };
    !user.has_verified(Some(email), None) && user.login_methods.iter().any(is_other)
}

/// A request for a link.
struct Reset {
    email: String,
    tenant_id: TenantId,
    functions: EmailPasswordFunctions,
    context: UserContext,
}

/// What an address belongs to; at least one of the two.
struct Found {
    /// The login method of this recipe.
    own: Option<LoginMethod>,
    /// The user whom it belongs to, or would be linked to.
    linking_candidate: Option<User>,
}

impl Reset {
    async fn find(&self, users: Vec<User>) -> Result<Option<Found>, Error> {
        let own = email_password_method(&users, &self.tenant_id, &self.email).cloned();
        let linking_candidate = match users.iter().find(|user| user.is_primary_user) {
            Some(primary) => Some(primary.clone()),
            None => self.future_primary_user(users, own.as_ref()).await?,
        };
        let is_known = own.is_some() || linking_candidate.is_some();
        Ok(is_known.then_some(Found { own, linking_candidate }))
    }

    /// The oldest of several users, if they are to become a primary user. A user with nothing but this recipe's login
    /// method is not linked to anybody by a reset.
    async fn future_primary_user(&self, users: Vec<User>, own: Option<&LoginMethod>) -> Result<Option<User>, Error> {
        let is_only_own = |user: &User| own.is_some_and(|own| user.login_method(&own.recipe_user_id).is_some());
        if users.len() == 1 && users.iter().all(is_only_own) {
            return Ok(None);
        }
        let Some(oldest) = users.into_iter().min_by_key(|user| user.time_joined_ms) else {
            return Ok(None);
        };
        let ask = ShouldBecomePrimaryUser::new(oldest.clone(), self.tenant_id.clone());
        let linking = self.functions.original().account_linking()?;
        let becomes_primary = linking.should_become_primary_user(ask.user_context(self.context.clone())).await?;
        Ok(becomes_primary.then_some(oldest))
    }

    /// Sends the link, unless linking forbids it. Not sending looks the same to whoever asked.
    async fn send_to(&self, found: Found) -> Result<(), Error> {
        match (found.own, found.linking_candidate) {
            (Some(own), None) => self.send(own.recipe_user_id.to_string(), Some(own.recipe_user_id), own.email).await,
            (None, None) => Ok(()),
            (Some(own), Some(candidate)) => {
                let is_linked = candidate.is_primary_user && candidate.login_method(&own.recipe_user_id).is_some();
                // Those whom a reset does not link reset their own password.
                let user_id = if is_linked || self.is_to_be_linked((&own).into(), &candidate).await? {
                    candidate.id
                } else {
                    own.recipe_user_id.to_string()
                };
                self.send(user_id, Some(own.recipe_user_id), own.email).await
            }
            (None, Some(candidate)) => {
                // Using the link makes a login method, which has to be linked to this user.
                let new = AccountInfoWithRecipeId::new(RecipeId::EmailPassword).email(&*self.email);
                if !self.is_to_be_linked(new.clone(), &candidate).await? || !self.may_sign_up(new).await? {
                    return Ok(());
                }
                let same = |method: &&LoginMethod| method.has_same_email_as(self.email.as_str());
                let Some(method) = candidate.login_methods.iter().find(same).cloned() else { return Ok(()) };
                self.send(candidate.id, None, method.email).await
            }
        }
    }

    async fn is_to_be_linked(&self, account: AccountInfoWithRecipeId, to: &User) -> Result<bool, Error> {
        let ask = ShouldDoAutomaticAccountLinking::new(account, self.tenant_id.clone()).user(to.clone());
        let linking = self.functions.original().account_linking()?;
        let rule = linking.should_do_automatic_account_linking(ask.user_context(self.context.clone())).await?;
        Ok(rule != AutomaticLinking::No)
    }

    async fn may_sign_up(&self, account: AccountInfoWithRecipeId) -> Result<bool, Error> {
        // Whoever uses the link has shown that the address is theirs.
        let ask = IsSignUpAllowed::new(self.tenant_id.clone(), account).is_verified(true);
        let linking = self.functions.original().account_linking()?;
        linking.is_sign_up_allowed(ask.user_context(self.context.clone())).await
    }

    /// Sends the link to the address as it is stored. What was typed may be another mailbox: two spellings that are the
    /// same in lower case (`K`, the sign for kelvin) need not be the same to a mail server.
    async fn send(
        &self,
        user_id: String,
        recipe_user_id: Option<RecipeUserId>,
        email: Option<String>,
    ) -> Result<(), Error> {
        let Some(email) = email else { return Ok(()) };
        let token_for = recipe_user_id.as_ref().map_or(&*user_id, RecipeUserId::as_str);
        let create = CreateResetPasswordToken::new(self.tenant_id.clone(), token_for, &*email);
        let create = create.user_context(self.context.clone());
        let CreateResetPasswordLinkResponse::Ok { link } = self.functions.create_reset_password_link(create).await?
        else {
            // Deleted meanwhile.
            return Ok(());
        };
        let recipient = PasswordResetUser::new(user_id, recipe_user_id, &*email);
        let email = PasswordResetEmail::new(recipient, link, self.tenant_id.clone());
        self.functions.send_email(email.user_context(self.context.clone())).await
    }
}
