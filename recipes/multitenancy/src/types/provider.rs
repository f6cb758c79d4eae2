//! Third-party providers as a tenant has them in the core.

use serde::{Deserialize, Serialize};

use super::Settings;

/// A third-party provider: who it is, how it is reached, and as which clients the application is known to it.
///
/// Known providers (`google`, `github`, ..) need an id and clients; what is set here goes before what the SDK knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProviderConfig {
    /// The provider's id: `google`.
    pub third_party_id: String,
    /// What the front end calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As which clients the application is known to it.
    #[serde(default)]
    pub clients: Vec<ProviderClientConfig>,
    /// Where people are sent to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// What is added to that address; a `null` takes a parameter away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint_query_params: Option<Settings>,
    /// Where codes are exchanged for tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// What is added to the body that is sent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_body_params: Option<Settings>,
    /// Where the provider tells who somebody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_info_endpoint: Option<String>,
    /// What is added to that address; a `null` takes a parameter away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_info_endpoint_query_params: Option<Settings>,
    /// The headers that are sent there; a `null` takes one away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_info_endpoint_headers: Option<Settings>,
    /// Where the provider's public keys are.
    #[serde(default, rename = "jwksURI", skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where the provider describes itself (OpenID Connect Discovery 1.0).
    #[serde(default, rename = "oidcDiscoveryEndpoint", skip_serializing_if = "Option::is_none")]
    pub oidc_discovery_endpoint: Option<String>,
    /// Whether a user without an e-mail address is refused; so unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_email: Option<bool>,
    /// Where in the provider's answers the user's id and address are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_info_map: Option<UserInfoMap>,
    /// All other settings, passed on as they are.
    #[serde(flatten)]
    pub other: Settings,
}

impl ProviderConfig {
    /// A provider that is known to the SDK by this id, or one whose endpoints are set.
    pub fn new(third_party_id: impl Into<String>) -> Self {
        Self { third_party_id: third_party_id.into(), ..Self::default() }
    }

    /// Adds a client.
    #[must_use]
    pub fn client(mut self, client: ProviderClientConfig) -> Self {
        self.clients.push(client);
        self
    }
}

/// As whom the application is known to a provider.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProviderClientConfig {
    /// Which of several clients it is: `web`, `ios`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_type: Option<String>,
    /// The id that the provider gave.
    pub client_id: String,
    /// The secret that the provider gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether the exchange is protected by PKCE (RFC 7636) although there is a secret.
    #[serde(default, rename = "forcePKCE", skip_serializing_if = "Option::is_none")]
    pub force_pkce: Option<bool>,
    /// What single providers need besides; it may hold secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_config: Option<Settings>,
}

impl ProviderClientConfig {
    /// A client of this id.
    pub fn new(client_id: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), ..Self::default() }
    }

    /// Sets the secret.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Sets which of several clients it is.
    #[must_use]
    pub fn client_type(mut self, client_type: impl Into<String>) -> Self {
        self.client_type = Some(client_type.into());
        self
    }
}

impl std::fmt::Debug for ProviderClientConfig {
    // Without the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderClientConfig")
            .field("client_type", &self.client_type)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Where in a provider's answers the user's id and address are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfoMap {
    /// In the payload of the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_id_token_payload: Option<UserFields>,
    /// In the answer of the user info endpoint.
    #[serde(default, rename = "fromUserInfoAPI", skip_serializing_if = "Option::is_none")]
    pub from_user_info_api: Option<UserFields>,
}

/// The names of fields, with dots where they lie inside of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserFields {
    /// The user's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<String>,
}
