//! The discovery configuration as JSON.

use serde::{Deserialize, Serialize};
use supertokens_jwt::GET_JWKS_API;

/// How others find and trust what the application signs (OpenID Connect Discovery 1.0, section 3). The field names are
/// the JSON keys, in the order in which they are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenIdDiscoveryConfiguration {
    /// The claim `iss` of tokens.
    pub issuer: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where OAuth clients send users to sign in.
    pub authorization_endpoint: String,
    /// Where OAuth clients get tokens.
    pub token_endpoint: String,
    /// Where OAuth clients read about the user.
    pub userinfo_endpoint: String,
    /// Where OAuth clients revoke tokens.
    pub revocation_endpoint: String,
    /// Where resource servers ask about tokens.
    pub token_introspection_endpoint: String,
    /// Where OAuth clients send users to sign out.
    pub end_session_endpoint: String,
    /// The kinds of subject identifiers.
    pub subject_types_supported: Vec<String>,
    /// The algorithms that ID tokens are signed with.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// The kinds of answers of the authorization endpoint.
    pub response_types_supported: Vec<String>,
}

impl OpenIdDiscoveryConfiguration {
    /// The configuration of an application whose API lies below `api_url` (the API domain with the API base path),
    /// which is also the issuer.
    pub fn new(api_url: &str) -> Self {
        let below = |path: &str| format!("{api_url}{path}");
        let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        Self {
            issuer: api_url.to_owned(),
            jwks_uri: below(GET_JWKS_API),
            authorization_endpoint: below("/oauth/auth"),
            token_endpoint: below("/oauth/token"),
            userinfo_endpoint: below("/oauth/userinfo"),
            revocation_endpoint: below("/oauth/revoke"),
            token_introspection_endpoint: below("/oauth/introspect"),
            end_session_endpoint: below("/oauth/end_session"),
            subject_types_supported: list(&["public"]),
            id_token_signing_alg_values_supported: list(&["RS256"]),
            response_types_supported: list(&["code", "id_token", "id_token token"]),
        }
    }
}
