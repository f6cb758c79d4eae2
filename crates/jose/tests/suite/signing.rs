//! Keys that sign, and the tokens that they make.

use supertokens_jose::{
    CompactJwt, HeaderError, KeyError, MAX_TOKEN_LENGTH, SignError, SigningKey, VerifyingKey, base64url, sign_compact,
};

use crate::issuers::ISSUERS;

const HEADER: &[u8] = br#"{"kid":"s-1","typ":"JWT","version":"5","alg":"RS256"}"#;

#[test]
fn a_token_keeps_the_bytes_of_its_header_and_payload() {
    let key = SigningKey::generate().unwrap();
    let payload = "{\"b\":1,\"a\":\"\u{e9}\", \"b2\" : 1.0}".as_bytes();
    let token = sign_compact(HEADER, payload, &key).unwrap();
    let jwt = CompactJwt::split(&token).unwrap();
    assert_eq!(jwt.header_segment(), base64url::encode(HEADER));
    assert_eq!(jwt.payload().unwrap(), payload);
    assert_eq!(jwt.verify(&key.verifying_key()), Ok(()));
    assert_eq!(jwt.verify(&VerifyingKey::from_jwk(&key.public_jwk("s-1")).unwrap()), Ok(()));
}

#[test]
fn a_key_survives_being_stored() {
    let key = SigningKey::generate().unwrap();
    let restored = SigningKey::from_pkcs8(&key.to_pkcs8()).unwrap();
    assert_eq!(restored.public_jwk("a"), key.public_jwk("a"));
    assert_eq!(restored.to_pkcs8(), key.to_pkcs8());
    let (token, again) = (sign_compact(HEADER, b"{}", &key).unwrap(), sign_compact(HEADER, b"{}", &restored).unwrap());
    assert_eq!(token, again, "RS256 signs the same way each time");
}

#[test]
fn two_generated_keys_differ() {
    let (one, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    assert_ne!(one.public_jwk("a").n, other.public_jwk("a").n);
}

#[test]
fn what_is_no_rsa_key_in_pkcs8_is_refused() {
    let der = SigningKey::generate().unwrap().to_pkcs8();
    let ed25519 = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let mut damaged = der.to_vec();
    damaged[200] ^= 1;
    for document in [b"".as_slice(), b"-----BEGIN PRIVATE KEY-----", &der[..der.len() - 1], &damaged, ed25519.as_ref()]
    {
        assert_eq!(SigningKey::from_pkcs8(document).unwrap_err(), KeyError::Rejected);
    }
}

#[test]
fn a_header_that_no_reader_would_accept_is_not_signed() {
    let key = SigningKey::generate().unwrap();
    let error = |header: &[u8]| sign_compact(header, b"{}", &key).unwrap_err();
    for header in [br#"{"alg":"ES256"}"#.as_slice(), br#"{"alg":"none"}"#, br#"{"alg":"HS256"}"#] {
        assert!(matches!(error(header), SignError::AlgorithmMismatch { .. }));
    }
    assert_eq!(error(b"{}"), SignError::Header(HeaderError::NoAlgorithm));
    assert_eq!(error(b"RS256"), SignError::Header(HeaderError::Malformed));
    assert_eq!(error(br#"{"alg":"RS256","crit":["b64"]}"#), SignError::Header(HeaderError::Critical));
}

#[test]
fn a_token_that_no_reader_would_accept_for_its_length_is_not_signed() {
    let key = SigningKey::generate().unwrap();
    let fits = MAX_TOKEN_LENGTH - base64url::encode(HEADER).len() - 342 - 2;
    let payload = vec![b'x'; fits / 4 * 3];
    let token = sign_compact(HEADER, &payload, &key).unwrap();
    assert!(token.len() <= MAX_TOKEN_LENGTH && CompactJwt::split(&token).is_ok());
    let longer = vec![b'x'; fits / 4 * 3 + 3];
    assert!(matches!(sign_compact(HEADER, &longer, &key), Err(SignError::TooLong { .. })));
}

#[test]
fn debug_output_shows_no_key() {
    let key = SigningKey::generate().unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey { algorithm: Rs256, .. }");
    assert_eq!(format!("{:?}", ISSUERS[1].verifying_key()), "VerifyingKey { algorithm: Es256, .. }");
}
