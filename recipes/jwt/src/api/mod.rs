//! The HTTP routes of the recipe.

mod get_jwks;

pub use get_jwks::GET_JWKS_API;
pub(crate) use get_jwks::get_jwks;

/// The original APIs.
pub struct ApiImplementation;
