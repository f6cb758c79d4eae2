//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response};
use supertokens_accountlinking::AccountLinking;
use supertokens_kernel::delivery::EmailDelivery;
use supertokens_kernel::ports::{AvailableFirstFactors, Sessions, factor_ids};
use supertokens_kernel::{ApiCall, Error, InitError, Ports, Recipe, Route, Setup, TenantId, UserContext};
use supertokens_multitenancy::Multitenancy;

use crate::api::{self, ApiImplementation, Routes};
use crate::apis::{
    EmailExistsGet, EmailPasswordApisBuilder, GeneratePasswordResetTokenPost, PasswordResetPost, SignInPost, SignUpPost,
};
use crate::error::FormFieldsError;
use crate::form::{Fields, FormField};
use crate::functions::{EmailPasswordFunctions, EmailPasswordFunctionsBuilder};
use crate::implementation::{Implementation, RevokeSessionsOnPasswordChange};
use crate::throttle::SignInThrottle;
use crate::types::{Password, PasswordResetEmail};

const RECIPE_ID: &str = "emailpassword";

/// The `emailpassword` recipe, to be configured, overridden, and handed to `SuperTokens::init`.
#[derive(Clone, Default)]
#[must_use]
pub struct EmailPassword {
    fields: Fields,
    email_delivery: EmailDelivery<PasswordResetEmail>,
    throttle: Option<Arc<dyn SignInThrottle>>,
    revoke_sessions: RevokeSessionsOnPasswordChange,
    functions: EmailPasswordFunctionsBuilder,
    apis: EmailPasswordApisBuilder,
}

impl EmailPassword {
    /// The recipe with its default configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<EmailPasswordFunctions, Error> {
        Ok(app.as_ref().require::<EmailPasswordFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Adds a field to the sign-up form, which has e-mail and password already.
    pub fn form_field(mut self, field: FormField) -> Self {
        self.fields.others.push(field);
        self
    }

    /// Checks e-mail addresses, in place of [`default_email_validator`](crate::default_email_validator); an `Err` holds
    /// what the front end shows below the field. The address is trimmed, and not empty.
    pub fn validate_email<F, Fut>(mut self, validate: F) -> Self
    where
        F: FnOnce(String, TenantId, UserContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.fields.email =
            Some(Arc::new(move |email, tenant_id, context| Box::pin(validate.clone()(email, tenant_id, context))));
        self
    }

    /// Checks new passwords, in place of [`default_password_validator`](crate::default_password_validator); an `Err`
    /// holds what the front end shows below the field. Passwords that sign in are not checked.
    pub fn validate_password<F, Fut>(mut self, validate: F) -> Self
    where
        F: FnOnce(Password, TenantId, UserContext) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.fields.password = Some(Arc::new(move |password, tenant_id, context| {
            Box::pin(validate.clone()(password, tenant_id, context))
        }));
        self
    }

    /// How the recipe's e-mails are sent. Called twice, the second call's overrides lie over those of the first.
    pub fn email_delivery(
        mut self,
        delivery: impl FnOnce(EmailDelivery<PasswordResetEmail>) -> EmailDelivery<PasswordResetEmail>,
    ) -> Self {
        self.email_delivery = delivery(self.email_delivery);
        self
    }

    /// Slows down those who guess passwords; nobody is slowed down without it.
    pub fn throttle_sign_in(mut self, throttle: impl SignInThrottle) -> Self {
        self.throttle = Some(Arc::new(throttle));
        self
    }

    /// Whether the sessions of a user end when their password changes. They do not unless said otherwise, as with the
    /// official SDKs; new applications should say [`Yes`](RevokeSessionsOnPasswordChange::Yes). An application's own
    /// route that changes a password gives its session to
    /// [`UpdateEmailOrPassword::session`](crate::UpdateEmailOrPassword::session), which keeps that one.
    pub fn revoke_sessions_on_password_change(mut self, revoke: RevokeSessionsOnPasswordChange) -> Self {
        self.revoke_sessions = revoke;
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(EmailPasswordFunctionsBuilder) -> EmailPasswordFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(
        mut self,
        overrides: impl FnOnce(EmailPasswordApisBuilder) -> EmailPasswordApisBuilder,
    ) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

impl Recipe for EmailPassword {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        self.fields.check()?;
        let functions = self.functions.clone().build(Implementation {
            core: setup.core(),
            ports: setup.ports().clone(),
            app_info: setup.app_info().clone(),
            fields: self.fields.clone(),
            email: self.email_delivery.clone().build(setup),
            revoke_sessions: self.revoke_sessions,
        });
        setup.provide(Arc::new(functions.clone()))?;
        setup.add(Arc::new(AvailableFirstFactors::new([factor_ids::EMAILPASSWORD])));
        // What front ends of old call the recipe that this and `thirdparty` were once.
        setup.rid_alias("thirdpartyemailpassword");
        setup.error_handler(|error: FormFieldsError, _, _| async move { error.reply() });
        self.add_routes(setup, functions);
        Ok(())
    }

    fn defaults(&self) -> Vec<Box<dyn Recipe>> {
        vec![AccountLinking::new().boxed(), Multitenancy::new().boxed()]
    }

    fn ready(&self, ports: &Ports) -> Result<(), InitError> {
        ports.require::<dyn Sessions>("session").map(drop).map_err(|_| InitError::Conflict {
            message: "the recipe `emailpassword` makes sessions: add Session::new().boxed() to the recipes".to_owned(),
        })
    }
}

impl EmailPassword {
    fn add_routes(&self, setup: &mut Setup, functions: EmailPasswordFunctions) {
        let routes = RouteMaker(Arc::new(Routes {
            apis: self.apis.clone().build(ApiImplementation { ports: setup.ports().clone() }),
            functions,
            fields: self.fields.clone(),
            throttle: self.throttle.clone(),
            clock: setup.clock().clone(),
            ports: setup.ports().clone(),
        }));
        let post = Method::POST;
        let sign_up_is_off = self.apis.is_disabled::<SignUpPost>();
        setup.route(routes.route(post.clone(), api::SIGN_UP_API, api::sign_up_post).disabled_if(sign_up_is_off));
        let sign_in_is_off = self.apis.is_disabled::<SignInPost>();
        setup.route(routes.route(post.clone(), api::SIGN_IN_API, api::sign_in_post).disabled_if(sign_in_is_off));
        let token_is_off = self.apis.is_disabled::<GeneratePasswordResetTokenPost>();
        let token = api::generate_password_reset_token_post;
        setup
            .route(routes.route(post.clone(), api::GENERATE_PASSWORD_RESET_TOKEN_API, token).disabled_if(token_is_off));
        let reset_is_off = self.apis.is_disabled::<PasswordResetPost>();
        setup.route(routes.route(post, api::PASSWORD_RESET_API, api::password_reset_post).disabled_if(reset_is_off));
        let exists_is_off = self.apis.is_disabled::<EmailExistsGet>();
        for path in [api::EMAIL_EXISTS_API, api::EMAIL_EXISTS_API_OLD] {
            setup.route(routes.route(Method::GET, path, api::email_exists_get).disabled_if(exists_is_off));
        }
    }
}

/// Makes routes whose handlers share what they need.
struct RouteMaker(Arc<Routes>);

impl RouteMaker {
    fn route<F, Fut>(&self, method: Method, path: &'static str, handler: F) -> Route
    where
        F: Fn(Arc<Routes>, ApiCall) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let routes = self.0.clone();
        Route::new(method, path, move |call| handler(routes.clone(), call))
    }
}
