//! The functions and APIs of the recipe: what they take and what they give.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use supertokens_kernel::{Error, Exchange, UserContext, overridable};

use crate::api::ApiImplementation;
use crate::implementation::Implementation;
use crate::types::JsonWebKeySet;

/// What [`JwtFunctions::create_jwt`] takes.
#[derive(Clone)]
#[non_exhaustive]
pub struct CreateJwt {
    /// The claims of the token. The core adds `iat`, `exp` and `iss` (the API domain) where they are not among these.
    pub payload: Map<String, Value>,
    /// How long the token is valid. Without it, as long as the recipe is configured to.
    pub validity_seconds: Option<u64>,
    /// Whether the key that never changes signs (`true` unless said otherwise), rather than one of those that the core
    /// replaces from time to time.
    pub use_static_signing_key: bool,
    /// The request's context.
    pub user_context: UserContext,
}

impl CreateJwt {
    /// A token with this payload.
    pub fn new(payload: Map<String, Value>) -> Self {
        Self { payload, validity_seconds: None, use_static_signing_key: true, user_context: UserContext::new() }
    }

    /// A token whose payload is `claims`: anything that serialises as a JSON object.
    pub fn from_claims<T: Serialize + ?Sized>(claims: &T) -> Result<Self, Error> {
        match serde_json::to_value(claims) {
            Ok(Value::Object(payload)) => Ok(Self::new(payload)),
            Ok(_) => Err(Error::misuse(
                "the claims of a JWT serialise as something other than a JSON object; give a struct or a map",
            )),
            Err(error) => Err(Error::misuse(format!("the claims of a JWT cannot be written as JSON: {error}"))),
        }
    }

    /// Sets how long the token is valid.
    #[must_use]
    pub fn validity_seconds(mut self, seconds: u64) -> Self {
        self.validity_seconds = Some(seconds);
        self
    }

    /// Sets whether the key that never changes signs.
    #[must_use]
    pub fn use_static_signing_key(mut self, use_static_signing_key: bool) -> Self {
        self.use_static_signing_key = use_static_signing_key;
        self
    }

    /// Sets the request's context.
    #[must_use]
    pub fn user_context(mut self, user_context: UserContext) -> Self {
        self.user_context = user_context;
        self
    }
}

impl std::fmt::Debug for CreateJwt {
    // The payload is the business of those who get the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateJwt")
            .field("validity_seconds", &self.validity_seconds)
            .field("use_static_signing_key", &self.use_static_signing_key)
            .finish_non_exhaustive()
    }
}

/// What [`JwtFunctions::create_jwt`] gives.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum CreateJwtResponse {
    /// The token is signed.
    #[serde(rename = "OK")]
    Ok {
        /// The token.
        jwt: String,
    },
    /// The core does not sign with the algorithm that was asked for.
    #[serde(rename = "UNSUPPORTED_ALGORITHM_ERROR")]
    UnsupportedAlgorithm,
}

impl std::fmt::Debug for CreateJwtResponse {
    // Who holds the token can use it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ok { .. } => f.debug_struct("Ok").finish_non_exhaustive(),
            Self::UnsupportedAlgorithm => f.write_str("UnsupportedAlgorithm"),
        }
    }
}

/// What [`JwtFunctions::get_jwks`] takes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GetJwks {
    /// The request's context.
    pub user_context: UserContext,
}

impl GetJwks {
    /// The keys, outside of any request.
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
    /// The functions of the recipe; [`Jwt::of`](crate::Jwt::of) finds them.
    pub JwtFunctions, JwtFunctionsBuilder, JwtFunctionsOverride, JwtFunctionsLayer, JwtFunction,
    recipe "jwt", original Implementation, error Error;
    /// Signs a token with RS256.
    async fn create_jwt(CreateJwt) -> CreateJwtResponse;
    /// The public keys of all tokens that the core signs, past every cache.
    async fn get_jwks(GetJwks) -> JsonWebKeySet;
}

/// What [`JwtApis::get_jwks_get`] takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetJwksGet {
    /// The recipe's functions, with all overrides.
    pub functions: JwtFunctions,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

impl GetJwksGet {
    /// The input for a request.
    pub fn new(functions: JwtFunctions, exchange: Exchange, user_context: UserContext) -> Self {
        Self { functions, exchange, user_context }
    }
}

/// What [`JwtApis::get_jwks_get`] gives. Every status is 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GetJwksGetResponse {
    /// The reply is `{"keys": [..]}`, for any origin, and says for how long it may be cached.
    Ok(JsonWebKeySet),
    /// The reply is `{"status": "GENERAL_ERROR", "message": ..}`.
    GeneralError {
        /// What the front end shows.
        message: String,
    },
}

overridable! {
    /// The HTTP APIs of the recipe.
    pub JwtApis, JwtApisBuilder, JwtApisOverride, JwtApisLayer, JwtApi,
    recipe "jwt", original ApiImplementation, error Error;
    /// `GET <api base path>/jwt/jwks.json`: the public keys.
    async fn get_jwks_get(GetJwksGet) -> GetJwksGetResponse, route;
}
