//! The fuzz targets' bodies on generated input, so that each test run exercises them.

use proptest::prelude::*;

use crate::fuzz_bodies::{jwks_parse, jwt_parse};

/// Text that looks like JSON with the members of headers and keys, often broken.
const JSON_LIKE: &str = concat!(
    r#"(\{|\[|\}|\]|,|:|"|null|true|-?[0-9]{1,3}|"alg"|"kid"|"typ"|"version"|"crit"|"RS256"|"ES256"|"EdDSA"|"none"|"#,
    r#""keys"|"kty"|"RSA"|"EC"|"OKP"|"n"|"e"|"AQAB"|"crv"|"P-256"|"Ed25519"|"x"|"y"|"use"|"sig"|"key_ops"| ){0,24}"#
);

/// One header or key, whole, with values of any kind.
const OBJECT: &str = concat!(
    r#"\{"(alg|kty)":"(RS256|ES256|EdDSA|none|RSA|EC|OKP)"(,"(alg|kid|typ|version|crit|n|e|crv|x|y|use|key_ops)":"#,
    r#"("[A-Za-z0-9_-]{0,44}"|"AQAB"|"P-256"|"Ed25519"|"sig"|\["verify"\]|\{\}|null|7)){0,6}\}"#
);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes_are_handled(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        jwt_parse(&bytes);
        jwks_parse(&bytes);
    }

    #[test]
    fn text_of_a_tokens_form_is_handled(token in r"[A-Za-z0-9_=.-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,344}") {
        jwt_parse(token.as_bytes());
    }

    #[test]
    fn text_like_json_is_handled(text in JSON_LIKE) {
        jwt_parse(text.as_bytes());
        jwks_parse(text.as_bytes());
    }

    #[test]
    fn headers_and_keys_of_any_kind_are_handled(text in OBJECT) {
        jwt_parse(text.as_bytes());
        jwks_parse(text.as_bytes());
    }

    #[test]
    fn any_ed25519_key_and_any_number_of_rsa_is_handled(number in prop::collection::vec(any::<u8>(), 250..260), x: [u8; 32]) {
        let (n, x) = (supertokens_jose::base64url::encode(&number), supertokens_jose::base64url::encode(&x));
        jwks_parse(format!(r#"{{"kty":"RSA","kid":"r","n":"{n}","e":"AQAB"}}"#).as_bytes());
        jwks_parse(format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"o","x":"{x}"}}"#).as_bytes());
    }
}

#[test]
fn deep_nesting_is_handled() {
    for depth in [16, 17, 200, 20_000] {
        let nested = format!(r#"{{"alg":"RS256","jwk":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
        jwt_parse(nested.as_bytes());
        jwks_parse(nested.as_bytes());
    }
}
