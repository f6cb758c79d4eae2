//! The functions that applications call.

use std::sync::Arc;

use supertokens_kernel::delivery::EmailSender;
use supertokens_kernel::{Error, NormalisedAppInfo, Ports, RecipeUserId, TenantId, UserContext};

use crate::email::{EmailVerificationEmail, EmailVerificationUser};
use crate::emails::Emails;
use crate::functions::{
    CreateEmailVerificationToken, EmailVerificationFunctions, IsEmailVerified, RevokeEmailVerificationTokens,
    UnverifyEmail, VerifyEmailUsingToken,
};
use crate::link::verify_link;
use crate::recipe::RECIPE_ID;
use crate::types::{
    CreateEmailVerificationLinkResponse, CreateEmailVerificationTokenResponse, EmailVerificationToken,
    GetEmailForRecipeUserIdResponse, SendEmailVerificationEmailResponse, VerifyEmailUsingTokenResponse,
};

/// The functions of an application, found by [`EmailVerification::of`](crate::EmailVerification::of). Cheap to clone.
///
/// Where an address may be left out, it is the one that the login method has.
///
/// ```
/// use supertokens_emailverification::{EmailVerification, SendEmailVerificationEmailResponse};
/// use supertokens_kernel::{Error, Ports, RecipeUserId, TenantId};
///
/// async fn remind(app: &impl AsRef<Ports>, user_id: &str) -> Result<(), Error> {
///     let verifications = EmailVerification::of(app)?;
///     let (tenant_id, recipe_user_id) = (TenantId::default(), RecipeUserId::new(user_id));
///     let sent = verifications.send_email_verification_email(&tenant_id, user_id, &recipe_user_id, None).await?;
///     if sent == SendEmailVerificationEmailResponse::EmailAlreadyVerified {
///         println!("{user_id} needs no reminder");
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct EmailVerifications {
    shared: Arc<Shared>,
    context: Option<UserContext>,
}

struct Shared {
    functions: EmailVerificationFunctions,
    emails: Emails,
    sender: EmailSender<EmailVerificationEmail>,
    app_info: Arc<NormalisedAppInfo>,
}

impl EmailVerifications {
    pub(crate) fn new(
        functions: EmailVerificationFunctions,
        emails: Emails,
        sender: EmailSender<EmailVerificationEmail>,
        app_info: Arc<NormalisedAppInfo>,
    ) -> Self {
        Self { shared: Arc::new(Shared { functions, emails, sender, app_info }), context: None }
    }

    pub(crate) fn of(app: &impl AsRef<Ports>) -> Result<Self, Error> {
        Ok((*app.as_ref().require::<Self>(RECIPE_ID)?).clone())
    }

    /// The same functions, called with this context: what overrides find in it, and share through it.
    #[must_use]
    pub fn with_user_context(&self, context: UserContext) -> Self {
        Self { context: Some(context), ..self.clone() }
    }

    /// Makes a token that verifies an address. Somebody without an address has nothing to verify.
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; an unknown user, where the address is left out; so for all that follow.
    pub async fn create_email_verification_token(
        &self,
        tenant_id: &TenantId,
        recipe_user_id: &RecipeUserId,
        email: Option<String>,
    ) -> Result<CreateEmailVerificationTokenResponse, Error> {
        match self.email_or_own(recipe_user_id, email).await? {
            Some(email) => self.create_token(tenant_id, recipe_user_id, &email).await,
            None => Ok(CreateEmailVerificationTokenResponse::EmailAlreadyVerified),
        }
    }

    /// Makes a link that verifies an address: to the front end's page, with a token.
    pub async fn create_email_verification_link(
        &self,
        tenant_id: &TenantId,
        recipe_user_id: &RecipeUserId,
        email: Option<String>,
    ) -> Result<CreateEmailVerificationLinkResponse, Error> {
        use CreateEmailVerificationTokenResponse as Token;
        Ok(match self.create_email_verification_token(tenant_id, recipe_user_id, email).await? {
            Token::Ok { token } => CreateEmailVerificationLinkResponse::Ok { link: self.link(&token, tenant_id)? },
            Token::EmailAlreadyVerified => CreateEmailVerificationLinkResponse::EmailAlreadyVerified,
        })
    }

    /// Sends a link that verifies an address, and waits until it is sent.
    pub async fn send_email_verification_email(
        &self,
        tenant_id: &TenantId,
        user_id: &str,
        recipe_user_id: &RecipeUserId,
        email: Option<String>,
    ) -> Result<SendEmailVerificationEmailResponse, Error> {
        let Some(email) = self.email_or_own(recipe_user_id, email).await? else {
            return Ok(SendEmailVerificationEmailResponse::EmailAlreadyVerified);
        };
        let token = match self.create_token(tenant_id, recipe_user_id, &email).await? {
            CreateEmailVerificationTokenResponse::Ok { token } => token,
            CreateEmailVerificationTokenResponse::EmailAlreadyVerified => {
                return Ok(SendEmailVerificationEmailResponse::EmailAlreadyVerified);
            }
        };
        let user = EmailVerificationUser::new(user_id, recipe_user_id.clone(), email);
        let email = EmailVerificationEmail::new(user, self.link(&token, tenant_id)?, tenant_id.clone());
        self.send_email(email.user_context(self.context())).await?;
        Ok(SendEmailVerificationEmailResponse::Ok)
    }

    /// Verifies an address by a token, and links the user by the application's rule.
    pub async fn verify_email_using_token(
        &self,
        tenant_id: &TenantId,
        token: impl Into<EmailVerificationToken>,
    ) -> Result<VerifyEmailUsingTokenResponse, Error> {
        let input = VerifyEmailUsingToken::new(tenant_id.clone(), token).user_context(self.context());
        self.shared.functions.verify_email_using_token(input).await
    }

    /// Whether an address is verified. Somebody without an address counts as verified.
    pub async fn is_email_verified(&self, recipe_user_id: &RecipeUserId, email: Option<String>) -> Result<bool, Error> {
        let Some(email) = self.email_or_own(recipe_user_id, email).await? else {
            return Ok(true);
        };
        let input = IsEmailVerified::new(recipe_user_id.clone(), email).user_context(self.context());
        self.shared.functions.is_email_verified(input).await
    }

    /// Makes all tokens for an address useless.
    pub async fn revoke_email_verification_tokens(
        &self,
        tenant_id: &TenantId,
        recipe_user_id: &RecipeUserId,
        email: Option<String>,
    ) -> Result<(), Error> {
        let Some(email) = self.email_or_own(recipe_user_id, email).await? else {
            return Ok(());
        };
        let input = RevokeEmailVerificationTokens::new(tenant_id.clone(), recipe_user_id.clone(), email);
        self.shared.functions.revoke_email_verification_tokens(input.user_context(self.context())).await
    }

    /// Makes an address one that is not verified.
    pub async fn unverify_email(&self, recipe_user_id: &RecipeUserId, email: Option<String>) -> Result<(), Error> {
        let Some(email) = self.email_or_own(recipe_user_id, email).await? else {
            return Ok(());
        };
        let input = UnverifyEmail::new(recipe_user_id.clone(), email).user_context(self.context());
        self.shared.functions.unverify_email(input).await
    }

    /// Sends an e-mail with a link, and waits until it is sent.
    pub async fn send_email(&self, email: EmailVerificationEmail) -> Result<(), Error> {
        self.shared.sender.send_email(email).await
    }

    /// The recipe's functions with all their inputs; the methods here are shorthands for them.
    pub fn functions(&self) -> &EmailVerificationFunctions {
        &self.shared.functions
    }

    pub(crate) fn emails(&self) -> &Emails {
        &self.shared.emails
    }

    pub(crate) fn sender(&self) -> &EmailSender<EmailVerificationEmail> {
        &self.shared.sender
    }

    pub(crate) fn link(&self, token: &EmailVerificationToken, tenant_id: &TenantId) -> Result<String, Error> {
        let context = self.context();
        verify_link(&self.shared.app_info, token, tenant_id, context.request(), &context)
    }

    pub(crate) fn context(&self) -> UserContext {
        self.context.clone().unwrap_or_default()
    }

    pub(crate) async fn create_token(
        &self,
        tenant_id: &TenantId,
        recipe_user_id: &RecipeUserId,
        email: &str,
    ) -> Result<CreateEmailVerificationTokenResponse, Error> {
        let input = CreateEmailVerificationToken::new(tenant_id.clone(), recipe_user_id.clone(), email);
        self.shared.functions.create_email_verification_token(input.user_context(self.context())).await
    }

    /// The address that is given, else the one that the login method has, if any.
    async fn email_or_own(
        &self,
        recipe_user_id: &RecipeUserId,
        email: Option<String>,
    ) -> Result<Option<String>, Error> {
        if email.is_some() {
            return Ok(email);
        }
        match self.shared.emails.of(recipe_user_id, &self.context()).await? {
            GetEmailForRecipeUserIdResponse::Ok { email } => Ok(Some(email)),
            GetEmailForRecipeUserIdResponse::EmailDoesNotExist => Ok(None),
            GetEmailForRecipeUserIdResponse::UnknownUserId => Err(Error::misuse(format!(
                "there is no recipe user `{recipe_user_id}`; give the address of somebody whom the core does not know, \
                 or let get_email_for_recipe_user_id(..) find it"
            ))),
        }
    }
}

impl std::fmt::Debug for EmailVerifications {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmailVerifications").finish_non_exhaustive()
    }
}
