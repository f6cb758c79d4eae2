//! Refreshing by interface 5.4 and 5.5: a refresh token stays good until a child of it is used.

use serde_json::json;
use supertokens_core::Config;

use crate::common::*;

#[tokio::test]
async fn a_refresh_token_works_until_a_child_of_it_is_used() {
    let core = TestCore::new();
    for version in ["5.4", "5.5"] {
        let session = core.create(version).await;
        let first = refresh_token(&session);
        let child = core.refresh(version, first).await.ok();
        let sibling = core.refresh(version, first).await.ok();
        assert_ne!(refresh_token(&child), refresh_token(&sibling));

        // Using the sibling makes it the current one.
        core.refresh(version, refresh_token(&sibling)).await.ok();
        for displaced in [first, refresh_token(&child)] {
            let theft = core.refresh(version, displaced).await;
            assert_eq!(theft.refusal().0, "TOKEN_THEFT_DETECTED");
            let stolen = json!({"handle": handle(&session), "userId": "alice", "recipeUserId": "alice"});
            assert_eq!(theft.json, json!({"status": "TOKEN_THEFT_DETECTED", "session": stolen}));
        }
    }
}

#[tokio::test]
async fn theft_is_reported_and_the_session_stays() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let child = core.refresh("5.4", refresh_token(&session)).await.ok();
    let grandchild = core.refresh("5.4", refresh_token(&child)).await.ok();
    assert_eq!(core.refresh("5.4", refresh_token(&session)).await.refusal().0, "TOKEN_THEFT_DETECTED");
    core.information(handle(&session)).await.ok();
    core.refresh("5.4", refresh_token(&grandchild)).await.ok();
}

#[tokio::test]
async fn a_new_access_token_names_its_parent_until_it_is_used() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let (_, first) = core.read("", access_token(&session)).await;
    assert_eq!(first["parentRefreshTokenHash1"], json!(null));

    let child = core.refresh("5.4", refresh_token(&session)).await.ok();
    let (_, unpromoted) = core.read("", access_token(&child)).await;
    assert_eq!(unpromoted["parentRefreshTokenHash1"], first["refreshTokenHash1"]);

    let verified = core.verify("5.4", access_token(&child), false).await.ok();
    let (_, promoted) = core.read("", access_token(&verified)).await;
    assert_eq!(promoted["parentRefreshTokenHash1"], json!(null));
    assert_eq!(promoted["refreshTokenHash1"], unpromoted["refreshTokenHash1"]);

    // The promoted one needs no other, and the first refresh token has been displaced by its use.
    let again = core.verify("5.4", access_token(&verified), false).await.ok();
    assert!(again.get("accessToken").is_none());
    assert_eq!(core.refresh("5.4", refresh_token(&session)).await.refusal().0, "TOKEN_THEFT_DETECTED");
}

#[tokio::test]
async fn a_session_ends_when_its_refresh_token_expires_and_lives_on_when_refreshed() {
    let core = TestCore::with(Config::from_yaml_str("refresh_token_validity: 120\n").unwrap());
    let session = core.create("5.4").await;
    core.pass(7199);
    let child = core.refresh("5.4", refresh_token(&session)).await.ok();
    core.refresh("5.4", refresh_token(&child)).await.ok();
    core.pass(7199);
    let grandchild = core.refresh("5.4", refresh_token(&child)).await.ok();
    core.pass(7200);
    let (status, message) = ("UNAUTHORISED", "Session missing in db or has expired");
    assert_eq!(core.refresh("5.4", refresh_token(&grandchild)).await.refusal(), (status, message));
    assert_eq!(core.information(handle(&session)).await.refusal(), (status, "Session does not exist."));
}

#[tokio::test]
async fn a_refresh_changes_the_kind_of_key() {
    let core = TestCore::new();
    let session = core.create("5.4").await;
    let mut body = refresh_with(refresh_token(&session));
    body["useDynamicSigningKey"] = json!(false);
    let refreshed = core.post("5.4", "/recipe/session/refresh", body).await.ok();
    let (header, _) = core.read("", access_token(&refreshed)).await;
    assert!(header["kid"].as_str().unwrap().starts_with("s-"));
    // A token given for a promotion is of the session's kind.
    let verified = core.verify("5.4", access_token(&refreshed), false).await.ok();
    let (header, _) = core.read("", access_token(&verified)).await;
    assert!(header["kid"].as_str().unwrap().starts_with("s-"));
}

#[tokio::test]
async fn an_anti_csrf_token_is_demanded_where_the_session_has_one() {
    let core = TestCore::new();
    let mut body = session_of("alice");
    body["enableAntiCsrf"] = json!(true);
    let session = core.post("5.4", "/recipe/session", body).await.ok();
    let anti_csrf = session["antiCsrfToken"].as_str().unwrap();

    let refresh = |anti_csrf: Option<&str>| {
        let mut body = refresh_with(refresh_token(&session));
        body["enableAntiCsrf"] = json!(true);
        if let Some(anti_csrf) = anti_csrf {
            body["antiCsrfToken"] = json!(anti_csrf);
        }
        body
    };
    for wrong in [None, Some("wrong"), Some("")] {
        let answer = core.post("5.4", "/recipe/session/refresh", refresh(wrong)).await;
        assert_eq!(answer.refusal(), ("UNAUTHORISED", "Anti CSRF token missing, or not matching"));
    }
    let refreshed = core.post("5.4", "/recipe/session/refresh", refresh(Some(anti_csrf))).await.ok();
    assert_ne!(refreshed["antiCsrfToken"], session["antiCsrfToken"]);
    let (_, claims) = core.read("", access_token(&refreshed)).await;
    assert_eq!(claims["antiCsrfToken"], refreshed["antiCsrfToken"]);
}
