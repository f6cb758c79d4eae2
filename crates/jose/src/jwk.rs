//! JSON Web Keys and sets of them, as text (RFC 7517): what is published and fetched, not yet a key to verify with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest key set that is read, in bytes.
pub const MAX_JWKS_LENGTH: usize = 256 * 1024;

/// The most keys that a set may hold.
pub const MAX_KEYS: usize = 128;

/// One public key as JSON. Private and unknown members are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Key type: `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// Key id, which a token names in its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// RSA modulus, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// RSA public exponent, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Curve: `P-256` or `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// First coordinate (EC) or the public key (OKP), base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate (EC), base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The one algorithm that the key is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `use`: `sig` or `enc`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub key_use: Option<String>,
}

/// A key set: `{"keys":[..]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys in the order of the document.
    pub keys: Vec<Jwk>,
}

/// A document that is no key set, or one larger than is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwksError {
    /// More than [`MAX_JWKS_LENGTH`] bytes.
    #[error("the key set has {length} bytes, more than the {MAX_JWKS_LENGTH} that are read")]
    TooLong {
        /// The document's length in bytes.
        length: usize,
    },
    /// More than [`MAX_KEYS`] keys.
    #[error("the key set has {count} keys, more than the {MAX_KEYS} that are read")]
    TooManyKeys {
        /// How many members `keys` has.
        count: usize,
    },
    /// No JSON object with a list `keys`.
    #[error("expected a JSON object with a list `keys` (RFC 7517 §5); check that the address is one of a key set")]
    Malformed,
}

impl JwkSet {
    /// Reads a document. A member of `keys` that is no readable key is left out, as RFC 7517 §5 wants it: a set may
    /// hold keys of kinds that are new to us.
    pub fn parse(json: &[u8]) -> Result<Self, JwksError> {
        if json.len() > MAX_JWKS_LENGTH {
            return Err(JwksError::TooLong { length: json.len() });
        }
        let document: Document = serde_json::from_slice(json).map_err(|_| JwksError::Malformed)?;
        if document.keys.len() > MAX_KEYS {
            return Err(JwksError::TooManyKeys { count: document.keys.len() });
        }
        Ok(Self { keys: document.keys.into_iter().filter_map(read_key).collect() })
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

fn read_key(member: Value) -> Option<Jwk> {
    // RFC 7517 §4.3: `key_ops` says what a key may be used for, and to verify is all that we do with it.
    let may_verify = match member.get("key_ops") {
        None => true,
        Some(Value::Array(operations)) => operations.iter().any(|operation| operation == "verify"),
        Some(_) => false,
    };
    if !may_verify {
        return None;
    }
    serde_json::from_value(member).ok()
}
