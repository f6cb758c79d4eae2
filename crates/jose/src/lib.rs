//! JSON Web Tokens and key sets, shared by the SDK and the embedded core.
//!
//! The part of JOSE that sessions and sign-in providers need, and no more: compact JWS (RFC 7515) with RS256, ES256 or
//! EdDSA signatures (RFC 7518, RFC 8037), and public keys as JWK sets (RFC 7517). Claims are not looked at: a caller
//! gets the payload's bytes once the signature holds, and decides about expiry, issuer and audience.
//!
//! ```
//! use supertokens_jose::{CompactJwt, JwkSet, KeySet, SigningKey, sign_compact};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let signing_key = SigningKey::generate()?;
//! let token = sign_compact(br#"{"kid":"k1","typ":"JWT","alg":"RS256"}"#, br#"{"sub":"alice"}"#, &signing_key)?;
//!
//! // What a server publishes, and what a client makes of it.
//! let published = serde_json::to_vec(&JwkSet { keys: vec![signing_key.public_jwk("k1")] })?;
//! let keys = KeySet::from(&JwkSet::parse(&published)?);
//!
//! let jwt = CompactJwt::split(&token)?;
//! let kid = jwt.header()?.kid.ok_or("this issuer names its keys")?;
//! jwt.verify(keys.get(&kid).ok_or("unknown key")?)?;
//! assert_eq!(jwt.payload()?, br#"{"sub":"alice"}"#);
//! # Ok(())
//! # }
//! ```
//!
//! Keys are parsed once, into a [`VerifyingKey`] or a [`SigningKey`], both cheap to clone. A token never chooses how it
//! is checked: its `alg` has to equal the algorithm of the key that the caller picked.

mod algorithm;
pub mod base64url;
mod compact;
mod header;
mod jwk;
mod key_set;
mod sign;
mod signing_key;
mod verifying_key;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use compact::{CompactJwt, JwtError, MAX_TOKEN_LENGTH, Part};
pub use header::{Header, HeaderError, HeaderVersion};
pub use jwk::{Jwk, JwkSet, JwksError, MAX_JWKS_LENGTH, MAX_KEYS};
pub use key_set::KeySet;
pub use sign::{SignError, sign_compact};
pub use signing_key::SigningKey;
pub use verifying_key::{KeyError, SignatureError, VerifyingKey};
