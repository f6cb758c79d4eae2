//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use http::Method;
use supertokens_kernel::{Error, InitError, Ports, Recipe, Route, Setup};

use crate::api::{self, ApiImplementation, GET_JWKS_API};
use crate::functions::{GetJwksGet, JwtApisBuilder, JwtFunctions, JwtFunctionsBuilder};
use crate::implementation::Implementation;

const RECIPE_ID: &str = "jwt";

/// How long tokens are valid unless the application says otherwise: 100 years.
pub const DEFAULT_JWT_VALIDITY_SECONDS: u64 = 3_153_600_000;

/// The `jwt` recipe, to be configured and handed to `SuperTokens::init`.
#[derive(Clone)]
#[must_use]
pub struct Jwt {
    jwt_validity_seconds: u64,
    functions: JwtFunctionsBuilder,
    apis: JwtApisBuilder,
}

impl Jwt {
    /// The recipe with its default configuration.
    pub fn new() -> Self {
        Self {
            jwt_validity_seconds: DEFAULT_JWT_VALIDITY_SECONDS,
            functions: JwtFunctionsBuilder::default(),
            apis: JwtApisBuilder::default(),
        }
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<JwtFunctions, Error> {
        Ok(app.as_ref().require::<JwtFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Sets how long tokens are valid whose creator does not say. At least 1; [`DEFAULT_JWT_VALIDITY_SECONDS`] unless
    /// set.
    pub fn jwt_validity_seconds(mut self, seconds: u64) -> Self {
        self.jwt_validity_seconds = seconds;
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(mut self, overrides: impl FnOnce(JwtFunctionsBuilder) -> JwtFunctionsBuilder) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(mut self, overrides: impl FnOnce(JwtApisBuilder) -> JwtApisBuilder) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

impl Default for Jwt {
    fn default() -> Self {
        Self::new()
    }
}

impl Recipe for Jwt {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        if self.jwt_validity_seconds == 0 {
            let problem = "makes tokens that have expired when they are made";
            return Err(InitError::invalid("jwt_validity_seconds", "0", problem, "a number of seconds from 1"));
        }
        let functions = self.functions.clone().build(Implementation {
            core: setup.core(),
            app_info: setup.app_info().clone(),
            jwt_validity_seconds: self.jwt_validity_seconds,
        });
        setup.provide(Arc::new(functions.clone()))?;

        let disabled = self.apis.is_disabled::<GetJwksGet>();
        let apis = self.apis.clone().build(ApiImplementation);
        let get_jwks = move |call| api::get_jwks(apis.clone(), functions.clone(), call);
        setup.route(Route::new(Method::GET, GET_JWKS_API, get_jwks).disabled_if(disabled));
        Ok(())
    }
}
