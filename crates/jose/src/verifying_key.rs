//! A public key that was parsed and checked once, ready to verify any number of signatures.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};

use crate::{Algorithm, Jwk, base64url};

/// The longest signature of any supported key: RSA with 8,192 bits.
pub(crate) const MAX_SIGNATURE_LENGTH: usize = 1024;

const MIN_RSA_BITS: usize = 2048;
const MAX_RSA_BITS: usize = 8192;
const P256_COORDINATE_LENGTH: usize = 32;
const ED25519_KEY_LENGTH: usize = 32;

/// A public key with the one algorithm that it verifies. Clones share the parsed key.
#[derive(Clone)]
pub struct VerifyingKey {
    inner: Arc<Inner>,
}

struct Inner {
    algorithm: Algorithm,
    key: ParsedPublicKey,
    /// Encoded header of the first token that was accepted. An issuer writes the same header into each token of a key,
    /// so that reading it once is mostly enough.
    accepted_header: OnceLock<Box<str>>,
}

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// `kty`, or `crv` for that type, is none that is supported.
    #[error("the key's type is not supported: expected kty RSA, kty EC with crv P-256, or kty OKP with crv Ed25519")]
    UnsupportedType,
    /// A member that the type needs is absent.
    #[error("the key has no `{0}`, which its type needs")]
    Missing(&'static str),
    /// A member is no base64url, or has the wrong length.
    #[error("the key's `{0}` is not base64url of the expected length")]
    Encoding(&'static str),
    /// `alg` is present and is not what keys of this type are used for here.
    #[error("the key's `alg` does not agree with its type: expected {expected}")]
    AlgorithmMismatch {
        /// The algorithm of the key's type.
        expected: Algorithm,
    },
    /// `use` is present and is not `sig`.
    #[error("the key's `use` is not `sig`")]
    NotForSignatures,
    /// An RSA modulus of fewer than 2,048 or more than 8,192 bits.
    #[error("the RSA key has {bits} bits: expected {MIN_RSA_BITS} to {MAX_RSA_BITS}")]
    RsaSize {
        /// Bits of the modulus.
        bits: usize,
    },
    /// An RSA exponent that is even, below 3 or above 32 bits, or an even modulus.
    #[error("the RSA key is not sound: expected an odd modulus and an odd exponent of 3 to 4294967295")]
    RsaUnsound,
    /// The numbers are no key: a point that is not on the curve, or a damaged private key.
    #[error("the key was rejected: its numbers do not make a key of its type")]
    Rejected,
    /// No key could be generated.
    #[error("no key could be generated: the system's random number source may be unavailable")]
    Generation,
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// It is not one of this message by this key.
    #[error("the signature does not match")]
    Mismatch,
}

impl VerifyingKey {
    /// Parses and checks a public key.
    ///
    /// Its type decides the algorithm; `alg` and `use` have to agree with it where they are present.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Algorithm::Rs256,
            ("EC", Some("P-256")) => Algorithm::Es256,
            ("OKP", Some("Ed25519")) => Algorithm::EdDsa,
            _ => return Err(KeyError::UnsupportedType),
        };
        if jwk.alg.as_deref().is_some_and(|alg| alg != algorithm.as_str()) {
            return Err(KeyError::AlgorithmMismatch { expected: algorithm });
        }
        if jwk.key_use.as_deref().is_some_and(|key_use| key_use != "sig") {
            return Err(KeyError::NotForSignatures);
        }
        let key = match algorithm {
            Algorithm::Rs256 => rsa_key(&number("n", &jwk.n)?, &number("e", &jwk.e)?)?,
            Algorithm::Es256 => p256_key(&member("x", &jwk.x)?, &member("y", &jwk.y)?)?,
            Algorithm::EdDsa => ed25519_key(&member("x", &jwk.x)?)?,
        };
        Ok(Self::new(algorithm, key))
    }

    /// The one algorithm that this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.inner.algorithm
    }

    /// Checks `signature` over `signing_input`. An ES256 signature is `r || s` (RFC 7518 §3.4).
    pub fn verify(&self, signing_input: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        self.inner.key.verify_sig(signing_input, signature).map_err(|_| SignatureError::Mismatch)
    }

    /// From the big-endian numbers of an RSA key, without leading zeros.
    pub(crate) fn from_rsa_numbers(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::new(Algorithm::Rs256, rsa_key(n, e)?))
    }

    /// Whether this very header, encoded, was once part of a token that this key verified.
    pub(crate) fn has_accepted(&self, encoded_header: &str) -> bool {
        self.inner.accepted_header.get().is_some_and(|accepted| **accepted == *encoded_header)
    }

    /// To be called for a header that was checked, of a token whose signature was checked too: a stranger must not be
    /// able to take the one place.
    pub(crate) fn remember_accepted(&self, encoded_header: &str) {
        self.inner.accepted_header.get_or_init(|| encoded_header.into());
    }

    fn new(algorithm: Algorithm, key: ParsedPublicKey) -> Self {
        Self { inner: Arc::new(Inner { algorithm, key, accepted_header: OnceLock::new() }) }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("algorithm", &self.inner.algorithm).finish_non_exhaustive()
    }
}

fn member(name: &'static str, text: &Option<String>) -> Result<Vec<u8>, KeyError> {
    let text = text.as_deref().ok_or(KeyError::Missing(name))?;
    base64url::decode(text).map_err(|_| KeyError::Encoding(name))
}

/// A number without leading zeros. RFC 7518 §6.3.1.1 forbids them and warns that some libraries write one all the same.
fn number(name: &'static str, text: &Option<String>) -> Result<Vec<u8>, KeyError> {
    let bytes = member(name, text)?;
    Ok(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn rsa_key(n: &[u8], e: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(KeyError::RsaSize { bits });
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    if !is_odd(n) || !is_odd(e) || e == [1] || e.len() > 4 {
        return Err(KeyError::RsaUnsound);
    }
    RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| KeyError::Rejected)
}

fn p256_key(x: &[u8], y: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    for (name, coordinate) in [("x", x), ("y", y)] {
        if coordinate.len() != P256_COORDINATE_LENGTH {
            return Err(KeyError::Encoding(name));
        }
    }
    // SEC 1 §2.3.3: 4 says that both coordinates follow.
    let point = [&[4], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| KeyError::Rejected)
}

fn ed25519_key(x: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    if x.len() != ED25519_KEY_LENGTH {
        return Err(KeyError::Encoding("x"));
    }
    ParsedPublicKey::new(&ED25519, x).map_err(|_| KeyError::Rejected)
}
