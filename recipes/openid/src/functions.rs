//! The functions and APIs of the recipe: what they take and what they give.

use supertokens_jwt::{CreateJwt, CreateJwtResponse};
use supertokens_kernel::{Error, Exchange, UserContext, overridable};

use crate::api::ApiImplementation;
use crate::implementation::Implementation;
use crate::types::OpenIdDiscoveryConfiguration;

/// What [`OpenIdFunctions::get_open_id_discovery_configuration`] takes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GetOpenIdDiscoveryConfiguration {
    /// The request's context.
    pub user_context: UserContext,
}

impl GetOpenIdDiscoveryConfiguration {
    /// The configuration, outside of any request.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the request's context.
    #[must_use]
    pub fn user_context(mut self, user_context: UserContext) -> Self {
        self.user_context = user_context;
        self
    }
}

overridable! {
    /// The functions of the recipe; [`OpenId::of`](crate::OpenId::of) finds them.
    pub OpenIdFunctions, OpenIdFunctionsBuilder, OpenIdFunctionsOverride, OpenIdFunctionsLayer, OpenIdFunction,
    recipe "openid", original Implementation, error Error;
    /// How others find and trust what the application signs. Calls no core.
    async fn get_open_id_discovery_configuration(GetOpenIdDiscoveryConfiguration) -> OpenIdDiscoveryConfiguration;
    /// Signs a token as the `jwt` recipe does, with the claim `iss` of the discovery configuration, unless the payload
    /// has one of its own.
    async fn create_jwt(CreateJwt) -> CreateJwtResponse;
}

impl OpenIdFunctions {
    /// The issuer of the discovery configuration: the claim `iss` of tokens.
    pub async fn issuer(&self, user_context: &UserContext) -> Result<String, Error> {
        let input = GetOpenIdDiscoveryConfiguration::new().user_context(user_context.clone());
        Ok(self.get_open_id_discovery_configuration(input).await?.issuer)
    }
}

/// What [`OpenIdApis::get_open_id_discovery_configuration_get`] takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetOpenIdDiscoveryConfigurationGet {
    /// The recipe's functions, with all overrides.
    pub functions: OpenIdFunctions,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

impl GetOpenIdDiscoveryConfigurationGet {
    /// The input for a request.
    pub fn new(functions: OpenIdFunctions, exchange: Exchange, user_context: UserContext) -> Self {
        Self { functions, exchange, user_context }
    }
}

/// What [`OpenIdApis::get_open_id_discovery_configuration_get`] gives. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
// One value per request, made to be taken apart at once.
#[allow(clippy::large_enum_variant)]
pub enum GetOpenIdDiscoveryConfigurationGetResponse {
    /// The reply is the configuration, for any origin.
    Ok(OpenIdDiscoveryConfiguration),
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

overridable! {
    /// The HTTP APIs of the recipe.
    pub OpenIdApis, OpenIdApisBuilder, OpenIdApisOverride, OpenIdApisLayer, OpenIdApi,
    recipe "openid", original ApiImplementation, error Error;
    /// `GET <api base path>/.well-known/openid-configuration`: the discovery configuration.
    async fn get_open_id_discovery_configuration_get(
        GetOpenIdDiscoveryConfigurationGet
    ) -> GetOpenIdDiscoveryConfigurationGetResponse, route;
}
