//! A third-party provider as it is configured for a tenant, in the JSON of the interface.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A provider. There are secrets in it, so it has no `Debug`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provider {
    pub(crate) third_party_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// No two of one type.
    pub(crate) clients: Vec<ProviderClient>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_endpoint_query_params: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_endpoint_body_params: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_info_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_info_endpoint_query_params: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_info_endpoint_headers: Option<Map<String, Value>>,
    #[serde(rename = "jwksURI", skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) oidc_discovery_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) require_email: Option<bool>,
    pub(crate) user_info_map: UserInfoMap,
}

/// What an application is to a provider.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderClient {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_type: Option<String>,
    pub(crate) client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<Vec<String>>,
    #[serde(rename = "forcePKCE", skip_serializing_if = "Option::is_none")]
    pub(crate) force_pkce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) additional_config: Option<Map<String, Value>>,
}

/// Where a provider's answers have what is to be known about a user.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct UserInfoMap {
    #[serde(rename = "fromIdTokenPayload")]
    pub(crate) from_id_token_payload: UserInfoKeys,
    #[serde(rename = "fromUserInfoAPI")]
    pub(crate) from_user_info_api: UserInfoKeys,
}

/// The names of members of an answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserInfoKeys {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_verified: Option<String>,
}
