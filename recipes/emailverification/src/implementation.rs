//! What the functions do unless they are overridden.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use supertokens_kernel::ports::{AccountLinking, IsEmailVerified, TryLinkingByAccountInfoOrCreatePrimaryUser};
use supertokens_kernel::{CoreClient, CorePath, Error, Ports, TenantId, UserContext, Users};

use crate::emails::Emails;
use crate::functions::{
    CreateEmailVerificationToken, EmailVerificationFunctions as Top, RevokeEmailVerificationTokens, UnverifyEmail,
    VerifyEmailUsingToken,
};
use crate::types::{
    CreateEmailVerificationTokenResponse, EmailVerificationToken, GetEmailForRecipeUserIdResponse, UserEmailInfo,
    VerifyEmailUsingTokenResponse,
};

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
    pub(crate) ports: Ports,
    pub(crate) emails: Emails,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserAndEmail<'a> {
    user_id: &'a str,
    email: &'a str,
}

impl Implementation {
    pub(crate) async fn create_email_verification_token(
        &self,
        input: CreateEmailVerificationToken,
        _top: &Top,
    ) -> Result<CreateEmailVerificationTokenResponse, Error> {
        let body = UserAndEmail { user_id: input.recipe_user_id.as_str(), email: &input.email };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/email/verify/token");
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn verify_email_using_token(
        &self,
        input: VerifyEmailUsingToken,
        _top: &Top,
    ) -> Result<VerifyEmailUsingTokenResponse, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            method: &'static str,
            token: &'a EmailVerificationToken,
        }
        #[derive(Deserialize)]
        #[serde(tag = "status")]
        enum Answer {
            #[serde(rename = "OK", rename_all = "camelCase")]
            Ok { user_id: String, email: String },
            #[serde(rename = "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR")]
            InvalidToken,
        }
        let body = Body { method: "token", token: &input.token };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/email/verify");
        let user = match self.core.post(path, &body, &input.user_context).await? {
            Answer::Ok { user_id, email } => UserEmailInfo { recipe_user_id: user_id.into(), email },
            Answer::InvalidToken => return Ok(VerifyEmailUsingTokenResponse::EmailVerificationInvalidToken),
        };
        if input.attempt_account_linking {
            self.attempt_account_linking(&user, input.tenant_id, &input.user_context).await?;
        }
        Ok(VerifyEmailUsingTokenResponse::Ok { user })
    }

    pub(crate) async fn is_email_verified(&self, input: IsEmailVerified, _top: &Top) -> Result<bool, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            is_verified: bool,
        }
        let query = [("userId", input.recipe_user_id.as_str()), ("email", &input.email)];
        let path = CorePath::app("/recipe/user/email/verify");
        let answer: Answer = self.core.get(path, &query, &input.user_context).await?;
        Ok(answer.is_verified)
    }

    pub(crate) async fn revoke_email_verification_tokens(
        &self,
        input: RevokeEmailVerificationTokens,
        _top: &Top,
    ) -> Result<(), Error> {
        let body = UserAndEmail { user_id: input.recipe_user_id.as_str(), email: &input.email };
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/email/verify/token/remove");
        let IgnoredAny = self.core.post(path, &body, &input.user_context).await?;
        Ok(())
    }

    pub(crate) async fn unverify_email(&self, input: UnverifyEmail, _top: &Top) -> Result<(), Error> {
        let body = UserAndEmail { user_id: input.recipe_user_id.as_str(), email: &input.email };
        let path = CorePath::app("/recipe/user/email/verify/remove");
        let IgnoredAny = self.core.post(path, &body, &input.user_context).await?;
        Ok(())
    }

    /// Links the user by the application's rule, if it has one.
    async fn attempt_account_linking(
        &self,
        verified: &UserEmailInfo,
        tenant_id: TenantId,
        context: &UserContext,
    ) -> Result<(), Error> {
        let linking = self.ports.get::<dyn AccountLinking>();
        let Some(linking) = linking.filter(|linking| linking.is_automatic_linking_configured()) else {
            return Ok(());
        };
        let users = Users::of(&self.ports)?.with_user_context(context.clone());
        let Some(user) = users.get_user(verified.recipe_user_id.as_str()).await? else {
            return Ok(());
        };
        // An address can be verified that the login method does not have, or no longer. That links nobody.
        let current = self.emails.of_user(&user, &verified.recipe_user_id, context).await?;
        if current != (GetEmailForRecipeUserIdResponse::Ok { email: verified.email.clone() }) {
            return Ok(());
        }
        let input = TryLinkingByAccountInfoOrCreatePrimaryUser::new(user, tenant_id).user_context(context.clone());
        linking.try_linking_by_account_info_or_create_primary_user(input).await?;
        Ok(())
    }
}
