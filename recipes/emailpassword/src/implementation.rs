//! What the functions do unless they are overridden.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use supertokens_kernel::auth_flow::{
    AuthFlow, LinkToSessionOrByAccountInfo, LinkToSessionOrByAccountInfoResponse as Linked,
};
use supertokens_kernel::delivery::EmailSender;
use supertokens_kernel::ports::{
    AccountLinking, ActiveSession, EmailVerification, IsEmailChangeAllowed, IsEmailChangeAllowedResponse,
    IsEmailVerified, Sessions, ShouldTryLinkingWithSessionUser, VerifyEmailForRecipeUserIfLinkedAccountsAreVerified,
};
use supertokens_kernel::{
    CoreClient, CorePath, Error, NormalisedAppInfo, Ports, RecipeUserId, TenantId, User, UserContext, Users,
};
use url::form_urlencoded;

use crate::form::Fields;
use crate::functions::{
    ConsumePasswordResetToken, ConsumePasswordResetTokenResponse, CreateNewRecipeUser, CreateNewRecipeUserResponse,
    CreateResetPasswordToken, CreateResetPasswordTokenResponse, EmailPasswordFunctions, SignIn, SignInResponse, SignUp,
    SignUpResponse, UpdateEmailOrPassword, UpdateEmailOrPasswordResponse, VerifyCredentials, VerifyCredentialsResponse,
};
use crate::types::{Password, PasswordResetEmail, serialize_exposed, serialize_exposed_option};

/// Whether the sessions of a user end when their password changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevokeSessionsOnPasswordChange {
    /// They go on, as with the official SDKs.
    #[default]
    No,
    /// All of them end, those of linked accounts and of every tenant too, but for the one in which the user changes it:
    /// whoever knew the old password is out.
    Yes,
}

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
    pub(crate) ports: Ports,
    pub(crate) app_info: Arc<NormalisedAppInfo>,
    pub(crate) fields: Fields,
    pub(crate) email: EmailSender<PasswordResetEmail>,
    pub(crate) revoke_sessions: RevokeSessionsOnPasswordChange,
}

/// The body of `POST /recipe/signup` and `POST /recipe/signin`.
#[derive(Serialize)]
struct Credentials<'a> {
    email: &'a str,
    #[serde(serialize_with = "serialize_exposed")]
    password: &'a Password,
}

/// The answer to both.
#[derive(Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
// One value per request, made to be taken apart at once.
#[allow(clippy::large_enum_variant)]
enum CredentialsAnswer {
    #[serde(rename = "OK")]
    Ok { user: User, recipe_user_id: RecipeUserId },
    #[serde(rename = "EMAIL_ALREADY_EXISTS_ERROR")]
    EmailAlreadyExists,
    #[serde(other)]
    WrongCredentials,
}

impl Implementation {
    pub(crate) async fn sign_up(&self, input: SignUp, top: &EmailPasswordFunctions) -> Result<SignUpResponse, Error> {
        let context = input.user_context;
        let create = CreateNewRecipeUser::new(input.tenant_id.clone(), input.email, input.password);
        let (user, recipe_user_id) = match top.create_new_recipe_user(create.user_context(context.clone())).await? {
            CreateNewRecipeUserResponse::Ok { user, recipe_user_id } => (user, recipe_user_id),
            CreateNewRecipeUserResponse::EmailAlreadyExists => return Ok(SignUpResponse::EmailAlreadyExists),
        };
        let should_try = should_try_linking(input.should_try_linking_with_session_user, input.session.as_ref());
        let link = LinkToSessionOrByAccountInfo::new(input.tenant_id, user, recipe_user_id.clone())
            .session(input.session)
            .should_try_linking_with_session_user(should_try)
            .user_context(context);
        Ok(match self.link(link).await? {
            Linked::Ok(user) => SignUpResponse::Ok { user, recipe_user_id },
            Linked::LinkingToSessionUserFailed(failure) => SignUpResponse::LinkingToSessionUserFailed(failure),
        })
    }

    pub(crate) async fn create_new_recipe_user(
        &self,
        input: CreateNewRecipeUser,
        _top: &EmailPasswordFunctions,
    ) -> Result<CreateNewRecipeUserResponse, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/signup");
        let body = Credentials { email: &input.email, password: &input.password };
        match self.core.post(path, &body, &input.user_context).await? {
            CredentialsAnswer::Ok { user, recipe_user_id } => {
                Ok(CreateNewRecipeUserResponse::Ok { user, recipe_user_id })
            }
            CredentialsAnswer::EmailAlreadyExists => Ok(CreateNewRecipeUserResponse::EmailAlreadyExists),
            CredentialsAnswer::WrongCredentials => Err(unexpected_answer(path)),
        }
    }

    pub(crate) async fn sign_in(&self, input: SignIn, top: &EmailPasswordFunctions) -> Result<SignInResponse, Error> {
        let context = input.user_context;
        let verify = VerifyCredentials::new(input.tenant_id.clone(), input.email, input.password);
        let (user, recipe_user_id) = match top.verify_credentials(verify.user_context(context.clone())).await? {
            VerifyCredentialsResponse::Ok { user, recipe_user_id } => (user, recipe_user_id),
            VerifyCredentialsResponse::WrongCredentials => return Ok(SignInResponse::WrongCredentials),
        };
        let user = self.verified_by_linked_accounts(user, &recipe_user_id, &context).await?;
        let should_try = should_try_linking(input.should_try_linking_with_session_user, input.session.as_ref());
        let link = LinkToSessionOrByAccountInfo::new(input.tenant_id, user, recipe_user_id.clone())
            .session(input.session)
            .should_try_linking_with_session_user(should_try)
            .user_context(context);
        Ok(match self.link(link).await? {
            Linked::Ok(user) => SignInResponse::Ok { user, recipe_user_id },
            Linked::LinkingToSessionUserFailed(failure) => SignInResponse::LinkingToSessionUserFailed(failure),
        })
    }

    pub(crate) async fn verify_credentials(
        &self,
        input: VerifyCredentials,
        _top: &EmailPasswordFunctions,
    ) -> Result<VerifyCredentialsResponse, Error> {
        let path = CorePath::tenant(&input.tenant_id, "/recipe/signin");
        let body = Credentials { email: &input.email, password: &input.password };
        Ok(match self.core.post(path, &body, &input.user_context).await? {
            CredentialsAnswer::Ok { user, recipe_user_id } => VerifyCredentialsResponse::Ok { user, recipe_user_id },
            _ => VerifyCredentialsResponse::WrongCredentials,
        })
    }

    pub(crate) async fn create_reset_password_token(
        &self,
        input: CreateResetPasswordToken,
        _top: &EmailPasswordFunctions,
    ) -> Result<CreateResetPasswordTokenResponse, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            user_id: &'a str,
            email: &'a str,
        }
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/password/reset/token");
        let body = Body { user_id: &input.user_id, email: &input.email };
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn consume_password_reset_token(
        &self,
        input: ConsumePasswordResetToken,
        _top: &EmailPasswordFunctions,
    ) -> Result<ConsumePasswordResetTokenResponse, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            method: &'static str,
            token: &'a str,
        }
        let path = CorePath::tenant(&input.tenant_id, "/recipe/user/password/reset/token/consume");
        let body = Body { method: "token", token: input.token.expose_secret() };
        Ok(self.core.post(path, &body, &input.user_context).await?)
    }

    pub(crate) async fn update_email_or_password(
        &self,
        input: UpdateEmailOrPassword,
        _top: &EmailPasswordFunctions,
    ) -> Result<UpdateEmailOrPasswordResponse, Error> {
        use UpdateEmailOrPasswordResponse as Response;
        if let Some(email) = input.email.as_deref().filter(|email| !email.is_empty())
            && let Some(refusal) = self.refusal_of_new_email(email, &input).await?
        {
            return Ok(refusal);
        }
        if let Some(password) = input.password.as_ref().filter(|_| input.apply_password_policy) {
            let tenant_id = &input.tenant_id_for_password_policy;
            if let Err(failure_reason) = self.fields.check_password(password, tenant_id, &input.user_context).await {
                return Ok(Response::PasswordPolicyViolated { failure_reason });
            }
        }
        match self.put(&input).await? {
            PutAnswer::Ok => {}
            PutAnswer::UnknownUserId => return Ok(Response::UnknownUserId),
            PutAnswer::EmailAlreadyExists => return Ok(Response::EmailAlreadyExists),
            PutAnswer::EmailChangeNotAllowed { reason } => return Ok(Response::EmailChangeNotAllowed { reason }),
        }
        // Deleted since it was changed, otherwise.
        let Some(user) = self.get_user(&input.recipe_user_id, &input.user_context).await? else {
            return Ok(Response::UnknownUserId);
        };
        if input.password.is_some() {
            self.revoke_sessions(&user, input.session.as_deref(), &input.user_context).await?;
        }
        self.verify_by_linked_accounts(user, &input.recipe_user_id, &input.user_context).await?;
        Ok(Response::Ok)
    }

    pub(crate) fn users(&self, context: &UserContext) -> Result<Users, Error> {
        Ok(Users::of(&self.ports)?.with_user_context(context.clone()))
    }

    pub(crate) fn account_linking(&self) -> Result<Arc<dyn AccountLinking>, Error> {
        self.ports.require("accountlinking")
    }

    /// The link of a [`PasswordResetEmail`], on the website that the request belongs to.
    pub(crate) fn password_reset_link(
        &self,
        token: &str,
        tenant_id: &TenantId,
        context: &UserContext,
    ) -> Result<String, Error> {
        let website = self.app_info.website(context.request(), context)?;
        let (domain, path) = (&website.domain, &self.app_info.website_base_path);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("tenantId", tenant_id.as_str())
            .finish();
        Ok(format!("{domain}{path}/reset-password?{query}"))
    }

    async fn link(&self, input: LinkToSessionOrByAccountInfo) -> Result<Linked, Error> {
        AuthFlow::of(&self.ports)
            .link_to_session_if_required_else_create_primary_user_id_or_link_by_account_info(input)
            .await
    }

    async fn get_user(&self, recipe_user_id: &RecipeUserId, context: &UserContext) -> Result<Option<User>, Error> {
        self.users(context)?.get_user(recipe_user_id.as_str()).await
    }

    /// The user, after their address was marked as verified if a linked account says that it is.
    async fn verified_by_linked_accounts(
        &self,
        user: User,
        recipe_user_id: &RecipeUserId,
        context: &UserContext,
    ) -> Result<User, Error> {
        // A user with one login method has no linked account that could say anything.
        let is_unverified = user.login_method(recipe_user_id).is_some_and(|method| !method.verified);
        if !is_unverified || user.login_methods.len() < 2 {
            return Ok(user);
        }
        self.verify_by_linked_accounts(user.clone(), recipe_user_id, context).await?;
        Ok(self.get_user(recipe_user_id, context).await?.unwrap_or(user))
    }

    async fn verify_by_linked_accounts(
        &self,
        user: User,
        recipe_user_id: &RecipeUserId,
        context: &UserContext,
    ) -> Result<(), Error> {
        let input = VerifyEmailForRecipeUserIfLinkedAccountsAreVerified::new(user, recipe_user_id.clone());
        let linking = self.account_linking()?;
        linking.verify_email_for_recipe_user_if_linked_accounts_are_verified(input.user_context(context.clone())).await
    }

    async fn refusal_of_new_email(
        &self,
        email: &str,
        input: &UpdateEmailOrPassword,
    ) -> Result<Option<UpdateEmailOrPasswordResponse>, Error> {
        use UpdateEmailOrPasswordResponse as Response;
        let context = &input.user_context;
        let Some(user) = self.get_user(&input.recipe_user_id, context).await? else {
            return Ok(Some(Response::UnknownUserId));
        };
        let is_verified = match self.ports.get::<dyn EmailVerification>() {
            Some(verification) => {
                let ask = IsEmailVerified::new(input.recipe_user_id.clone(), email).user_context(context.clone());
                verification.is_email_verified(ask).await?
            }
            None => false,
        };
        let ask = IsEmailChangeAllowed::new(user, email).is_verified(is_verified).user_context(context.clone());
        let problem = match self.account_linking()?.is_email_change_allowed(ask).await? {
            IsEmailChangeAllowedResponse::Allowed => return Ok(None),
            IsEmailChangeAllowedResponse::PrimaryUserConflict => {
                "there is another primary user with the same email address"
            }
            _ => "account takeover risks",
        };
        let reason = format!("New email cannot be applied to existing account because of {problem}.");
        Ok(Some(Response::EmailChangeNotAllowed { reason }))
    }

    async fn put(&self, input: &UpdateEmailOrPassword) -> Result<PutAnswer, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            recipe_user_id: &'a RecipeUserId,
            #[serde(skip_serializing_if = "Option::is_none")]
            email: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_exposed_option")]
            password: &'a Option<Password>,
        }
        let (recipe_user_id, email) = (&input.recipe_user_id, input.email.as_deref());
        let body = Body { recipe_user_id, email, password: &input.password };
        Ok(self.core.put(CorePath::app("/recipe/user"), &body, &input.user_context).await?)
    }

    async fn revoke_sessions(
        &self,
        user: &User,
        kept: Option<&dyn ActiveSession>,
        context: &UserContext,
    ) -> Result<(), Error> {
        if self.revoke_sessions == RevokeSessionsOnPasswordChange::Yes
            && let Some(sessions) = self.ports.get::<dyn Sessions>()
        {
            let kept = kept.map(|session| session.handle().to_owned());
            sessions.revoke_sessions_for_user_except(user.id.clone(), kept, context.clone()).await?;
        }
        Ok(())
    }
}

fn should_try_linking(
    said: Option<ShouldTryLinkingWithSessionUser>,
    session: Option<&Arc<dyn ActiveSession>>,
) -> ShouldTryLinkingWithSessionUser {
    said.unwrap_or_else(|| ShouldTryLinkingWithSessionUser::by_session(session))
}

/// The answer to `PUT /recipe/user`.
#[derive(Deserialize)]
#[serde(tag = "status")]
enum PutAnswer {
    #[serde(rename = "OK")]
    Ok,
    #[serde(rename = "UNKNOWN_USER_ID_ERROR")]
    UnknownUserId,
    #[serde(rename = "EMAIL_ALREADY_EXISTS_ERROR")]
    EmailAlreadyExists,
    #[serde(rename = "EMAIL_CHANGE_NOT_ALLOWED_ERROR")]
    EmailChangeNotAllowed {
        #[serde(default)]
        reason: String,
    },
}

fn unexpected_answer(path: CorePath<'_>) -> Error {
    let problem = "an unknown status";
    supertokens_kernel::CoreError::unexpected_answer(http::Method::POST, path.to_string(), problem).into()
}
