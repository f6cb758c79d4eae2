//! What the functions do unless they are overridden.

use std::sync::Arc;

use http::HeaderMap;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use serde_json::{Map, Value};
use supertokens_kernel::{CoreClient, CorePath, Error, NormalisedAppInfo};

use crate::functions::{CreateJwt, CreateJwtResponse, GetJwks, JwtFunctions};
use crate::types::JsonWebKeySet;

/// For how long keys may be cached where the core does not say: as long as its replaced keys overlap.
const DEFAULT_JWKS_MAX_AGE: u64 = 60;

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
    pub(crate) app_info: Arc<NormalisedAppInfo>,
    pub(crate) jwt_validity_seconds: u64,
}

/// The body of `POST /recipe/jwt`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateJwtBody<'a> {
    payload: &'a Map<String, Value>,
    validity: u64,
    use_static_signing_key: bool,
    algorithm: &'static str,
    jwks_domain: &'a str,
}

impl Implementation {
    pub(crate) async fn create_jwt(&self, input: CreateJwt, _top: &JwtFunctions) -> Result<CreateJwtResponse, Error> {
        let body = CreateJwtBody {
            payload: &input.payload,
            validity: input.validity_seconds.unwrap_or(self.jwt_validity_seconds),
            use_static_signing_key: input.use_static_signing_key,
            algorithm: "RS256",
            jwks_domain: self.app_info.api_domain.as_str(),
        };
        Ok(self.core.post(CorePath::app("/recipe/jwt"), &body, &input.user_context).await?)
    }

    pub(crate) async fn get_jwks(&self, input: GetJwks, _top: &JwtFunctions) -> Result<JsonWebKeySet, Error> {
        let path = CorePath::app("/.well-known/jwks.json");
        let (mut set, headers): (JsonWebKeySet, _) = self.core.get_with_headers(path, &input.user_context).await?;
        set.validity_in_seconds = Some(max_age(&headers).unwrap_or(DEFAULT_JWKS_MAX_AGE));
        Ok(set)
    }
}

fn max_age(headers: &HeaderMap) -> Option<u64> {
    let values = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    let mut directives = values.flat_map(|value| value.split(',')).filter_map(|directive| directive.split_once('='));
    let (_, seconds) = directives.find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))?;
    seconds.trim().parse().ok()
}
