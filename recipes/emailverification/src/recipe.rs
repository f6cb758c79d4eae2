//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use http::Method;
use supertokens_kernel::delivery::EmailDelivery;
use supertokens_kernel::ports::EmailVerification as EmailVerificationPort;
use supertokens_kernel::{Error, InitError, Ports, Recipe, RecipeUserId, Route, Setup, UserContext};
use supertokens_session::Session;
use supertokens_session::claims::AnyClaim;

use crate::api::{self, ApiImplementation, EMAIL_VERIFY_API, GENERATE_EMAIL_VERIFY_TOKEN_API, Routes};
use crate::apis::{EmailVerificationApisBuilder, GenerateEmailVerifyTokenPost, IsEmailVerifiedGet, VerifyEmailPost};
use crate::claims::EmailVerificationClaim;
use crate::email::EmailVerificationEmail;
use crate::emails::{ConfiguredEmails, Emails};
use crate::functions::EmailVerificationFunctionsBuilder;
use crate::implementation::Implementation;
use crate::types::GetEmailForRecipeUserIdResponse;
use crate::verifications::EmailVerifications;

pub(crate) const RECIPE_ID: &str = "emailverification";

/// Whether every session has to have a verified address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailVerificationMode {
    /// Every route that demands a session demands a verified address too; others get `403` with the claim `st-ev`.
    Required,
    /// Routes demand it one by one, with
    /// [`EmailVerificationClaim::validators`](crate::EmailVerificationClaim::validators).
    Optional,
}

/// The `emailverification` recipe, to be configured, overridden, and handed to `SuperTokens::init`.
#[derive(Clone)]
#[must_use]
pub struct EmailVerification {
    mode: EmailVerificationMode,
    configured_emails: Option<ConfiguredEmails>,
    email_delivery: EmailDelivery<EmailVerificationEmail>,
    functions: EmailVerificationFunctionsBuilder,
    apis: EmailVerificationApisBuilder,
}

impl EmailVerification {
    /// The recipe in this mode.
    pub fn new(mode: EmailVerificationMode) -> Self {
        Self {
            mode,
            configured_emails: None,
            email_delivery: EmailDelivery::new(),
            functions: EmailVerificationFunctionsBuilder::default(),
            apis: EmailVerificationApisBuilder::default(),
        }
    }

    /// The functions of an application that has the recipe.
    pub fn of(app: &impl AsRef<Ports>) -> Result<EmailVerifications, Error> {
        EmailVerifications::of(app)
    }

    /// Which address a login method has, where that is not what the core knows.
    /// [`UnknownUserId`](GetEmailForRecipeUserIdResponse::UnknownUserId) leaves it to the core.
    ///
    /// ```
    /// use supertokens_emailverification::{
    ///     EmailVerification, EmailVerificationMode, GetEmailForRecipeUserIdResponse as Email,
    /// };
    ///
    /// let recipe = EmailVerification::new(EmailVerificationMode::Optional).get_email_for_recipe_user_id(
    ///     async |recipe_user_id, _context| match recipe_user_id.as_str() {
    ///         "robot" => Ok(Email::EmailDoesNotExist),
    ///         _ => Ok(Email::UnknownUserId),
    ///     },
    /// );
    /// # let _ = recipe;
    /// ```
    pub fn get_email_for_recipe_user_id<F, Fut>(mut self, get_email: F) -> Self
    where
        F: Fn(RecipeUserId, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<GetEmailForRecipeUserIdResponse, Error>> + Send + 'static,
    {
        self.configured_emails = Some(ConfiguredEmails(Arc::new(move |recipe_user_id, context| {
            Box::pin(get_email(recipe_user_id, context))
        })));
        self
    }

    /// How e-mails are sent: by which service, and with what overrides. Called twice, the second call's overrides lie
    /// over those of the first.
    pub fn email_delivery(
        mut self,
        delivery: impl FnOnce(EmailDelivery<EmailVerificationEmail>) -> EmailDelivery<EmailVerificationEmail>,
    ) -> Self {
        self.email_delivery = delivery(self.email_delivery);
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(EmailVerificationFunctionsBuilder) -> EmailVerificationFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(
        mut self,
        overrides: impl FnOnce(EmailVerificationApisBuilder) -> EmailVerificationApisBuilder,
    ) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

impl Recipe for EmailVerification {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.add(Arc::new(AnyClaim::new(&EmailVerificationClaim)));
        if self.mode == EmailVerificationMode::Required {
            setup.add(Arc::new(EmailVerificationClaim::validators().is_verified()));
        }
        let (ports, app_info) = (setup.ports().clone(), setup.app_info().clone());
        let emails = Emails { configured: self.configured_emails.clone(), ports: ports.clone() };
        let original = Implementation { core: setup.core(), ports: ports.clone(), emails: emails.clone() };
        let functions = self.functions.clone().build(original);
        let sender = self.email_delivery.clone().build(setup);
        let verifications = EmailVerifications::new(functions, emails, sender, app_info);
        setup.provide(Arc::new(verifications.clone()))?;
        setup.provide::<dyn EmailVerificationPort>(Arc::new(verifications.clone()))?;

        let apis = self.apis.clone().build(ApiImplementation { ports: ports.clone() });
        let routes = Routes { apis, verifications, ports };
        let handler = routes.clone();
        let verify = move |call| api::verify_email_post(handler.clone(), call);
        let disabled = self.apis.is_disabled::<VerifyEmailPost>();
        setup.route(Route::new(Method::POST, EMAIL_VERIFY_API, verify).disabled_if(disabled));
        let handler = routes.clone();
        let is_verified = move |call| api::is_email_verified_get(handler.clone(), call);
        let disabled = self.apis.is_disabled::<IsEmailVerifiedGet>();
        setup.route(Route::new(Method::GET, EMAIL_VERIFY_API, is_verified).disabled_if(disabled));
        let generate = move |call| api::generate_email_verify_token_post(routes.clone(), call);
        let disabled = self.apis.is_disabled::<GenerateEmailVerifyTokenPost>();
        setup.route(Route::new(Method::POST, GENERATE_EMAIL_VERIFY_TOKEN_API, generate).disabled_if(disabled));
        Ok(())
    }

    fn ready(&self, ports: &Ports) -> Result<(), InitError> {
        Session::of(ports).map(drop).map_err(|_| InitError::Conflict {
            message: "the recipe `emailverification` works on sessions: add Session::new().boxed() to the recipes"
                .to_owned(),
        })
    }
}
