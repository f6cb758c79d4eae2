//! JWTs for any purpose.

use serde_json::{Value, json};

use crate::common::*;

fn request(payload: Value) -> Value {
    json!({"payload": payload, "algorithm": "RS256", "jwksDomain": "https://api.example.com", "validity": 3600})
}

#[tokio::test]
async fn a_jwt_is_signed_by_the_static_key_unless_the_dynamic_one_is_asked_for() {
    let core = TestCore::new();
    for (wanted, kid_start) in [(None, "s-"), (Some(true), "s-"), (Some(false), "d-")] {
        let mut body = request(json!({"sub": "someone", "n": 1}));
        if let Some(wanted) = wanted {
            body["useStaticSigningKey"] = json!(wanted);
        }
        let jwt = core.post("5.6", "/recipe/jwt", body).await.ok();
        let (header, claims) = core.read("", jwt["jwt"].as_str().unwrap()).await;
        assert!(header["kid"].as_str().unwrap().starts_with(kid_start));
        assert!(header.get("version").is_none());
        let now = START_MS / 1000;
        let expected =
            json!({"iat": now, "exp": now + 3600, "iss": "https://api.example.com", "sub": "someone", "n": 1});
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn a_payload_overrides_issuer_and_times() {
    let core = TestCore::new();
    let body = request(json!({"iss": "other", "exp": 5, "iat": 4, "aud": ["a", "b"]}));
    let jwt = core.post("5.6", "/recipe/jwt", body).await.ok();
    let (_, claims) = core.read("", jwt["jwt"].as_str().unwrap()).await;
    assert_eq!(claims, json!({"iss": "other", "exp": 5, "iat": 4, "aud": ["a", "b"]}));
}

#[tokio::test]
async fn only_rs256_and_only_a_positive_validity() {
    let core = TestCore::new();
    let mut body = request(json!({}));
    body["algorithm"] = json!("rs256");
    core.post("5.6", "/recipe/jwt", body.clone()).await.ok();
    for algorithm in ["HS256", "", "none"] {
        body["algorithm"] = json!(algorithm);
        let answer = core.post("5.6", "/recipe/jwt", body.clone()).await;
        assert_eq!(answer.json, json!({"status": "UNSUPPORTED_ALGORITHM_ERROR"}));
    }
    for validity in [0, -1] {
        body["validity"] = json!(validity);
        let answer = core.post("5.6", "/recipe/jwt", body.clone()).await;
        assert_eq!(answer.bad_request(), "validity must be greater than or equal to 0");
    }
    assert_eq!(core.post("5.6", "/t1/recipe/jwt", request(json!({}))).await.status, 403);
}

#[tokio::test]
async fn a_jwt_is_no_session() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let (_, claims) = core.read("", access_token(&session)).await;
    let jwt = core.post("5.6", "/recipe/jwt", request(claims)).await.ok();
    let answer = core.verify("5.6", jwt["jwt"].as_str().unwrap(), true).await;
    assert_eq!(answer.refusal(), ("TRY_REFRESH_TOKEN", "JWT header mismatch - version"));
}
