//! OpenID discovery for SuperTokens.
//!
//! The recipe tells others how to trust what the application signs: who the issuer is, and where its keys are
//! (OpenID Connect Discovery 1.0). It signs tokens that name that issuer in the claim `iss`.
//!
//! * [`OpenId`] is the recipe; its one piece of configuration are the overrides. The issuer is the API domain with the
//!   API base path, unless an override of the discovery configuration says otherwise.
//! * [`OpenIdFunctions`] are its functions, found by [`OpenId::of`]:
//!   [`get_open_id_discovery_configuration`](OpenIdFunctions::get_open_id_discovery_configuration),
//!   [`create_jwt`](OpenIdFunctions::create_jwt), and the shorthand [`issuer`](OpenIdFunctions::issuer).
//! * [`OpenIdApis`] is its HTTP side: `GET <api base path>/.well-known/openid-configuration`.
//!
//! The recipe brings `jwt` along, which signs. The `session` recipe brings both, and lets its access tokens name the
//! same issuer. List this recipe only to override something, or to use it without sessions.
//!
//! ```
//! use serde_json::json;
//! use supertokens_kernel::{Error, Ports, Recipe};
//! use supertokens_openid::{CreateJwt, CreateJwtResponse, OpenId};
//!
//! /// An entry of the list that `SuperTokens::init` takes: tokens name an issuer of the application's own choice.
//! fn recipe() -> Box<dyn Recipe> {
//!     OpenId::new()
//!         .override_functions(|functions| {
//!             functions.get_open_id_discovery_configuration(async move |input, original| {
//!                 let mut configuration = original.get_open_id_discovery_configuration(input).await?;
//!                 configuration.issuer = "https://login.example.com".to_owned();
//!                 Ok(configuration)
//!             })
//!         })
//!         .boxed()
//! }
//!
//! /// A token that another service accepts, since it finds the keys by the issuer.
//! async fn service_token(app: &impl AsRef<Ports>) -> Result<CreateJwtResponse, Error> {
//!     let input = CreateJwt::from_claims(&json!({"sub": "billing-service"}))?.validity_seconds(60);
//!     OpenId::of(app)?.create_jwt(input).await
//! }
//! # let _ = recipe();
//! ```

#![forbid(unsafe_code)]

mod api;
mod functions;
mod implementation;
mod recipe;
#[cfg(test)]
mod tests;
mod types;

pub use api::GET_DISCOVERY_CONFIG_URL;
pub use functions::{
    GetOpenIdDiscoveryConfiguration, GetOpenIdDiscoveryConfigurationGet, GetOpenIdDiscoveryConfigurationGetResponse,
    OpenIdApi, OpenIdApis, OpenIdApisBuilder, OpenIdApisOverride, OpenIdFunction, OpenIdFunctions,
    OpenIdFunctionsBuilder, OpenIdFunctionsOverride,
};
pub use recipe::OpenId;
pub use supertokens_jwt::{CreateJwt, CreateJwtResponse, GetJwks, JsonWebKeySet, Jwt};
pub use types::OpenIdDiscoveryConfiguration;
