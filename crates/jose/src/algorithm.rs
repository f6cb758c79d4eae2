//! The signature algorithms that are accepted; everything else is refused by name.

use std::{fmt, str::FromStr};

/// A signature algorithm, by its JOSE name (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none`, the HMAC family and every other name are no values of this type, so a token that asks for them cannot be
/// checked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256; the signature is the 64 bytes `r || s`.
    Es256,
    /// EdDSA, of which Ed25519 is the curve supported.
    EdDsa,
}

impl Algorithm {
    /// The name as written in `alg`: `RS256`, `ES256` or `EdDSA`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads a name as written in `alg`. Names are case-sensitive.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name).ok_or(UnknownAlgorithm)
    }
}

/// The name is none of the supported algorithms.
// The name itself is left out: it mostly comes from a token, so from a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is not supported: expected RS256, ES256 or EdDSA")]
pub struct UnknownAlgorithm;
