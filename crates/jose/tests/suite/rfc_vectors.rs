//! The examples of RFC 7515, 7517 and 8037.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeyPairComponents, PublicKeyComponents},
};
use serde_json::Value;
use supertokens_jose::{
    Algorithm, CompactJwt, Jwk, JwkSet, JwtError, KeySet, SignatureError, SigningKey, VerifyingKey, base64url,
    sign_compact,
};

/// The payload of the examples in RFC 7515, whose lines end in CR LF.
const PAYLOAD: &[u8] = b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/// RFC 7515 A.2: RS256.
const A2_KEY: &str = include_str!("rfc7515_a2_key.json");
const A2_TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiJ9",
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7",
    "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12",
    "jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUP",
    "QGe77Rw",
);

/// RFC 7515 A.3: ES256.
const A3_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
const A3_TOKEN: &str = concat!(
    "eyJhbGciOiJFUzI1NiJ9",
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);

/// RFC 7515 A.5: `none`.
const A5_TOKEN: &str = concat!(
    "eyJhbGciOiJub25lIn0",
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    ".",
);

/// RFC 8037 A.4 and A.5: EdDSA.
const RFC8037_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const RFC8037_TOKEN: &str = concat!(
    "eyJhbGciOiJFZERTQSJ9",
    ".RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
);

/// RFC 7517 A.1.
const KEY_SET: &str = include_str!("rfc7517_a1_keys.json");

fn key(json: &str) -> VerifyingKey {
    VerifyingKey::from_jwk(&serde_json::from_str::<Jwk>(json).unwrap()).unwrap()
}

#[test]
fn the_tokens_of_the_rfcs_are_accepted_by_their_keys_and_by_no_other() {
    let examples = [
        (A2_TOKEN, key(A2_KEY), Algorithm::Rs256, PAYLOAD),
        (A3_TOKEN, key(A3_KEY), Algorithm::Es256, PAYLOAD),
        (RFC8037_TOKEN, key(RFC8037_KEY), Algorithm::EdDsa, b"Example of Ed25519 signing"),
    ];
    for (token, key, algorithm, payload) in &examples {
        let jwt = CompactJwt::split(token).unwrap();
        assert_eq!(jwt.header().unwrap().alg, algorithm.as_str());
        assert_eq!(key.algorithm(), *algorithm);
        assert_eq!(jwt.verify(key), Ok(()));
        assert_eq!(jwt.payload().unwrap(), *payload);
        for (_, other, expected, _) in examples.iter().filter(|(_, _, other, _)| other != algorithm) {
            assert_eq!(jwt.verify(other), Err(JwtError::AlgorithmMismatch { expected: *expected }));
        }
    }
}

#[test]
fn the_unsecured_token_of_rfc_7515_is_refused() {
    assert!(CompactJwt::split(A5_TOKEN).is_err());
}

#[test]
fn signing_the_example_of_rfc_7515_gives_its_very_token() {
    let token = sign_compact(br#"{"alg":"RS256"}"#, PAYLOAD, &a2_signing_key()).unwrap();
    assert_eq!(token, A2_TOKEN);
}

#[test]
fn the_public_jwk_of_the_example_key_is_the_one_of_rfc_7515() {
    let published = a2_signing_key().public_jwk("2011");
    let example: Jwk = serde_json::from_str(A2_KEY).unwrap();
    assert_eq!((published.n, published.e), (example.n, example.e));
}

#[test]
fn the_key_set_of_rfc_7517_is_read_whole_and_used_without_its_encryption_key() {
    let set = JwkSet::parse(KEY_SET.as_bytes()).unwrap();
    let ids: Vec<_> = set.keys.iter().map(|jwk| (jwk.kty.as_str(), jwk.kid.as_deref().unwrap())).collect();
    assert_eq!(ids, [("EC", "1"), ("RSA", "2011-04-29")]);

    let keys = KeySet::from(&set);
    assert_eq!(keys.len(), 1, "`use` of the first is `enc`");
    assert!(keys.get("1").is_none());
    let rsa = keys.get("2011-04-29").unwrap();
    assert_eq!(rsa.algorithm(), Algorithm::Rs256);
    let foreign = CompactJwt::split(A2_TOKEN).unwrap().verify(rsa);
    assert_eq!(foreign, Err(JwtError::Signature(SignatureError::Mismatch)));
}

fn a2_signing_key() -> SigningKey {
    let jwk: Value = serde_json::from_str(A2_KEY).unwrap();
    let number = |name: &str| base64url::decode(jwk[name].as_str().unwrap()).unwrap();
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: number("n"), e: number("e") },
        d: number("d"),
        p: number("p"),
        q: number("q"),
        dP: number("dp"),
        dQ: number("dq"),
        qInv: number("qi"),
    };
    let pkcs8: Pkcs8V1Der<'_> = KeyPair::from_components(&components).unwrap().as_der().unwrap();
    SigningKey::from_pkcs8(pkcs8.as_ref()).unwrap()
}
