//! `GET /.well-known/openid-configuration`: the discovery configuration.

use bytes::Bytes;
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use http::{HeaderValue, Response, StatusCode};
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::{ApiCall, Error};

use super::ApiImplementation;
use crate::functions::{
    GetOpenIdDiscoveryConfiguration, GetOpenIdDiscoveryConfigurationGet as Input,
    GetOpenIdDiscoveryConfigurationGetResponse as Output, OpenIdApis, OpenIdFunctions,
};

/// The route's path below the API base path.
pub const GET_DISCOVERY_CONFIG_URL: &str = "/.well-known/openid-configuration";

/// Answers a request.
pub(crate) async fn get_open_id_discovery_configuration(
    apis: OpenIdApis,
    functions: OpenIdFunctions,
    call: ApiCall,
) -> Result<Response<Bytes>, Error> {
    let input = Input::new(functions, call.exchange, call.user_context);
    match apis.get_open_id_discovery_configuration_get(input).await? {
        Output::Ok(configuration) => {
            let mut response = json_response(StatusCode::OK, &configuration)?;
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            Ok(response)
        }
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn get_open_id_discovery_configuration_get(
        &self,
        input: Input,
        _top: &OpenIdApis,
    ) -> Result<Output, Error> {
        let asked = GetOpenIdDiscoveryConfiguration::new().user_context(input.user_context);
        Ok(Output::Ok(input.functions.get_open_id_discovery_configuration(asked).await?))
    }
}
