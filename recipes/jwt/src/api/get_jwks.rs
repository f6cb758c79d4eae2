//! `GET /jwt/jwks.json`: the public keys.

use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use http::{HeaderValue, Response, StatusCode};
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::{ApiCall, Error};

use super::ApiImplementation;
use crate::functions::{GetJwks, GetJwksGet, GetJwksGetResponse, JwtApis, JwtFunctions};
use crate::types::JsonWebKeySet;

/// The route's path below the API base path.
pub const GET_JWKS_API: &str = "/jwt/jwks.json";

/// Answers a request.
pub(crate) async fn get_jwks(apis: JwtApis, functions: JwtFunctions, call: ApiCall) -> Result<Response<Bytes>, Error> {
    match apis.get_jwks_get(GetJwksGet::new(functions, call.exchange, call.user_context)).await? {
        GetJwksGetResponse::Ok(set) => keys_response(&set),
        GetJwksGetResponse::GeneralError { message } => general_error_response(&message),
    }
}

fn keys_response(set: &JsonWebKeySet) -> Result<Response<Bytes>, Error> {
    let mut response = json_response(StatusCode::OK, set)?;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(seconds) = set.validity_in_seconds {
        let value = HeaderValue::try_from(format!("max-age={seconds}, must-revalidate")).map_err(Error::other)?;
        headers.insert(CACHE_CONTROL, value);
    }
    Ok(response)
}

impl ApiImplementation {
    pub(crate) async fn get_jwks_get(&self, input: GetJwksGet, _top: &JwtApis) -> Result<GetJwksGetResponse, Error> {
        let set = input.functions.get_jwks(GetJwks::new().user_context(input.user_context)).await?;
        Ok(GetJwksGetResponse::Ok(set))
    }
}
