//! One issuer per algorithm, so that a test can make tokens that no public function of the crate makes.

use std::{fmt, sync::LazyLock};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use supertokens_jose::{Algorithm, Jwk, SigningKey, VerifyingKey, base64url};

/// Signs whatever it is given.
pub(crate) struct Issuer {
    pub(crate) algorithm: Algorithm,
    pub(crate) jwk: Jwk,
    sign: Sign,
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

impl Issuer {
    /// A token out of these very bytes, whether they make sense or not.
    pub(crate) fn token(&self, header: &[u8], payload: &[u8]) -> String {
        let signing_input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = (self.sign)(signing_input.as_bytes());
        format!("{signing_input}.{}", base64url::encode(&signature))
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::from_jwk(&self.jwk).unwrap()
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the issuer of {}", self.algorithm)
    }
}

/// RS256, ES256 and EdDSA, in this order.
pub(crate) static ISSUERS: LazyLock<[Issuer; 3]> = LazyLock::new(|| [rs256(), es256(), ed_dsa()]);

fn rs256() -> Issuer {
    let key = SigningKey::generate().unwrap();
    let jwk = key.public_jwk("rsa");
    Issuer { algorithm: Algorithm::Rs256, jwk, sign: Box::new(move |message| key.sign(message).unwrap()) }
}

fn es256() -> Issuer {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let jwk = Jwk {
        kty: "EC".to_owned(),
        crv: Some("P-256".to_owned()),
        x: Some(base64url::encode(x)),
        y: Some(base64url::encode(y)),
        ..Jwk::default()
    };
    let sign = move |message: &[u8]| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
    Issuer { algorithm: Algorithm::Es256, jwk, sign: Box::new(sign) }
}

fn ed_dsa() -> Issuer {
    let pair = Ed25519KeyPair::generate().unwrap();
    let jwk = Jwk {
        kty: "OKP".to_owned(),
        crv: Some("Ed25519".to_owned()),
        x: Some(base64url::encode(pair.public_key().as_ref())),
        ..Jwk::default()
    };
    Issuer { algorithm: Algorithm::EdDsa, jwk, sign: Box::new(move |message| pair.sign(message).as_ref().to_vec()) }
}
