//! Each way in which a token can be wrong, and what its reader is told.

use supertokens_jose::{
    CompactJwt, HeaderError, HeaderVersion, JwtError, MAX_TOKEN_LENGTH, Part, SignatureError, base64url,
};

use crate::issuers::ISSUERS;

const HEADER: &[u8] = br#"{"alg":"RS256","typ":"JWT","version":"5","kid":"d-1"}"#;

fn header_error(json: &[u8]) -> HeaderError {
    let token = ISSUERS[0].token(json, b"{}");
    let jwt = CompactJwt::split(&token).unwrap();
    let error = jwt.header().unwrap_err();
    assert_eq!(jwt.verify(&ISSUERS[0].verifying_key()), Err(error), "a rightly signed token with such a header");
    match error {
        JwtError::Header(error) => error,
        other => panic!("expected a header error, got {other:?}"),
    }
}

#[test]
fn a_token_needs_exactly_three_parts() {
    for token in ["", "e30", "e30.e30", "e30.e30.e30.e30", "e30.e30.e30.", ".e30.e30.e30", "e30.e30.e30.e30.e30"] {
        assert_eq!(CompactJwt::split(token).unwrap_err(), JwtError::NotThreeParts, "{token:?}");
    }
}

#[test]
fn a_token_with_an_empty_part_is_refused() {
    for (token, part) in
        [(".e30.e30", Part::Header), ("e30..e30", Part::Payload), ("e30.e30.", Part::Signature), ("..", Part::Header)]
    {
        assert_eq!(CompactJwt::split(token).unwrap_err(), JwtError::Empty(part), "{token:?}");
    }
}

#[test]
fn a_part_that_is_not_base64url_is_refused() {
    for bad in ["e30=", "e3+0", "e3/0", "e3 0", "e30\n", " e30", "e3%30", "é30=", "e30e3", "e"] {
        for (token, part) in [
            (format!("{bad}.e30.e30"), Part::Header),
            (format!("e30.{bad}.e30"), Part::Payload),
            (format!("e30.e30.{bad}"), Part::Signature),
        ] {
            assert_eq!(CompactJwt::split(&token).unwrap_err(), JwtError::Encoding(part), "{token:?}");
        }
    }
}

#[test]
fn a_token_above_the_length_limit_is_refused_and_one_at_the_limit_is_not() {
    let token = |length: usize| format!("e30.{}.e30", "A".repeat(length - 8));
    assert!(CompactJwt::split(&token(MAX_TOKEN_LENGTH)).is_ok());
    let length = MAX_TOKEN_LENGTH + 1;
    assert_eq!(CompactJwt::split(&token(length)).unwrap_err(), JwtError::TooLong { length });
}

/// Two spellings of one signature would be two tokens, of which only one is ever revoked or cached.
#[test]
fn a_signature_has_one_spelling() {
    for (issuer, unused_bits) in ISSUERS.iter().zip([4, 4, 4]) {
        let header = format!(r#"{{"alg":"{}"}}"#, issuer.algorithm);
        let token = issuer.token(header.as_bytes(), b"{}");
        let (rest, last) = token.split_at(token.len() - 1);
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let value = ALPHABET.find(last).unwrap();
        assert_eq!(value % (1 << unused_bits), 0, "the bits behind the signature are zero");
        let other = format!("{rest}{}", &ALPHABET[value + 1..value + 2]);
        let key = issuer.verifying_key();
        assert_eq!(CompactJwt::split(&token).unwrap().verify(&key), Ok(()));
        let error = CompactJwt::split(&other).unwrap().verify(&key).unwrap_err();
        assert_eq!(error, JwtError::Encoding(Part::Signature));
    }
}

#[test]
fn a_payload_or_header_with_unused_bits_is_refused_when_it_is_read() {
    let jwt = CompactJwt::split("e31.e31.e30").unwrap();
    assert_eq!(jwt.header(), Err(JwtError::Header(HeaderError::Encoding)));
    assert_eq!(jwt.payload(), Err(JwtError::Encoding(Part::Payload)));
}

#[test]
fn a_changed_header_payload_or_signature_is_refused() {
    for issuer in ISSUERS.iter() {
        let header = format!(r#"{{"alg":"{}","kid":"a"}}"#, issuer.algorithm);
        let token = issuer.token(header.as_bytes(), br#"{"sub":"alice"}"#);
        let jwt = CompactJwt::split(&token).unwrap();
        let key = issuer.verifying_key();
        assert_eq!(jwt.verify(&key), Ok(()));

        let other_header = base64url::encode(header.replace(r#""a""#, r#""b""#).as_bytes());
        let other_payload = base64url::encode(br#"{"sub":"mallory"}"#);
        let mut other_signature = base64url::decode(jwt.signature_segment()).unwrap();
        other_signature[10] ^= 1;
        let shorter = base64url::encode(&other_signature[1..]);
        let longer = base64url::encode(&[&[0], other_signature.as_slice()].concat());
        let very_long = "A".repeat(4000);
        for (header, payload, signature) in [
            (other_header.as_str(), jwt.payload_segment(), jwt.signature_segment()),
            (jwt.header_segment(), &other_payload, jwt.signature_segment()),
            (jwt.header_segment(), jwt.payload_segment(), &base64url::encode(&other_signature)),
            (jwt.header_segment(), jwt.payload_segment(), &shorter),
            (jwt.header_segment(), jwt.payload_segment(), &longer),
            (jwt.header_segment(), jwt.payload_segment(), &very_long),
            (jwt.header_segment(), jwt.payload_segment(), "AA"),
        ] {
            let changed = format!("{header}.{payload}.{signature}");
            let error = CompactJwt::split(&changed).unwrap().verify(&key).unwrap_err();
            assert_eq!(error, JwtError::Signature(SignatureError::Mismatch), "{changed}");
        }
    }
}

#[test]
fn a_token_of_another_key_of_the_same_algorithm_is_refused() {
    let (mine, other) = (supertokens_jose::SigningKey::generate().unwrap(), ISSUERS[0].verifying_key());
    let token = supertokens_jose::sign_compact(HEADER, b"{}", &mine).unwrap();
    let jwt = CompactJwt::split(&token).unwrap();
    assert_eq!(jwt.verify(&mine.verifying_key()), Ok(()));
    assert_eq!(jwt.verify(&other), Err(JwtError::Signature(SignatureError::Mismatch)));
}

/// `none`, the MACs whose secret would be the public key, and the names of other algorithms: the key decides, and the
/// signature is right in each of these.
#[test]
fn a_header_that_names_another_algorithm_than_the_keys_is_refused() {
    const NAMES: [&str; 14] = [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "rs256", "RS256 ", "es256",
        "EDDSA",
    ];
    for issuer in ISSUERS.iter() {
        let key = issuer.verifying_key();
        let others = ["RS256", "ES256", "EdDSA"].into_iter().filter(|name| *name != issuer.algorithm.as_str());
        for name in NAMES.into_iter().chain(others) {
            let token = issuer.token(format!(r#"{{"alg":"{name}"}}"#).as_bytes(), b"{}");
            let error = CompactJwt::split(&token).unwrap().verify(&key).unwrap_err();
            assert_eq!(error, JwtError::AlgorithmMismatch { expected: issuer.algorithm }, "{name}");
        }
    }
}

/// A key remembers a header that it accepted, which must not make it accept anything else.
#[test]
fn a_key_that_has_accepted_a_token_refuses_what_it_refused_before() {
    for issuer in ISSUERS.iter() {
        let key = issuer.verifying_key();
        let header = format!(r#"{{"alg":"{}"}}"#, issuer.algorithm);
        let token = issuer.token(header.as_bytes(), b"{}");
        let jwt = CompactJwt::split(&token).unwrap();
        for _ in 0..2 {
            assert_eq!(jwt.verify(&key), Ok(()));

            let other_payload = format!("{}.e31.{}", jwt.header_segment(), jwt.signature_segment());
            let error = CompactJwt::split(&other_payload).unwrap().verify(&key).unwrap_err();
            assert_eq!(error, JwtError::Signature(SignatureError::Mismatch));

            let none = issuer.token(br#"{"alg":"none"}"#, b"{}");
            let error = CompactJwt::split(&none).unwrap().verify(&key).unwrap_err();
            assert_eq!(error, JwtError::AlgorithmMismatch { expected: issuer.algorithm });

            let critical = issuer.token(header.replace('{', r#"{"crit":["b64"],"#).as_bytes(), b"{}");
            let error = CompactJwt::split(&critical).unwrap().verify(&key).unwrap_err();
            assert_eq!(error, JwtError::Header(HeaderError::Critical));

            let another = issuer.token(header.replace('{', r#"{"kid":"b","#).as_bytes(), b"{}");
            assert_eq!(CompactJwt::split(&another).unwrap().verify(&key), Ok(()));
        }
    }
}

#[test]
fn a_key_that_the_token_brings_along_is_not_used() {
    let mallory = supertokens_jose::SigningKey::generate().unwrap();
    let jwk = serde_json::to_string(&mallory.public_jwk("d-1")).unwrap();
    let header = format!(r#"{{"alg":"RS256","kid":"d-1","jwk":{jwk},"jku":"http://localhost/keys","x5c":["AA=="]}}"#);
    let token = supertokens_jose::sign_compact(header.as_bytes(), b"{}", &mallory).unwrap();
    let error = CompactJwt::split(&token).unwrap().verify(&ISSUERS[0].verifying_key()).unwrap_err();
    assert_eq!(error, JwtError::Signature(SignatureError::Mismatch));
}

#[test]
fn a_header_with_a_parameter_twice_is_refused() {
    for json in [
        r#"{"alg":"RS256","alg":"RS256"}"#,
        r#"{"alg":"none","alg":"RS256"}"#,
        r#"{"alg":"RS256","kid":"a","kid":"b"}"#,
        r#"{"alg":"RS256","typ":"JWT","typ":"JWT"}"#,
        r#"{"alg":"RS256","version":"4","version":5}"#,
        r#"{"alg":"RS256","x5t":"a","cty":"b","x5t":"a"}"#,
        r#"{"alg":"RS256","\u0061lg":"RS256"}"#,
        r#"{"alg":"RS256","":1,"":1}"#,
    ] {
        assert_eq!(header_error(json.as_bytes()), HeaderError::Duplicate, "{json}");
    }
}

#[test]
fn a_header_with_critical_extensions_is_refused() {
    for json in [
        r#"{"alg":"RS256","crit":["exp"],"exp":1363284000}"#,
        r#"{"alg":"RS256","crit":[]}"#,
        r#"{"crit":null,"alg":"RS256"}"#,
        r#"{"alg":"RS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"RS256","\u0063rit":["b64"]}"#,
    ] {
        assert_eq!(header_error(json.as_bytes()), HeaderError::Critical, "{json}");
    }
}

#[test]
fn a_header_without_algorithm_is_refused() {
    for json in [r#"{}"#, r#"{"typ":"JWT"}"#, r#"{"ALG":"RS256"}"#] {
        assert_eq!(header_error(json.as_bytes()), HeaderError::NoAlgorithm, "{json}");
    }
}

#[test]
fn a_header_that_is_no_object_of_strings_is_refused() {
    for json in [
        r#"RS256"#,
        r#""RS256""#,
        r#"["RS256"]"#,
        r#"null"#,
        r#"{"alg":"RS256""#,
        r#"{"alg":"RS256"} {}"#,
        r#"{"alg":"RS256",}"#,
        r#"{"alg":null}"#,
        r#"{"alg":256}"#,
        r#"{"alg":["RS256"]}"#,
        r#"{"alg":{"alg":"RS256"}}"#,
        r#"{"alg":"RS256","kid":1}"#,
        r#"{"alg":"RS256","kid":null}"#,
        r#"{"alg":"RS256","typ":{}}"#,
        r#"{"alg":"RS256","kid":"\ud800"}"#,
    ] {
        assert_eq!(header_error(json.as_bytes()), HeaderError::Malformed, "{json}");
    }
    assert_eq!(header_error(b"{\"alg\":\"RS256\",\"kid\":\"\xff\"}"), HeaderError::Malformed, "not UTF-8");
    assert_eq!(header_error(b"\xef\xbb\xbf{\"alg\":\"RS256\"}"), HeaderError::Malformed, "a byte order mark");
}

#[test]
fn a_header_nested_deeper_than_sixteen_levels_is_refused() {
    let nested = |depth: usize| format!(r#"{{"alg":"RS256","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let token = ISSUERS[0].token(nested(16).as_bytes(), b"{}");
    assert_eq!(CompactJwt::split(&token).unwrap().verify(&ISSUERS[0].verifying_key()), Ok(()));
    assert_eq!(header_error(nested(17).as_bytes()), HeaderError::TooDeep);
    assert_eq!(header_error(nested(10_000).as_bytes()), HeaderError::TooDeep);
    let objects = format!(r#"{{"alg":"RS256","x":{}1{}}}"#, r#"{"x":"#.repeat(17), "}".repeat(17));
    assert_eq!(header_error(objects.as_bytes()), HeaderError::TooDeep);
}

#[test]
fn a_header_is_read_whatever_else_it_holds() {
    let json = br#" { "x5c" : ["AA=="], "kid" : "d-\u0031", "nested":{"alg":"none","crit":[1.5,-1,true,null]},
        "alg":"RS256", "typ":"JWT", "version":"5" } "#;
    let token = ISSUERS[0].token(json, b"{}");
    let jwt = CompactJwt::split(&token).unwrap();
    assert_eq!(jwt.verify(&ISSUERS[0].verifying_key()), Ok(()));
    let header = jwt.header().unwrap();
    assert_eq!((header.alg.as_str(), header.kid.as_deref()), ("RS256", Some("d-1")));
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    assert_eq!(header.version, Some(HeaderVersion::Text("5".to_owned())));
}

#[test]
fn a_header_longer_than_usual_is_read_too() {
    for length in [380, 512, 513, 5000] {
        let json = format!(r#"{{"alg":"RS256","kid":"d-1","pad":"{}"}}"#, "x".repeat(length));
        let token = ISSUERS[0].token(json.as_bytes(), b"{}");
        let jwt = CompactJwt::split(&token).unwrap();
        assert_eq!(jwt.header().unwrap().kid.as_deref(), Some("d-1"));
        assert_eq!(jwt.verify(&ISSUERS[0].verifying_key()), Ok(()));
    }
}

#[test]
fn a_version_counts_only_as_text() {
    let version = |value: &str| {
        let token = ISSUERS[0].token(format!(r#"{{"alg":"RS256","version":{value}}}"#).as_bytes(), b"{}");
        CompactJwt::split(&token).unwrap().header().unwrap().version.unwrap()
    };
    assert_eq!(version(r#""4""#).as_str(), Some("4"));
    for value in ["4", "4.0", "null", "true", r#"["4"]"#, r#"{"4":"4"}"#] {
        assert_eq!(version(value), HeaderVersion::NotText, "{value}");
        assert_eq!(version(value).as_str(), None);
    }
}

#[test]
fn neither_debug_output_nor_messages_repeat_the_token() {
    let token = ISSUERS[0].token(br#"{"alg":"secret-alg"}"#, br#"{"sub":"alice"}"#);
    let jwt = CompactJwt::split(&token).unwrap();
    let error = jwt.verify(&ISSUERS[0].verifying_key()).unwrap_err();
    let shown = format!("{jwt:?} {error:?} {error}");
    for part in ["secret-alg", jwt.header_segment(), jwt.payload_segment(), jwt.signature_segment()] {
        assert!(!shown.contains(part), "{shown}");
    }
    assert_eq!(error.to_string(), "the token's `alg` is not that of its key: expected RS256");
}
