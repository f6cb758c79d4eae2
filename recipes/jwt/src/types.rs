//! Keys as JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The keys that tokens can be verified with (RFC 7517, section 5). As JSON it is `{"keys": [..]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JsonWebKeySet {
    /// The keys.
    pub keys: Vec<JsonWebKey>,
    /// For how many seconds the keys may be cached. Goes into the `Cache-Control` header of the API, not into its body.
    #[serde(skip)]
    pub validity_in_seconds: Option<u64>,
}

impl JsonWebKeySet {
    /// A set of these keys, without a word on how long they may be cached.
    pub fn new(keys: Vec<JsonWebKey>) -> Self {
        Self { keys, validity_in_seconds: None }
    }
}

/// A public key (RFC 7517, section 4). Those of the core are RSA keys, and have all of the named parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JsonWebKey {
    /// The kind of key: `RSA`.
    pub kty: String,
    /// The key's id: what the header of a token names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The modulus of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// The algorithm that the key is meant for: `RS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The parameter `use`, what the key is for: `sig`.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
    /// All other parameters, passed on as they are.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
