//! JSON Web Tokens signed by the core, for SuperTokens.
//!
//! The recipe signs tokens of the application's own, such as those that one service shows to another, with the keys
//! that session tokens are signed with, and publishes those keys, so that anyone can verify both.
//!
//! * [`Jwt`] is the recipe: its configuration and its overrides.
//! * [`JwtFunctions`] are its functions, found by [`Jwt::of`]: [`create_jwt`](JwtFunctions::create_jwt) signs,
//!   [`get_jwks`](JwtFunctions::get_jwks) gives the public keys.
//! * [`JwtApis`] is its HTTP side: `GET <api base path>/jwt/jwks.json`.
//!
//! The `openid` recipe brings this one along, and adds the claim `iss` to what it signs; the `session` recipe brings
//! both. List this recipe only to configure it or to use it alone.
//!
//! ```
//! use serde_json::json;
//! use supertokens_jwt::{CreateJwt, CreateJwtResponse, Jwt};
//! use supertokens_kernel::{Error, Ports, Recipe};
//!
//! /// An entry of the list that `SuperTokens::init` takes: tokens live for an hour, and each says who made it.
//! fn recipe() -> Box<dyn Recipe> {
//!     Jwt::new()
//!         .jwt_validity_seconds(3600)
//!         .override_functions(|functions| {
//!             functions.create_jwt(async move |mut input, original| {
//!                 input.payload.insert("source".into(), "billing".into());
//!                 original.create_jwt(input).await
//!             })
//!         })
//!         .boxed()
//! }
//!
//! /// A token that this service shows to another one.
//! async fn service_token(app: &impl AsRef<Ports>) -> Result<String, Error> {
//!     let input = CreateJwt::from_claims(&json!({"sub": "billing-service"}))?.validity_seconds(60);
//!     match Jwt::of(app)?.create_jwt(input).await? {
//!         CreateJwtResponse::Ok { jwt } => Ok(jwt),
//!         CreateJwtResponse::UnsupportedAlgorithm => Err(Error::misuse("the core cannot sign with RS256")),
//!     }
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

pub use api::GET_JWKS_API;
pub use functions::{
    CreateJwt, CreateJwtResponse, GetJwks, GetJwksGet, GetJwksGetResponse, JwtApi, JwtApis, JwtApisBuilder,
    JwtApisOverride, JwtFunction, JwtFunctions, JwtFunctionsBuilder, JwtFunctionsOverride,
};
pub use recipe::{DEFAULT_JWT_VALIDITY_SECONDS, Jwt};
pub use types::{JsonWebKey, JsonWebKeySet};
