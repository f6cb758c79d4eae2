//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response};
use supertokens_kernel::http::SameSite;
use supertokens_kernel::{Error, Exchange, InitError, Ports, Recipe, Request, Route, Setup, UserContext, ports};
use supertokens_openid::OpenId;

use crate::api;
use crate::apis::{RefreshPost, SessionApiImplementation, SessionApisBuilder, SignOutPost};
use crate::claims::{AnyClaim, ClaimValidationError};
use crate::config::{REFRESH_PATH, RawConfig, SIGN_OUT_PATH, TokenTheft, TransferPurpose};
use crate::functions::SessionFunctionsBuilder;
use crate::implementation::SessionImplementation;
use crate::sessions::Sessions;
use crate::shared::Shared;
use crate::tokens::AccessTokenVerifier;
use crate::types::{AllowedTransferMethod, AntiCsrf, TokenType};

const RECIPE_ID: &str = "session";

/// The session recipe, to be configured, overridden, and handed to `SuperTokens::init`.
///
/// ```
/// use supertokens_kernel::Recipe;
/// use supertokens_session::Session;
///
/// let recipe = Session::new()
///     .cookie_domain(".example.com")
///     .override_functions(|functions| {
///         functions.create_new_session(async move |mut input, original| {
///             // goes into the access token: readable without a call, also on the front end
///             input.jwt_payload.insert("someKey", "someValue")?;
///             // stays in the core's database, under the session's handle
///             input.session_data.insert("someKey", "someValue")?;
///             original.create_new_session(input).await
///         })
///     })
///     .boxed();
/// # let _ = recipe;
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Session {
    config: RawConfig,
    functions: SessionFunctionsBuilder,
    apis: SessionApisBuilder,
}

impl Session {
    /// The recipe with its defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The session functions of an application.
    ///
    /// # Errors
    ///
    /// [`Error::RecipeNotInitialised`] if it does not have the recipe.
    pub fn of(app: &impl AsRef<Ports>) -> Result<Sessions, Error> {
        Ok((*app.as_ref().require::<Sessions>(RECIPE_ID)?).clone())
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(SessionFunctionsBuilder) -> SessionFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(mut self, overrides: impl FnOnce(SessionApisBuilder) -> SessionApisBuilder) -> Self {
        self.apis = overrides(self.apis);
        self
    }

    /// Whether access tokens are signed with keys that rotate (so unless said otherwise) or with one that does not.
    /// A change takes effect at each session's next refresh.
    pub fn use_dynamic_access_token_signing_key(mut self, use_dynamic: bool) -> Self {
        self.config.use_static_access_token_signing_key = !use_dynamic;
        self
    }

    /// The status that tells the front end to refresh or to sign in; 401 unless said otherwise.
    pub fn session_expired_status_code(mut self, status: u16) -> Self {
        self.config.session_expired_status_code = Some(status);
        self
    }

    /// The status for a session that lacks a claim; 403 unless said otherwise.
    pub fn invalid_claim_status_code(mut self, status: u16) -> Self {
        self.config.invalid_claim_status_code = Some(status);
        self
    }

    /// The path that the access token's cookie is sent to; `/` unless said otherwise.
    pub fn access_token_path(mut self, path: impl Into<String>) -> Self {
        self.config.access_token_path = Some(path.into());
        self
    }

    /// Whether cookies are sent over https only; if the API domain is https, unless said otherwise.
    pub fn cookie_secure(mut self, secure: bool) -> Self {
        self.config.cookie_secure = Some(secure);
        self
    }

    /// The cookies' `SameSite`; unless said otherwise `Lax`, or `None` for a website on another domain.
    pub fn cookie_same_site(mut self, same_site: SameSite) -> Self {
        self.config.cookie_same_site = Some(same_site);
        self
    }

    /// The cookies' domain, to share them between subdomains: `.example.com`. The API's host alone unless said
    /// otherwise.
    pub fn cookie_domain(mut self, domain: impl Into<String>) -> Self {
        self.config.cookie_domain = Some(domain.into());
        self
    }

    /// The cookies' domain before it was changed, so that what browsers still hold is cleared; `""` for none.
    pub fn older_cookie_domain(mut self, domain: impl Into<String>) -> Self {
        self.config.older_cookie_domain = Some(domain.into());
        self
    }

    /// What protects against requests made by other sites; unless said otherwise a custom header where cookies are
    /// `SameSite=None`, and nothing more where they are not.
    pub fn anti_csrf(mut self, anti_csrf: AntiCsrf) -> Self {
        self.config.anti_csrf = Some(anti_csrf);
        self
    }

    /// How tokens travel; unless said otherwise as the front end asks (`st-auth-mode`), and both ways are read.
    pub fn get_token_transfer_method(
        mut self,
        choose: impl Fn(&Request, TransferPurpose, &UserContext) -> AllowedTransferMethod + Send + Sync + 'static,
    ) -> Self {
        self.config.get_token_transfer_method = Some(Arc::new(choose));
        self
    }

    /// The cookies' names; `sAccessToken` and `sRefreshToken` unless said otherwise.
    pub fn get_cookie_name_for_token_type(
        mut self,
        name: impl Fn(&Request, TokenType, &UserContext) -> String + Send + Sync + 'static,
    ) -> Self {
        self.config.get_cookie_name_for_token_type = Some(Arc::new(name));
        self
    }

    /// The response headers' names; `st-access-token` and `st-refresh-token` unless said otherwise.
    pub fn get_response_header_name_for_token_type(
        mut self,
        name: impl Fn(&Request, TokenType, &UserContext) -> String + Send + Sync + 'static,
    ) -> Self {
        self.config.get_response_header_name_for_token_type = Some(Arc::new(name));
        self
    }

    /// Whether the access token also goes into a header that scripts can read, where cookies carry it. Then a script
    /// that gets into the page can take it.
    pub fn expose_access_token_to_frontend_in_cookie_based_auth(mut self, expose: bool) -> Self {
        self.config.expose_access_token_to_frontend_in_cookie_based_auth = expose;
        self
    }

    /// How old the core's keys may get before they are fetched anew, in seconds; 14,400 unless said otherwise. Unknown
    /// keys are fetched at once.
    pub fn jwks_refresh_interval_sec(mut self, seconds: u64) -> Self {
        self.config.jwks_refresh_interval_sec = Some(seconds);
        self
    }

    /// Answers requests without a good session; unless said otherwise `401 {"message": "unauthorised"}`.
    pub fn on_unauthorised<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let handler = move |message, exchange, context| boxed(handler(message, exchange, context));
        self.config.error_handlers.on_unauthorised = Some(Arc::new(handler));
        self
    }

    /// Answers requests whose session has to be refreshed; unless said otherwise `401 {"message": "try refresh token"}`.
    pub fn on_try_refresh_token<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let handler = move |message, exchange, context| boxed(handler(message, exchange, context));
        self.config.error_handlers.on_try_refresh_token = Some(Arc::new(handler));
        self
    }

    /// Answers a refresh with a token that had been replaced. A handler has to end the session itself, which otherwise
    /// happens before the reply `401 {"message": "token theft detected"}`.
    pub fn on_token_theft_detected<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(TokenTheft, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let handler = move |theft, exchange, context| boxed(handler(theft, exchange, context));
        self.config.error_handlers.on_token_theft_detected = Some(Arc::new(handler));
        self
    }

    /// Answers requests whose session lacks a claim; unless said otherwise
    /// `403 {"message": "invalid claim", "claimValidationErrors": [{"id", "reason"}]}`.
    pub fn on_invalid_claim<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Vec<ClaimValidationError>, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let handler = move |errors, exchange, context| boxed(handler(errors, exchange, context));
        self.config.error_handlers.on_invalid_claim = Some(Arc::new(handler));
        self
    }

    /// Answers a refresh whose cookies of the older domain have been cleared; unless said otherwise
    /// `200 {"message": ..}`, after which the front end refreshes again.
    pub fn on_clear_duplicate_session_cookies<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let handler = move |message, exchange, context| boxed(handler(message, exchange, context));
        self.config.error_handlers.on_clear_duplicate_session_cookies = Some(Arc::new(handler));
        self
    }
}

fn boxed(reply: impl Future<Output = Result<Response<Bytes>, Error>> + Send + 'static) -> crate::config::Reply {
    Box::pin(reply)
}

impl Recipe for Session {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn defaults(&self) -> Vec<Box<dyn Recipe>> {
        vec![OpenId::new().boxed()]
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let config = self.config.clone().normalise(setup.app_info())?;
        let (core, clock) = (setup.core(), setup.clock().clone());
        let verifier = AccessTokenVerifier::new(core.clone(), clock.clone(), config.jwks_refresh_interval_ms);
        let (app_info, ports) = (setup.app_info().clone(), setup.ports().clone());
        let shared = Arc::new(Shared { config, app_info, core, clock, ports, verifier });
        let functions = self.functions.clone().build(SessionImplementation { shared: shared.clone() });
        let original = SessionApiImplementation { shared: shared.clone(), functions: functions.clone() };
        let apis = self.apis.clone().build(original);

        setup.cors_headers(&["anti-csrf", "rid", "authorization", "st-auth-mode"]);
        let refresh = {
            let apis = apis.clone();
            move |call| api::refresh_post(apis.clone(), call)
        };
        let refresh_is_off = self.apis.is_disabled::<RefreshPost>();
        setup.route(Route::new(Method::POST, REFRESH_PATH, refresh).disabled_if(refresh_is_off));
        let sign_out = {
            let (shared, functions, apis) = (shared.clone(), functions.clone(), apis.clone());
            move |call| {
                let (shared, functions, apis) = (shared.clone(), functions.clone(), apis.clone());
                async move { api::sign_out_post(&shared, &functions, &apis, call).await }
            }
        };
        let sign_out_is_off = self.apis.is_disabled::<SignOutPost>();
        setup.route(Route::new(Method::POST, SIGN_OUT_PATH, sign_out).disabled_if(sign_out_is_off));
        {
            let (shared, functions) = (shared.clone(), functions.clone());
            setup.error_handler(move |error, exchange, context| {
                let (shared, functions) = (shared.clone(), functions.clone());
                async move { api::reply_to_error(&shared, &functions, error, exchange, context).await }
            });
        }
        let sessions = Arc::new(Sessions::new(shared, functions, apis));
        setup.provide::<dyn ports::Sessions>(sessions.clone())?;
        setup.provide(sessions)
    }

    fn ready(&self, ports: &Ports) -> Result<(), InitError> {
        let claims = ports.all::<AnyClaim>();
        for (index, claim) in claims.iter().enumerate() {
            if claims.iter().take(index).any(|earlier| earlier.key() == claim.key()) {
                let message =
                    format!("the claim `{}` is added by two recipes; one would overwrite the other", claim.key());
                return Err(InitError::Conflict { message });
            }
        }
        Ok(())
    }
}
