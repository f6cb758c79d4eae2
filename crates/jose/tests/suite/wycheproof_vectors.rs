//! Wycheproof's signatures: valid ones with unusual values, and forgeries that careless verifiers accept.

use supertokens_jose::{Algorithm, Jwk, KeyError, VerifyingKey, base64url};
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify};

#[test]
fn rs256_signatures_of_every_key_size_are_judged_as_wycheproof_does() {
    use rsa_pkcs1_verify::{TestName, TestSet};
    for (name, keys) in [
        (TestName::Rsa2048Sha256, 3),
        (TestName::Rsa3072Sha256, 2),
        (TestName::Rsa4096Sha256, 1),
        (TestName::Rsa8192Sha256, 1),
    ] {
        let set = TestSet::load(name).unwrap();
        assert_eq!(set.test_groups.len(), keys);
        for group in &set.test_groups {
            let key = verifying_key(Jwk { n: number(&group.key.n), e: number(&group.key.e), ..kind("RSA", None) });
            assert_eq!(key.algorithm(), Algorithm::Rs256);
            for test in &group.tests {
                judge(&key, &test.msg, &test.sig, test.result, &test.comment);
            }
        }
    }
}

#[test]
fn es256_signatures_are_judged_as_wycheproof_does() {
    use ecdsa::{TestName, TestSet};
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    for group in &set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let key = verifying_key(Jwk { x: number(x), y: number(y), ..kind("EC", Some("P-256")) });
        assert_eq!(key.algorithm(), Algorithm::Es256);
        for test in &group.tests {
            judge(&key, &test.msg, &test.sig, test.result, &test.comment);
        }
    }
}

/// JWS has the two numbers side by side (RFC 7518 §3.4), so the ASN.1 form is no signature, however right its numbers are.
#[test]
fn es256_signatures_in_asn1_are_refused() {
    use ecdsa::{TestName, TestSet};
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256).unwrap();
    let mut valid = 0;
    for group in &set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let key = verifying_key(Jwk { x: number(x), y: number(y), ..kind("EC", Some("P-256")) });
        for test in &group.tests {
            valid += usize::from(test.result == TestResult::Valid);
            assert!(key.verify(&test.msg, &test.sig).is_err(), "accepted: {}", test.comment);
        }
    }
    assert!(valid > 100, "some of them would be valid as ASN.1");
}

#[test]
fn ed25519_signatures_are_judged_as_wycheproof_does() {
    use eddsa::{TestName, TestSet};
    let set = TestSet::load(TestName::Ed25519).unwrap();
    for group in &set.test_groups {
        let key = verifying_key(Jwk { x: number(&group.key.pk), ..kind("OKP", Some("Ed25519")) });
        assert_eq!(key.algorithm(), Algorithm::EdDsa);
        for test in &group.tests {
            judge(&key, &test.msg, &test.sig, test.result, &test.comment);
        }
    }
}

#[test]
fn ed448_keys_are_refused() {
    use eddsa::{TestName, TestSet};
    for group in &TestSet::load(TestName::Ed448).unwrap().test_groups {
        let jwk = Jwk { x: number(&group.key.pk), ..kind("OKP", Some("Ed448")) };
        assert_eq!(VerifyingKey::from_jwk(&jwk).err(), Some(KeyError::UnsupportedType));
    }
}

fn judge(key: &VerifyingKey, message: &[u8], signature: &[u8], result: TestResult, comment: &str) {
    // `Acceptable` is one case, an RSA padding without its NULL: legal in old signatures, never in those of a JWS.
    let expected = result == TestResult::Valid;
    assert_eq!(key.verify(message, signature).is_ok(), expected, "{comment}");
}

fn verifying_key(jwk: Jwk) -> VerifyingKey {
    VerifyingKey::from_jwk(&jwk).unwrap()
}

fn kind(kty: &str, crv: Option<&str>) -> Jwk {
    Jwk { kty: kty.to_owned(), crv: crv.map(str::to_owned), ..Jwk::default() }
}

fn number(bytes: &[u8]) -> Option<String> {
    Some(base64url::encode(bytes))
}
