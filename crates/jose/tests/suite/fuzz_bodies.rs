//! What the fuzz targets run. They live here, and `fuzz/` includes this file, so that the ordinary tests run them too.

use std::sync::LazyLock;

use supertokens_jose::{CompactJwt, Jwk, JwkSet, KeySet, VerifyingKey, base64url};

/// Keys whose private halves were thrown away: no token exists that one of them accepts.
static KEYS: LazyLock<[VerifyingKey; 3]> = LazyLock::new(|| {
    let text = |value: &str| Some(value.to_owned());
    let rsa = Jwk {
        kty: "RSA".to_owned(),
        n: text(concat!(
            "45YPpeNXhjP4D_oFnQTsjnOWYYUpy1TOK-NBiyNq6pJ5qgt8mWSOQyc12YOw1t7RPPTOtKf9KIvkBCs6tkyqE2KydCvJ5S-cezW0XJwU",
            "n93ZabRJCB70vPOLMjkgL04dtrfksKQS5wGJu0lCBsPPXgs3SYPixw2AI_qOCtLHbe1KzLtp80oq39BaX_FNV-FMRR0EE2NNAUriwBTt",
            "wD7ceRcIQR2-To2DBi13xY0CBODT83ZrDdyWZvWBzSwYJN95pmJIF9lPgR0zojq_JhDviGbxRSxdHZ1fiHC_gReHq0Fh0rbFXoLyR93R",
            "juAO8a_jmBsi7z3E2YrKwJjboJCDjw",
        )),
        e: text("AQAB"),
        ..Jwk::default()
    };
    let p256 = Jwk {
        kty: "EC".to_owned(),
        crv: text("P-256"),
        x: text("Y_SJoRXlP7ct23V2mLM0ZunDtjeyVj0KdV-bto9b7gs"),
        y: text("2u_RiBKlHbirU5rgWMNlILCPRTfYX0MMbGv5GI01SI4"),
        ..Jwk::default()
    };
    let ed25519 = Jwk {
        kty: "OKP".to_owned(),
        crv: text("Ed25519"),
        x: text("cWae5wwGfqByPDdF-LbR0CNFpHyP0n9ZM9p3YZg4T40"),
        ..Jwk::default()
    };
    [rsa, p256, ed25519].map(|jwk| VerifyingKey::from_jwk(&jwk).unwrap())
});

/// The bytes as a token, and as the header of a token that is well formed otherwise.
pub(crate) fn jwt_parse(bytes: &[u8]) {
    if let Ok(token) = str::from_utf8(bytes) {
        never_accepted(token);
    }
    let signature = base64url::encode(&[1; 256]);
    never_accepted(&format!("{}.e30.{signature}", base64url::encode(bytes)));
}

/// The bytes as a key set, and as one member of a set.
pub(crate) fn jwks_parse(bytes: &[u8]) {
    never_inconsistent(bytes);
    never_inconsistent(&[b"{\"keys\":[", bytes, b"]}"].concat());
}

fn never_accepted(token: &str) {
    let Ok(jwt) = CompactJwt::split(token) else { return };
    let rebuilt = [jwt.header_segment(), jwt.payload_segment(), jwt.signature_segment()].join(".");
    assert_eq!(rebuilt, token, "the parts of a token are the token");
    assert_eq!(format!("{}.{}", jwt.signing_input(), jwt.signature_segment()), token);
    if let Ok(payload) = jwt.payload() {
        assert_eq!(base64url::encode(&payload), jwt.payload_segment(), "a payload has one spelling");
    }
    let header = jwt.header();
    for key in KEYS.iter() {
        let error = jwt.verify(key).expect_err("nobody can sign for these keys");
        if let Err(header_error) = &header {
            assert_eq!(&error, header_error, "a header that cannot be read is refused for that reason");
        }
    }
}

fn never_inconsistent(json: &[u8]) {
    let Ok(set) = JwkSet::parse(json) else { return };
    let published = serde_json::to_vec(&set).unwrap();
    assert_eq!(JwkSet::parse(&published).as_ref(), Ok(&set), "a set that was read is read again from what it writes");
    let keys = KeySet::from(&set);
    assert!(keys.len() <= set.keys.len());
    assert_eq!(keys.is_empty(), keys.iter().next().is_none());
    for (kid, key) in keys.iter() {
        assert!(kid.is_none_or(|kid| keys.get(kid).is_some()));
        assert!(key.verify(b"message", json).is_err(), "a key set is no signature");
    }
}
