//! Which keys and key sets are usable, and what is said about the others.

use supertokens_jose::{
    Algorithm, Jwk, JwkSet, JwksError, KeyError, KeySet, MAX_JWKS_LENGTH, MAX_KEYS, VerifyingKey, base64url,
};

use crate::issuers::ISSUERS;

fn rsa() -> Jwk {
    ISSUERS[0].jwk.clone()
}

fn p256() -> Jwk {
    ISSUERS[1].jwk.clone()
}

fn ed25519() -> Jwk {
    ISSUERS[2].jwk.clone()
}

fn refusal(jwk: Jwk) -> KeyError {
    let set = JwkSet { keys: vec![jwk.clone()] };
    assert!(KeySet::from(&set).is_empty(), "a set leaves out what is refused alone");
    VerifyingKey::from_jwk(&jwk).unwrap_err()
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// An odd number of so many bits.
fn modulus(bits: usize) -> Option<String> {
    let mut bytes = vec![0xff; bits.div_ceil(8)];
    bytes[0] >>= bits.div_ceil(8) * 8 - bits;
    Some(base64url::encode(&bytes))
}

#[test]
fn an_algorithm_is_found_by_its_exact_name() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(algorithm.to_string(), algorithm.as_str());
    }
    for name in ["", "none", "HS256", "rs256", "RS512", "EdDSA ", "Ed25519"] {
        let error = name.parse::<Algorithm>().unwrap_err();
        assert_eq!(error.to_string(), "the algorithm is not supported: expected RS256, ES256 or EdDSA");
    }
}

#[test]
fn the_type_of_a_key_decides_its_algorithm() {
    for (jwk, algorithm) in [(rsa(), Algorithm::Rs256), (p256(), Algorithm::Es256), (ed25519(), Algorithm::EdDsa)] {
        assert_eq!(VerifyingKey::from_jwk(&Jwk { alg: None, key_use: None, ..jwk }).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn an_alg_that_disagrees_with_the_type_is_refused() {
    for (jwk, others) in [
        (rsa(), ["ES256", "RS512", "RSA-OAEP", "none", ""]),
        (p256(), ["RS256", "ES384", "ECDH-ES", "none", ""]),
        (ed25519(), ["RS256", "ES256", "HS256", "none", ""]),
    ] {
        let expected = VerifyingKey::from_jwk(&jwk).unwrap().algorithm();
        assert!(VerifyingKey::from_jwk(&Jwk { alg: text(expected.as_str()), ..jwk.clone() }).is_ok());
        for other in others {
            let error = refusal(Jwk { alg: text(other), ..jwk.clone() });
            assert_eq!(error, KeyError::AlgorithmMismatch { expected }, "{other}");
        }
    }
}

#[test]
fn a_key_for_encryption_is_refused() {
    for jwk in [rsa(), p256(), ed25519()] {
        assert!(VerifyingKey::from_jwk(&Jwk { key_use: text("sig"), ..jwk.clone() }).is_ok());
        assert_eq!(refusal(Jwk { key_use: text("enc"), ..jwk.clone() }), KeyError::NotForSignatures);
        assert_eq!(refusal(Jwk { key_use: text("other"), ..jwk }), KeyError::NotForSignatures);
    }
}

#[test]
fn a_type_or_curve_that_is_not_supported_is_refused() {
    let kind = |kty: &str, crv: Option<&str>| Jwk { kty: kty.to_owned(), crv: crv.map(str::to_owned), ..p256() };
    for jwk in [
        kind("oct", None),
        kind("", None),
        kind("rsa", None),
        kind("EC", None),
        kind("EC", Some("P-384")),
        kind("EC", Some("secp256k1")),
        kind("EC", Some("Ed25519")),
        kind("OKP", Some("P-256")),
        kind("OKP", Some("X25519")),
        kind("OKP", None),
    ] {
        assert_eq!(refusal(jwk), KeyError::UnsupportedType);
    }
}

#[test]
fn a_key_without_a_member_that_its_type_needs_is_refused() {
    for (jwk, name) in [
        (Jwk { n: None, ..rsa() }, "n"),
        (Jwk { e: None, ..rsa() }, "e"),
        (Jwk { x: None, ..p256() }, "x"),
        (Jwk { y: None, ..p256() }, "y"),
        (Jwk { x: None, ..ed25519() }, "x"),
    ] {
        assert_eq!(refusal(jwk), KeyError::Missing(name));
    }
}

#[test]
fn a_member_that_is_not_strict_base64url_or_too_short_is_refused() {
    for (jwk, name) in [
        (Jwk { n: rsa().n.map(|n| n + "=="), ..rsa() }, "n"),
        (Jwk { e: text("AQAB="), ..rsa() }, "e"),
        (Jwk { e: text("A+/B"), ..rsa() }, "e"),
        (Jwk { x: text(""), ..p256() }, "x"),
        (Jwk { x: text(&base64url::encode(&[1; 31])), ..p256() }, "x"),
        (Jwk { y: text(&base64url::encode(&[1; 33])), ..p256() }, "y"),
        (Jwk { x: text(&base64url::encode(&[1; 33])), ..ed25519() }, "x"),
        (Jwk { x: text(&base64url::encode(&[1; 31])), ..ed25519() }, "x"),
    ] {
        assert_eq!(refusal(jwk), KeyError::Encoding(name));
    }
}

#[test]
fn an_rsa_key_of_fewer_than_2048_or_more_than_8192_bits_is_refused() {
    for bits in [8, 512, 1024, 2047, 8193, 16384] {
        assert_eq!(refusal(Jwk { n: modulus(bits), ..rsa() }), KeyError::RsaSize { bits });
    }
    for bits in [2048, 2049, 3072, 4096, 8192] {
        assert!(VerifyingKey::from_jwk(&Jwk { n: modulus(bits), ..rsa() }).is_ok(), "{bits}");
    }
    let zeros = base64url::encode(&[0; 256]);
    assert_eq!(refusal(Jwk { n: text(&zeros), ..rsa() }), KeyError::RsaSize { bits: 0 });
    assert_eq!(refusal(Jwk { n: text(""), ..rsa() }), KeyError::RsaSize { bits: 0 });
}

#[test]
fn an_rsa_key_with_an_unsound_exponent_or_modulus_is_refused() {
    for e in [&[][..], &[0], &[1], &[2], &[0, 1], &[1, 0, 0], &[1, 0, 0, 0, 1], &[0xff; 256]] {
        assert_eq!(refusal(Jwk { e: text(&base64url::encode(e)), ..rsa() }), KeyError::RsaUnsound, "{e:?}");
    }
    for e in [&[3][..], &[17], &[1, 0, 1], &[0xff; 4]] {
        assert!(VerifyingKey::from_jwk(&Jwk { e: text(&base64url::encode(e)), ..rsa() }).is_ok(), "{e:?}");
    }
    let mut even = base64url::decode(&rsa().n.unwrap()).unwrap();
    *even.last_mut().unwrap() &= 0xfe;
    assert_eq!(refusal(Jwk { n: text(&base64url::encode(&even)), ..rsa() }), KeyError::RsaUnsound);
}

/// Some libraries write the sign byte of their big integers into the key.
#[test]
fn an_rsa_key_with_leading_zeros_is_the_same_key() {
    let padded = |member: Option<String>| {
        let bytes = base64url::decode(&member.unwrap()).unwrap();
        Some(base64url::encode(&[&[0], bytes.as_slice()].concat()))
    };
    let key = VerifyingKey::from_jwk(&Jwk { n: padded(rsa().n), e: padded(rsa().e), ..rsa() }).unwrap();
    let token = ISSUERS[0].token(br#"{"alg":"RS256"}"#, b"{}");
    assert_eq!(supertokens_jose::CompactJwt::split(&token).unwrap().verify(&key), Ok(()));
}

#[test]
fn a_point_that_is_not_on_the_curve_is_refused() {
    assert_eq!(refusal(Jwk { y: p256().x, ..p256() }), KeyError::Rejected);
    let zero = text(&base64url::encode(&[0; 32]));
    assert_eq!(refusal(Jwk { x: zero.clone(), y: zero, ..p256() }), KeyError::Rejected);
}

#[test]
fn a_set_finds_its_keys_by_id_and_leaves_out_the_others() {
    let named = |jwk: Jwk, kid: &str| Jwk { kid: text(kid), ..jwk };
    let set = JwkSet {
        keys: vec![
            named(Jwk { key_use: text("enc"), ..rsa() }, "for-encryption"),
            named(rsa(), "r"),
            Jwk { kid: None, ..p256() },
            named(Jwk { n: modulus(1024), ..rsa() }, "short"),
            named(ed25519(), "o"),
            named(p256(), "o"),
        ],
    };
    let keys = KeySet::from(&set);
    assert_eq!(keys.len(), 4);
    assert!(!keys.is_empty());
    let listed: Vec<_> = keys.iter().map(|(kid, key)| (kid, key.algorithm())).collect();
    assert_eq!(
        listed,
        [
            (Some("r"), Algorithm::Rs256),
            (None, Algorithm::Es256),
            (Some("o"), Algorithm::EdDsa),
            (Some("o"), Algorithm::Es256)
        ]
    );
    assert_eq!(keys.get("r").unwrap().algorithm(), Algorithm::Rs256);
    assert_eq!(keys.get("o").unwrap().algorithm(), Algorithm::EdDsa, "the first of two with one id");
    for absent in ["", "R", "short", "for-encryption", "p"] {
        assert!(keys.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn a_document_that_is_no_key_set_is_refused() {
    for json in ["", "{}", "[]", "null", "keys", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":[]"#, "<html></html>"]
    {
        assert_eq!(JwkSet::parse(json.as_bytes()), Err(JwksError::Malformed), "{json}");
    }
    assert_eq!(JwkSet::parse(br#"{"keys":[],"keys":[]}"#), Err(JwksError::Malformed), "two lists");
    assert_eq!(JwkSet::parse(br#"{"keys":[]}"#), Ok(JwkSet::default()));
    assert_eq!(JwkSet::parse(br#"{"issuer":"a","keys":[],"x":{}}"#), Ok(JwkSet::default()));
}

#[test]
fn a_member_of_a_set_that_is_no_key_is_left_out() {
    let key = serde_json::to_string(&rsa()).unwrap();
    for member in ["1", "null", "[]", "{}", r#""RSA""#, r#"{"kid":"a"}"#, r#"{"kty":1}"#, r#"{"kty":"RSA","n":[1]}"#] {
        let json = format!(r#"{{"keys":[{member},{key},{member}]}}"#);
        assert_eq!(JwkSet::parse(json.as_bytes()).unwrap().keys, [rsa()], "{member}");
    }
}

#[test]
fn a_key_whose_operations_do_not_include_verify_is_left_out() {
    let with = |operations: &str| {
        let json = serde_json::to_string(&rsa()).unwrap();
        let json = format!(r#"{{"keys":[{{"key_ops":{operations},{}]}}"#, &json[1..]);
        JwkSet::parse(json.as_bytes()).unwrap().keys
    };
    assert_eq!(with(r#"["verify"]"#), [rsa()]);
    assert_eq!(with(r#"["sign","verify"]"#), [rsa()]);
    for operations in [r#"["encrypt"]"#, r#"["sign"]"#, "[]", r#""verify""#, "null"] {
        assert!(with(operations).is_empty(), "{operations}");
    }
}

#[test]
fn a_set_above_the_limits_is_refused() {
    let length = MAX_JWKS_LENGTH + 1;
    assert_eq!(JwkSet::parse(&vec![b' '; length]), Err(JwksError::TooLong { length }));
    let many = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec![r#"{"kty":"oct"}"#; count].join(","));
    assert_eq!(JwkSet::parse(many(MAX_KEYS).as_bytes()).unwrap().keys.len(), MAX_KEYS);
    let count = MAX_KEYS + 1;
    assert_eq!(JwkSet::parse(many(count).as_bytes()), Err(JwksError::TooManyKeys { count }));
    let deep = format!(r#"{{"keys":[{}]}}"#, "[".repeat(100_000));
    assert_eq!(JwkSet::parse(deep.as_bytes()), Err(JwksError::Malformed));
}

#[test]
fn a_key_is_written_with_its_members_in_order_and_without_empty_ones() {
    let jwk = Jwk { n: text("AQAB"), e: text("AQAB"), kid: text("s-1"), ..rsa() };
    assert_eq!(
        serde_json::to_string(&JwkSet { keys: vec![jwk] }).unwrap(),
        r#"{"keys":[{"kty":"RSA","kid":"s-1","n":"AQAB","e":"AQAB","alg":"RS256","use":"sig"}]}"#
    );
    let jwk = Jwk { x: text("AQAB"), ..Jwk { kty: "OKP".to_owned(), ..Jwk::default() } };
    assert_eq!(serde_json::to_string(&jwk).unwrap(), r#"{"kty":"OKP","x":"AQAB"}"#);
}

#[test]
fn private_members_of_a_key_are_not_kept() {
    let set =
        JwkSet::parse(br#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","d":"c2VjcmV0","k":"c2VjcmV0"}]}"#).unwrap();
    assert!(!format!("{set:?}{}", serde_json::to_string(&set).unwrap()).contains("c2VjcmV0"));
}
