//! `jsonwebtoken` as the oracle: both accept and refuse the same tokens, whatever was done to them.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{DecodingKey, Validation};
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};
use supertokens_jose::{Algorithm, CompactJwt};

use crate::issuers::{ISSUERS, Issuer};

/// The payload, where the token is accepted. Both have to read the same.
type Judgement = Option<Map<String, Value>>;

fn ours(token: &str, issuer: &Issuer) -> Judgement {
    let jwt = CompactJwt::split(token).ok()?;
    jwt.verify(&issuer.verifying_key()).ok()?;
    serde_json::from_slice(&jwt.payload().ok()?).ok()
}

fn theirs(token: &str, issuer: &Issuer) -> Judgement {
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(serde_json::to_value(&issuer.jwk).unwrap()).unwrap();
    let mut validation = Validation::new(match issuer.algorithm {
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        _ => jsonwebtoken::Algorithm::EdDSA,
    });
    // Claims are no business of ours, so the oracle must not look at them.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    jsonwebtoken::decode(token, &key, &validation).ok().map(|token| token.claims)
}

fn header(issuer: &Issuer) -> Vec<u8> {
    serde_json::to_vec(&json!({"kid": "d-1", "typ": "JWT", "version": "5", "alg": issuer.algorithm.as_str()})).unwrap()
}

fn any_issuer() -> impl Strategy<Value = &'static Issuer> {
    (0..ISSUERS.len()).prop_map(|index| &ISSUERS[index])
}

/// What may happen to a token on its way.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, char),
    Insert(Index, char),
    Remove(Index),
    Truncate(Index),
    Append(String),
    SwapParts(Index, Index),
    RepeatPart(Index),
    DropPart(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let letter = || prop_oneof![8 => "[A-Za-z0-9_-]", 1 => "[.=+/ ]", 1 => any::<char>().prop_map(String::from)];
    let letter = move || letter().prop_map(|text| text.chars().next().unwrap());
    prop_oneof![
        4 => (any::<Index>(), letter()).prop_map(|(at, letter)| Mutation::Replace(at, letter)),
        2 => (any::<Index>(), letter()).prop_map(|(at, letter)| Mutation::Insert(at, letter)),
        2 => any::<Index>().prop_map(Mutation::Remove),
        1 => any::<Index>().prop_map(Mutation::Truncate),
        1 => "[A-Za-z0-9_.=-]{1,3}".prop_map(Mutation::Append),
        1 => any::<(Index, Index)>().prop_map(|(one, other)| Mutation::SwapParts(one, other)),
        1 => any::<Index>().prop_map(Mutation::RepeatPart),
        1 => any::<Index>().prop_map(Mutation::DropPart),
    ]
}

fn apply(mutation: &Mutation, token: &str) -> String {
    let mut letters: Vec<char> = token.chars().collect();
    let mut parts: Vec<&str> = token.split('.').collect();
    let count = parts.len();
    match mutation {
        Mutation::Replace(at, letter) => *at.get_mut(&mut letters) = *letter,
        Mutation::Insert(at, letter) => letters.insert(at.index(letters.len()), *letter),
        Mutation::Remove(at) => drop(letters.remove(at.index(letters.len()))),
        Mutation::Truncate(at) => letters.truncate(1 + at.index(letters.len())),
        Mutation::Append(end) => letters.extend(end.chars()),
        Mutation::SwapParts(one, other) => {
            parts.swap(one.index(count), other.index(count));
            return parts.join(".");
        }
        Mutation::RepeatPart(index) => {
            parts.insert(0, *index.get(&parts));
            return parts.join(".");
        }
        Mutation::DropPart(index) => {
            parts.remove(index.index(count));
            return parts.join(".");
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn a_token_of_any_payload_is_accepted(issuer in any_issuer(), claims in prop::collection::hash_map(".{0,8}", any::<i64>(), 0..4)) {
        let claims: Map<String, Value> = claims.into_iter().map(|(name, value)| (name, value.into())).collect();
        let token = issuer.token(&header(issuer), &serde_json::to_vec(&claims).unwrap());
        prop_assert_eq!(ours(&token, issuer), Some(claims.clone()));
        prop_assert_eq!(theirs(&token, issuer), Some(claims));
    }

    #[test]
    fn a_mutated_token_is_judged_alike(issuer in any_issuer(), mutations in prop::collection::vec(mutation(), 1..3)) {
        let whole = issuer.token(&header(issuer), br#"{"sub":"alice","iat":1700000000}"#);
        let token = mutations.iter().fold(whole.clone(), |token, mutation| apply(mutation, &token));
        let judgement = ours(&token, issuer);
        prop_assert_eq!(&judgement, &theirs(&token, issuer));
        prop_assert!(judgement.is_none() || token == whole, "a changed token was accepted: {}", token);
    }

    /// Rightly signed, so that the header and the payload alone decide.
    #[test]
    fn a_signed_token_of_any_header_and_payload_is_judged_alike(
        issuer in any_issuer(),
        alg in prop_oneof![4 => Just(None), 1 => "(none|HS256|HS512|RS256|RS512|PS256|ES256|ES384|EdDSA|rs256|)".prop_map(Some)],
        rest in r#"(,"(kid|typ)":"[a-z\\\\/]{0,4}"|,"version":("4"|4|null)|,"foo":(1|"a"|\[\{\}\])){0,2}"#,
        end in r#"(\}|\}|\}|\}\}|,\}||\} |\}x)"#,
        payload in r#"(\{\}|\{"sub":"a"\}|\{"sub":"a"|\[\]|"a"|1|null|[a-z]{0,3})"#,
    ) {
        let alg = alg.unwrap_or_else(|| issuer.algorithm.as_str().to_owned());
        let header = format!(r#"{{"alg":"{alg}"{rest}{end}"#);
        let token = issuer.token(header.as_bytes(), payload.as_bytes());
        if has_a_name_twice(&header) {
            // The oracle lets the names pass that it does not know; RFC 7515 §4 does not.
            prop_assert_eq!(ours(&token, issuer), None);
        } else {
            prop_assert_eq!(ours(&token, issuer), theirs(&token, issuer), "{}", header);
        }
    }

    /// A token of one key, offered to another: also where the algorithm would fit.
    #[test]
    fn a_token_is_judged_alike_by_every_key(issuer in any_issuer(), reader in any_issuer(), alg in "(RS256|ES256|EdDSA|HS256|none)") {
        let token = issuer.token(format!(r#"{{"alg":"{alg}"}}"#).as_bytes(), b"{}");
        let judgement = ours(&token, reader);
        prop_assert_eq!(&judgement, &theirs(&token, reader));
        let rightly_so = issuer.algorithm == reader.algorithm && alg == issuer.algorithm.as_str();
        prop_assert_eq!(judgement.is_some(), rightly_so);
    }
}

fn has_a_name_twice(header: &str) -> bool {
    ["kid", "typ", "version", "foo"].iter().any(|name| header.matches(&format!("\"{name}\":")).count() > 1)
}

/// The classic attack: the public key as the secret of a MAC.
#[test]
fn a_mac_made_with_the_public_key_is_refused_by_both() {
    let issuer = &ISSUERS[0];
    let public_key = serde_json::to_vec(&issuer.jwk).unwrap();
    let claims = json!({"sub": "mallory"});
    let token = jsonwebtoken::encode(
        &jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256),
        &claims,
        &jsonwebtoken::EncodingKey::from_secret(&public_key),
    )
    .unwrap();
    assert_eq!((ours(&token, issuer), theirs(&token, issuer)), (None, None));
}

/// What we refuse and the oracle accepts; each is demanded by RFC 7515.
#[test]
fn a_repeated_unknown_parameter_and_an_unknown_critical_one_are_refused_by_us_alone() {
    for issuer in ISSUERS.iter() {
        for rest in [r#""foo":1,"foo":2"#, r#""crit":["foo"],"foo":1"#] {
            let header = format!(r#"{{"alg":"{}",{rest}}}"#, issuer.algorithm);
            let token = issuer.token(header.as_bytes(), b"{}");
            assert_eq!(ours(&token, issuer), None);
            assert_eq!(theirs(&token, issuer), Some(Map::new()));
        }
    }
}

#[test]
fn a_token_that_the_oracle_signed_is_accepted() {
    let key = supertokens_jose::SigningKey::generate().unwrap();
    let document = STANDARD.encode(&*key.to_pkcs8());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{document}\n-----END PRIVATE KEY-----\n");
    let encoding_key = jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    let token = jsonwebtoken::encode(&header, &json!({"sub": "alice"}), &encoding_key).unwrap();
    let jwt = CompactJwt::split(&token).unwrap();
    assert_eq!(jwt.verify(&key.verifying_key()), Ok(()));
    assert_eq!(jwt.payload().unwrap(), br#"{"sub":"alice"}"#);
}
