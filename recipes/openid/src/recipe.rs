//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use http::Method;
use supertokens_jwt::Jwt;
use supertokens_kernel::{Error, InitError, Ports, Recipe, Route, Setup};

use crate::api::{self, ApiImplementation, GET_DISCOVERY_CONFIG_URL};
use crate::functions::{
    GetOpenIdDiscoveryConfigurationGet, OpenIdApisBuilder, OpenIdFunctions, OpenIdFunctionsBuilder,
};
use crate::implementation::Implementation;
use crate::types::OpenIdDiscoveryConfiguration;

const RECIPE_ID: &str = "openid";

/// The `openid` recipe, to be overridden and handed to `SuperTokens::init`.
#[derive(Clone, Default)]
#[must_use]
pub struct OpenId {
    functions: OpenIdFunctionsBuilder,
    apis: OpenIdApisBuilder,
}

impl OpenId {
    /// The recipe without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<OpenIdFunctions, Error> {
        Ok(app.as_ref().require::<OpenIdFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(OpenIdFunctionsBuilder) -> OpenIdFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(mut self, overrides: impl FnOnce(OpenIdApisBuilder) -> OpenIdApisBuilder) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

impl Recipe for OpenId {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let functions = self.functions.clone().build(Implementation {
            configuration: OpenIdDiscoveryConfiguration::new(&setup.app_info().api_url()),
            ports: setup.ports().clone(),
        });
        setup.provide(Arc::new(functions.clone()))?;

        let disabled = self.apis.is_disabled::<GetOpenIdDiscoveryConfigurationGet>();
        let apis = self.apis.clone().build(ApiImplementation);
        let handler = move |call| api::get_open_id_discovery_configuration(apis.clone(), functions.clone(), call);
        setup.route(Route::new(Method::GET, GET_DISCOVERY_CONFIG_URL, handler).disabled_if(disabled));
        Ok(())
    }

    fn defaults(&self) -> Vec<Box<dyn Recipe>> {
        vec![Jwt::new().boxed()]
    }
}
