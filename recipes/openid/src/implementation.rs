//! What the functions do unless they are overridden.

use serde_json::Map;
use supertokens_jwt::{CreateJwt, CreateJwtResponse, Jwt};
use supertokens_kernel::{Error, Ports};

use crate::functions::{GetOpenIdDiscoveryConfiguration, OpenIdFunctions};
use crate::types::OpenIdDiscoveryConfiguration;

/// The original functions.
pub struct Implementation {
    pub(crate) configuration: OpenIdDiscoveryConfiguration,
    pub(crate) ports: Ports,
}

impl Implementation {
    pub(crate) async fn get_open_id_discovery_configuration(
        &self,
        _input: GetOpenIdDiscoveryConfiguration,
        _top: &OpenIdFunctions,
    ) -> Result<OpenIdDiscoveryConfiguration, Error> {
        Ok(self.configuration.clone())
    }

    pub(crate) async fn create_jwt(
        &self,
        mut input: CreateJwt,
        top: &OpenIdFunctions,
    ) -> Result<CreateJwtResponse, Error> {
        let issuer = top.issuer(&input.user_context).await?;
        let mut payload = Map::with_capacity(input.payload.len() + 1);
        payload.insert("iss".to_owned(), issuer.into());
        payload.extend(input.payload);
        input.payload = payload;
        Jwt::of(&self.ports)?.create_jwt(input).await
    }
}
