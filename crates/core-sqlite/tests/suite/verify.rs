//! Verifying and regenerating access tokens.

use serde_json::{Value, json};
use supertokens_core::Config;
use supertokens_jose::{SigningKey, base64url};

use crate::common::*;

#[tokio::test]
async fn a_token_has_the_shape_of_version_5() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let (header, claims) = core.read("", access_token(&session)).await;
    let token = access_token(&session);
    let text = String::from_utf8(base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    let kid = header["kid"].as_str().unwrap();
    assert_eq!(text, format!(r#"{{"kid":"{kid}","typ":"JWT","version":"5","alg":"RS256"}}"#));
    assert_eq!(kid, format!("d-{START_MS}"));
    // serde_json keeps their order only where some crate of the build asks for it.
    let mut names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    names.sort_unstable();
    let mut expected = vec![
        "iat",
        "exp",
        "sub",
        "tId",
        "rsub",
        "sessionHandle",
        "refreshTokenHash1",
        "parentRefreshTokenHash1",
        "antiCsrfToken",
        "role",
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
    assert_eq!(session["accessToken"]["createdTime"], json!(START_MS));
    assert_eq!(session["refreshToken"]["expiry"], json!(START_MS + 100 * 86_400_000));
}

#[tokio::test]
async fn a_token_is_good_until_the_second_it_expires() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    core.pass(3599);
    core.verify("5.6", access_token(&session), true).await.ok();
    core.pass(1);
    for version in ["5.4", "5.6"] {
        let answer = core.verify(version, access_token(&session), false).await;
        assert_eq!(answer.refusal(), ("TRY_REFRESH_TOKEN", "Access token expired"));
    }
}

#[tokio::test]
async fn a_revoked_session_is_noticed_only_with_the_database() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    core.post("5.6", "/recipe/session/remove", json!({"sessionHandles": [handle(&session)]})).await.ok();
    core.verify("5.6", access_token(&session), false).await.ok();
    for version in ["5.4", "5.6"] {
        let answer = core.verify(version, access_token(&session), true).await;
        assert_eq!(answer.refusal(), ("UNAUTHORISED", "Either the session has ended or has been blacklisted"));
    }
}

#[tokio::test]
async fn tokens_that_nobody_signed_are_refused() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let token = access_token(&session);
    let (header, claims) = core.read("", token).await;
    let kid = header["kid"].as_str().unwrap();
    let foreign_key = SigningKey::generate().unwrap();
    let forge = |header: Value| {
        let [header, claims] = [header, claims.clone()].map(|part| base64url::encode(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = base64url::encode(&foreign_key.sign(signed.as_bytes()).unwrap());
        format!("{signed}.{signature}")
    };
    let parts: Vec<_> = token.split('.').collect();
    let none = base64url::encode(format!(r#"{{"alg":"none","typ":"JWT","version":"5","kid":"{kid}"}}"#).as_bytes());
    let full = |alg: &str| json!({"alg": alg, "typ": "JWT", "version": "5", "kid": kid});
    for (token, message) in [
        (forge(full("RS256")), "JWT verification failed"),
        (forge(json!({"alg": "RS256", "typ": "JWT", "version": "5", "kid": "d-1"})), "Key not found"),
        (forge(json!({"alg": "RS256", "typ": "JWT", "version": "5"})), "JWT header mismatch - kid"),
        (forge(json!({"alg": "RS256", "typ": "JWT", "version": "4", "kid": kid})), "JWT header mismatch - version"),
        (forge(json!({"alg": "RS256", "typ": "JWT", "version": 5, "kid": kid})), "JWT header mismatch - version"),
        (forge(json!({"alg": "RS256", "typ": "X", "version": "5", "kid": kid})), "JWT header mismatch - typ"),
        (forge(full("HS256")), "JWT header mismatch - alg"),
        (format!("{none}.{}.{}", parts[1], parts[2]), "JWT header mismatch - alg"),
        (format!("{none}.{}.", parts[1]), "JWT header mismatch - alg"),
        (format!("{}.{}", parts[0], parts[1]), "Invalid JWT"),
        (format!("{token}.x"), "Invalid JWT"),
        ("garbage".to_owned(), "Invalid JWT"),
        (String::new(), "Invalid JWT"),
        (refresh_token(&session).to_owned(), "Invalid JWT"),
    ] {
        for version in ["5.4", "5.6"] {
            let answer = core.verify(version, &token, false).await;
            let (status, found) = answer.refusal();
            assert_eq!(status, "TRY_REFRESH_TOKEN", "{token}");
            // Where a token is wrong twice, either may be named.
            assert!(found == message || message.contains("alg") && found == "Invalid JWT", "{found}: {token}");
        }
    }
}

#[tokio::test]
async fn the_anti_csrf_token_is_compared_when_both_flags_ask_for_it() {
    let core = TestCore::new();
    let mut body = session_of("alice");
    body["enableAntiCsrf"] = json!(true);
    let session = core.post("5.6", "/recipe/session", body).await.ok();
    let verify = |check: bool, enable: bool, given: Option<&str>| {
        let mut body = json!({"accessToken": access_token(&session), "doAntiCsrfCheck": check, "enableAntiCsrf": enable,
                              "checkDatabase": false});
        if let Some(given) = given {
            body["antiCsrfToken"] = json!(given);
        }
        body
    };
    let right = session["antiCsrfToken"].as_str();
    for body in [verify(true, true, right), verify(false, true, None), verify(true, false, Some("wrong"))] {
        core.post("5.6", "/recipe/session/verify", body).await.ok();
    }
    for body in [verify(true, true, None), verify(true, true, Some("wrong"))] {
        let answer = core.post("5.6", "/recipe/session/verify", body).await;
        assert_eq!(answer.refusal(), ("TRY_REFRESH_TOKEN", "anti-csrf check failed"));
    }
}

#[tokio::test]
async fn verifying_by_5_6_never_writes_and_never_gives_a_token() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let unpromoted = core.refresh("5.4", refresh_token(&session)).await.ok();
    for check_database in [false, true] {
        let verified = core.verify("5.6", access_token(&unpromoted), check_database).await.ok();
        assert!(verified.get("accessToken").is_none());
        assert_eq!(verified.get("payloadUpdateAvailable"), check_database.then_some(&json!(false)));
    }
    // Nothing was promoted: the first refresh token is still good.
    core.refresh("5.4", refresh_token(&session)).await.ok();
}

#[tokio::test]
async fn a_payload_changed_behind_the_token_is_told_by_5_6_and_given_by_5_4() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let change = json!({"sessionHandle": handle(&session), "userDataInJWT": {"role": "admin", "n": 1.50}});
    core.put("/recipe/jwt/data", change).await.ok();

    let told = core.verify("5.6", access_token(&session), true).await.ok();
    assert_eq!(told["payloadUpdateAvailable"], json!(true));
    assert_eq!(told["session"]["userDataInJWT"], json!({"role": "user"}));
    assert!(told.get("accessToken").is_none());
    assert!(core.verify("5.6", access_token(&session), false).await.ok().get("payloadUpdateAvailable").is_none());

    let given = core.verify("5.4", access_token(&session), true).await.ok();
    assert_eq!(given["session"]["userDataInJWT"], json!({"role": "admin", "n": 1.5}));
    let (_, claims) = core.read("", access_token(&given)).await;
    assert_eq!(claims["role"], "admin");
    let told = core.verify("5.6", access_token(&given), true).await.ok();
    assert_eq!(told["payloadUpdateAvailable"], json!(false));
}

#[tokio::test]
async fn an_access_token_of_a_branch_that_was_rotated_out_must_be_refreshed() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let child = core.refresh("5.6", refresh_token(&session)).await.ok();
    // The one before still counts.
    core.verify("5.6", access_token(&session), true).await.ok();
    core.refresh("5.6", refresh_token(&child)).await.ok();
    let answer = core.verify("5.6", access_token(&session), true).await;
    assert_eq!(answer.refusal(), ("UNAUTHORISED", "rotated-out token branch; refresh required"));
    // It is no theft, and without the database nobody knows.
    core.information(handle(&session)).await.ok();
    core.verify("5.6", access_token(&session), false).await.ok();
}

#[tokio::test]
async fn only_the_public_tenant_verifies_by_5_6() {
    let core = TestCore::new();
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let session = core.post("5.6", "/t1/recipe/session", session_of("alice")).await.ok();
    let body = json!({"accessToken": access_token(&session), "doAntiCsrfCheck": false, "enableAntiCsrf": false,
                      "checkDatabase": true});
    let refused = core.post("5.6", "/t1/recipe/session/verify", body.clone()).await;
    assert_eq!((refused.status, refused.text.as_str()), (403, "Only public tenantId can call this app specific API"));
    let verified = core.post("5.6", "/recipe/session/verify", body.clone()).await.ok();
    assert_eq!(verified["session"]["tenantId"], "t1");
    core.post("5.4", "/t1/recipe/session/verify", body).await.ok();
}

#[tokio::test]
async fn regenerating_replaces_the_payload_and_keeps_the_tokens_end() {
    let core = TestCore::new();
    for version in ["5.4", "5.6"] {
        let session = core.create(version).await;
        core.pass(100);
        let body = json!({"accessToken": access_token(&session), "userDataInJWT": {"role": "admin"}});
        let regenerated = core.post(version, "/recipe/session/regenerate", body).await.ok();
        assert_eq!(regenerated["accessToken"]["expiry"], session["accessToken"]["expiry"]);
        assert_eq!(regenerated["session"]["userDataInJWT"], json!({"role": "admin"}));
        let (_, claims) = core.read("", access_token(&regenerated)).await;
        assert_eq!(claims["role"], "admin");
        // The refresh token is the same one.
        let (_, before) = core.read("", access_token(&session)).await;
        assert_eq!(claims["refreshTokenHash1"], before["refreshTokenHash1"]);
        let refreshed = core.refresh(version, refresh_token(&session)).await.ok();
        assert_eq!(refreshed["session"]["userDataInJWT"], json!({"role": "admin"}));
    }
}

#[tokio::test]
async fn regenerating_an_expired_token_changes_the_payload_and_gives_no_token() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    core.pass(3600);
    let body = json!({"accessToken": access_token(&session), "userDataInJWT": {"late": true}});
    let regenerated = core.post("5.4", "/recipe/session/regenerate", body).await.ok();
    assert!(regenerated.get("accessToken").is_none());
    assert_eq!(regenerated["session"]["userDataInJWT"], json!({"late": true}));
    assert_eq!(core.information(handle(&session)).await.json["userDataInJWT"], json!({"late": true}));
}

#[tokio::test]
async fn regenerating_needs_a_signature_and_no_garbage() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let token = access_token(&session);
    let other = core.create("5.4").await;
    let (signed, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = access_token(&other).rsplit_once('.').unwrap();
    let body = |token: &str| json!({"accessToken": token, "userDataInJWT": {"role": "admin"}});
    let answer = core.post("5.4", "/recipe/session/regenerate", body(&format!("{signed}.{signature}"))).await;
    assert_eq!(answer.refusal().0, "UNAUTHORISED");
    let answer = core.post("5.4", "/recipe/session/regenerate", body("garbage")).await;
    assert_eq!(answer.bad_request(), "Invalid JWT");
    assert_eq!(core.information(handle(&session)).await.json["userDataInJWT"], json!({"role": "user"}));
}

#[tokio::test]
async fn a_token_of_a_removed_tenant_is_refused() {
    let core = TestCore::with(Config::default());
    core.put("/recipe/multitenancy/tenant/v2", json!({"tenantId": "t1"})).await.ok();
    let session = core.post("5.6", "/t1/recipe/session", session_of("alice")).await.ok();
    core.post("5.4", "/recipe/multitenancy/tenant/remove", json!({"tenantId": "t1"})).await.ok();
    let unknown = "AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId \
                   combination not found: (, public, t1)";
    assert_eq!(core.verify("5.6", access_token(&session), false).await.bad_request(), unknown);
    assert_eq!(core.refresh("5.6", refresh_token(&session)).await.bad_request(), unknown);
}
