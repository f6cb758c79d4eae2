//! An RSA private key that signs tokens.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{KeyPair, RSA_PKCS1_SHA256},
};
use zeroize::Zeroizing;

use crate::{Algorithm, Jwk, KeyError, SignError, VerifyingKey, base64url};

/// An RSA private key for RS256. Clones share the key; `Debug` shows none of it.
#[derive(Clone)]
pub struct SigningKey {
    inner: Arc<Inner>,
}

struct Inner {
    pair: RsaKeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
    verifying_key: VerifyingKey,
}

impl SigningKey {
    /// A new key of 2,048 bits. Takes tens to hundreds of milliseconds.
    pub fn generate() -> Result<Self, KeyError> {
        Self::from_pair(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?)
    }

    /// Reads an unencrypted PKCS#8 document (DER) with an RSA key of at least 2,048 bits.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pair(RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Rejected)?)
    }

    /// The key as an unencrypted PKCS#8 document (DER), wiped from memory when dropped.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.inner.pkcs8.clone()
    }

    /// The public half for a key set, with `alg` RS256 and `use` sig.
    pub fn public_jwk(&self, kid: &str) -> Jwk {
        let public_key = self.inner.pair.public_key();
        Jwk {
            kty: "RSA".to_owned(),
            kid: Some(kid.to_owned()),
            n: Some(base64url::encode(public_key.modulus().big_endian_without_leading_zero())),
            e: Some(base64url::encode(public_key.exponent().big_endian_without_leading_zero())),
            alg: Some(Algorithm::Rs256.as_str().to_owned()),
            key_use: Some("sig".to_owned()),
            ..Jwk::default()
        }
    }

    /// The public half, to verify with.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.inner.verifying_key.clone()
    }

    /// The RS256 signature of `message`.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.signature_length()];
        self.inner
            .pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SignError::Failed)?;
        Ok(signature)
    }

    pub(crate) fn signature_length(&self) -> usize {
        self.inner.pair.public_modulus_len()
    }

    fn from_pair(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public_key = pair.public_key();
        let verifying_key = VerifyingKey::from_rsa_numbers(
            public_key.modulus().big_endian_without_leading_zero(),
            public_key.exponent().big_endian_without_leading_zero(),
        )?;
        let der: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| KeyError::Rejected)?;
        let pkcs8 = Zeroizing::new(der.as_ref().to_vec());
        Ok(Self { inner: Arc::new(Inner { pair, pkcs8, verifying_key }) })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("algorithm", &Algorithm::Rs256).finish_non_exhaustive()
    }
}
