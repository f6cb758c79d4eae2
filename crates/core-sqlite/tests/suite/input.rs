//! Bad input: each is refused with the text that says which.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use supertokens_core::MAX_BODY_BYTES;

use crate::{common::*, people::*};

const NOT_JSON: &str = "Invalid Json Input";

#[tokio::test]
async fn a_body_is_a_json_object_by_rfc_8259() {
    let core = TestCore::new();
    let good = session_of("alice").to_string();
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"userId\"",
        "{'userId': 'a'}",
        "{userId: \"a\"}",
        "{\"userId\": \"a\",}",
        "{\"userId\": \"a\"/* c */}",
        "{\"userId\": 1, \"userId\": \"a\"}",
        "userId=a",
        "{\"userId\": \"\\ud800\"}",
        "{\"userId\": \"a\u{1}\"}",
        "{\"userId\": 1e999}",
        "\u{feff}{}",
        &format!("{good} x"),
    ] {
        let answer = core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], body.to_owned()).await;
        assert_eq!(answer.bad_request(), NOT_JSON, "{body}");
    }
    let not_utf8 =
        core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], &b"{\"userId\": \"\xff\"}"[..]).await;
    assert_eq!(not_utf8.bad_request(), NOT_JSON);
    let spaced = format!(" \r\n\t{good}\n");
    assert_eq!(core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], spaced).await.status, 200);
}

#[tokio::test]
async fn a_body_may_be_neither_too_deep_nor_too_long() {
    let core = TestCore::new();
    let nested = |depth: usize| {
        let inner = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        session_of("alice").to_string().replace("[1]", &inner)
    };
    let send = async |body: String| core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], body).await;
    assert_eq!(send(nested(98)).await.status, 200);
    assert_eq!(send(nested(99)).await.bad_request(), NOT_JSON);
    assert_eq!(send(nested(200_000)).await.bad_request(), NOT_JSON);
    // Brackets inside strings do not nest.
    let brackets = session_of(&"[".repeat(1000)).to_string();
    assert_eq!(send(brackets).await.status, 200);

    let filled = |field: &str, length: usize| {
        let mut body = session_of("");
        body[field] = match field {
            "userId" => json!("x".repeat(length)),
            // The text of the object is that long.
            _ => json!({"x": "x".repeat(length - r#"{"x":""}"#.len())}),
        };
        body.to_string()
    };
    let rest = filled("userDataInDatabase", 100).len() - 100;
    assert_eq!(send(filled("userDataInDatabase", MAX_BODY_BYTES - rest)).await.status, 200);
    assert_eq!(send(filled("userDataInDatabase", MAX_BODY_BYTES - rest + 1)).await.status, 413);
    // What travels in a token must fit one.
    for (field, length) in [("userDataInJWT", 32 * 1024), ("userId", 1024)] {
        let session = send(filled(field, length)).await.ok();
        core.verify("5.6", access_token(&session), true).await.ok();
        let answer = send(filled(field, length + 1)).await;
        assert_eq!(answer.bad_request(), format!("{field} must have at most {length} bytes"));
    }
    let session = core.create("5.6").await;
    let payload = json!({"x": "x".repeat(32 * 1024)});
    let put = json!({"sessionHandle": handle(&session), "userDataInJWT": payload});
    assert_eq!(core.put("/recipe/jwt/data", put).await.status, 400);
    let jwt = json!({"payload": {"x": "x".repeat(60_000)}, "algorithm": "RS256", "jwksDomain": "d", "validity": 1});
    assert!(core.post("5.6", "/recipe/jwt", jwt).await.bad_request().contains("shorten the payload"));
}

#[tokio::test]
async fn each_field_has_its_declared_type() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    let verify = json!({"accessToken": access_token(&session), "doAntiCsrfCheck": false, "enableAntiCsrf": false,
                        "checkDatabase": false, "antiCsrfToken": "x"});
    let regenerate = json!({"accessToken": access_token(&session), "userDataInJWT": {}});
    let jwt =
        json!({"payload": {}, "algorithm": "RS256", "jwksDomain": "d", "validity": 1, "useStaticSigningKey": true});
    let mut refresh = refresh_with(refresh_token(&session));
    refresh["antiCsrfToken"] = json!("x");
    let optional =
        ["useDynamicSigningKey in create", "antiCsrfToken", "userDataInJWT in regenerate", "useStaticSigningKey"];
    for (name, path, body) in [
        ("create", "/recipe/session", session_of("alice")),
        ("verify", "/recipe/session/verify", verify),
        ("refresh", "/recipe/session/refresh", refresh),
        ("regenerate", "/recipe/session/regenerate", regenerate),
        ("jwt", "/recipe/jwt", jwt),
    ] {
        for (field, value) in body.as_object().unwrap() {
            let expected = format!("Field name '{field}' is invalid in JSON input");
            let others = [json!(null), json!(7), json!(1.5), json!("7"), json!(["a"]), json!({"a": 1}), json!(true)];
            let wrong = others.into_iter().filter(|other| {
                let same_kind = std::mem::discriminant(other) == std::mem::discriminant(value);
                !same_kind || field == "validity" && *other == json!(1.5)
            });
            for wrong in wrong {
                let mut body = body.clone();
                body[field] = wrong.clone();
                let answer = core.post("5.4", path, body).await;
                assert_eq!(answer.bad_request(), expected, "{name}: {wrong}");
            }
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(field);
            let answer = core.post("5.4", path, without).await;
            if optional.contains(&field.as_str()) || optional.contains(&format!("{field} in {name}").as_str()) {
                assert_eq!(answer.status, 200, "{name} without {field}: {}", answer.text);
            } else {
                assert_eq!(answer.bad_request(), expected, "{name} without {field}");
            }
        }
    }
}

#[tokio::test]
async fn so_has_each_field_about_users_and_tenants() {
    let core = TestCore::new();
    let address = json!({"userId": "alice", "email": "a@example.com"});
    for (method, path, body) in [
        ("POST", "/recipe/user/email/verify/token", address.clone()),
        ("POST", "/recipe/user/email/verify/token/remove", address.clone()),
        ("POST", "/recipe/user/email/verify/remove", address),
        ("POST", "/recipe/user/email/verify", json!({"method": "token", "token": "x"})),
        ("PUT", "/recipe/user/metadata", json!({"userId": "alice", "metadataUpdate": {}})),
        ("POST", "/recipe/user/metadata/bulk", json!({"userIds": []})),
        ("POST", "/recipe/user/metadata/remove", json!({"userId": "alice"})),
        ("PUT", "/recipe/role", json!({"role": "r", "permissions": ["a"]})),
        ("POST", "/recipe/role/remove", json!({"role": "r"})),
        ("POST", "/recipe/role/permissions/remove", json!({"role": "r", "permissions": ["a"]})),
        ("PUT", "/recipe/user/role", json!({"userId": "alice", "role": "r"})),
        ("POST", "/recipe/user/role/remove", json!({"userId": "alice", "role": "r"})),
        ("PUT", "/recipe/multitenancy/config/thirdparty", third_party_config()),
        ("POST", "/recipe/multitenancy/config/thirdparty/remove", json!({"thirdPartyId": "x"})),
        ("POST", "/recipe/multitenancy/tenant/user", json!({"recipeUserId": "alice"})),
        ("POST", "/recipe/multitenancy/tenant/user/remove", json!({"recipeUserId": "alice"})),
    ] {
        for (field, value) in body.as_object().unwrap() {
            let expected = format!("Field name '{field}' is invalid in JSON input");
            let others = [json!(null), json!(7), json!("7"), json!([]), json!({}), json!(true)];
            let wrong = |other: &Value| std::mem::discriminant(other) != std::mem::discriminant(value);
            for wrong in others.into_iter().filter(wrong) {
                let mut body = body.clone();
                body[field] = wrong.clone();
                let answer = core.send(method, path, &[("cdi-version", "5.6")], body.to_string()).await;
                assert_eq!(answer.bad_request(), expected, "{path}: {wrong}");
            }
        }
    }
}

fn third_party_config() -> Value {
    let clients = json!([{"clientId": "c", "scope": ["email"], "additionalConfig": {"hd": "*"}}]);
    json!({"config": {"thirdPartyId": "google-workspaces", "clients": clients}, "skipValidation": false})
}

#[tokio::test]
async fn unknown_fields_do_not_matter() {
    let core = TestCore::new();
    let mut body = session_of("alice");
    body["other"] = json!([1, {"a": null}]);
    core.post("5.6", "/recipe/session", body).await.ok();
}

#[tokio::test]
async fn a_payload_that_names_a_claim_twice_is_refused() {
    let core = TestCore::new();
    let body = session_of("alice").to_string().replace(r#"{"role":"user"}"#, r#"{"role":"user","r\u006fle":"admin"}"#);
    let answer = core.send("POST", "/recipe/session", &[("cdi-version", "5.6")], body).await;
    assert_eq!(answer.bad_request(), "Field name 'userDataInJWT' is invalid in JSON input");
}

#[tokio::test]
async fn revoking_takes_a_user_or_handles() {
    let core = TestCore::new();
    let either = "Invalid JSON input - use one of userId or sessionHandles array";
    let only = |flag: &str| format!("Invalid JSON input - {flag} can only be set if userId is set");
    let field = |name: &str| format!("Field name '{name}' is invalid in JSON input");
    let cases: [(Value, String); 9] = [
        (json!({}), either.to_owned()),
        (json!({"userId": "a", "sessionHandles": []}), either.to_owned()),
        (json!({"sessionHandles": [], "revokeAcrossAllTenants": true}), only("revokeAcrossAllTenants")),
        (
            json!({"sessionHandles": [], "revokeSessionsForLinkedAccounts": true}),
            only("revokeSessionsForLinkedAccounts"),
        ),
        (json!({"userId": 5}), field("userId")),
        (json!({"sessionHandles": "x"}), field("sessionHandles")),
        (json!({"sessionHandles": [5]}), field("sessionHandles")),
        (json!({"sessionHandles": null}), field("sessionHandles")),
        (json!({"userId": "a", "revokeAcrossAllTenants": "true"}), field("revokeAcrossAllTenants")),
    ];
    for (body, expected) in cases {
        assert_eq!(core.post("5.6", "/recipe/session/remove", body).await.bad_request(), expected);
    }
}

#[tokio::test]
async fn parameters_that_are_missing_are_named() {
    let core = TestCore::new();
    for (target, name) in [
        ("/recipe/session", "sessionHandle"),
        ("/recipe/session?other=1", "sessionHandle"),
        ("/recipe/session/user", "userId"),
        ("/user/id", "userId"),
    ] {
        let answer = core.get("5.6", target).await;
        assert_eq!(answer.bad_request(), format!("Field name '{name}' is missing in GET request"));
    }
    // Escapes are decoded.
    core.post("5.6", "/recipe/session", session_of("a b&ü+")).await.ok();
    let listed = core.get("5.6", "/recipe/session/user?userId=a%20b%26%C3%BC%2B").await.ok();
    assert_eq!(listed["sessionHandles"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refresh_token_that_is_none_is_refused_before_the_storage_is_asked() {
    let core = TestCore::new();
    let session = core.create("5.6").await;
    // A storage that is closed answers nothing, yet each of these is refused as what it is.
    core.core.shutdown().await;
    let token = refresh_token(&session);
    let (sealed, rest) = token.split_once('.').unwrap();
    for (token, message) in [
        ("garbage".to_owned(), "version of refresh token not recognised"),
        (String::new(), "version of refresh token not recognised"),
        (access_token(&session).to_owned(), "version of refresh token not recognised"),
        (format!("{}.{rest}", sealed.to_lowercase()), "Invalid refresh token"),
        (format!("{sealed}.{}.V2", "0".repeat(64)), "Invalid refresh token"),
    ] {
        assert_eq!(core.refresh("5.6", &token).await.refusal(), ("UNAUTHORISED", message), "{token}");
    }
    assert_eq!(core.refresh("5.6", token).await.status, 500);
}

/// Bodies that are nearly right: some bytes of a good one replaced.
#[test]
fn no_body_makes_the_core_fail() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let core = TestCore::new();
    let session = runtime.block_on(core.create("5.6"));
    let code = runtime.block_on(ask_for_code(&core, "", "a@example.com"));
    let user = runtime.block_on(sign_up(&core, "", "b@example.com"));
    let verify = json!({"accessToken": access_token(&session), "doAntiCsrfCheck": true, "enableAntiCsrf": true,
                        "checkDatabase": true, "antiCsrfToken": "x"});
    let bodies = [
        ("POST", "/recipe/session", session_of("alice")),
        ("POST", "/recipe/session/verify", verify),
        ("POST", "/recipe/session/refresh", refresh_with(refresh_token(&session))),
        ("POST", "/recipe/session/regenerate", json!({"accessToken": access_token(&session), "userDataInJWT": {}})),
        ("POST", "/recipe/session/remove", json!({"sessionHandles": ["a", "b_c"]})),
        ("PUT", "/recipe/jwt/data", json!({"sessionHandle": handle(&session), "userDataInJWT": {"a": [1.5e3]}})),
        ("POST", "/recipe/jwt", json!({"payload": {}, "algorithm": "RS256", "jwksDomain": "d", "validity": 1})),
        ("PUT", "/recipe/multitenancy/tenant/v2", json!({"tenantId": "t", "coreConfig": {"totp_max_attempts": 1}})),
        ("POST", "/recipe/signinup/code", json!({"email": "a@example.com", "userInputCode": "123456"})),
        ("POST", "/recipe/signinup/code", json!({"deviceId": code["deviceId"]})),
        ("POST", "/recipe/signinup/code/check", typed(&code)),
        ("POST", "/recipe/signinup/code/consume", followed(&code)),
        ("POST", "/recipe/signinup/code/remove", json!({"preAuthSessionId": code["preAuthSessionId"]})),
        ("POST", "/recipe/signinup/codes/remove", json!({"phoneNumber": "+1 (415) 555-0120"})),
        ("PUT", "/recipe/user", json!({"recipeUserId": user, "email": "b@example.com", "phoneNumber": "+14155550120"})),
        ("POST", "/recipe/accountlinking/user/primary", json!({"recipeUserId": user})),
        ("POST", "/recipe/accountlinking/user/link", json!({"recipeUserId": user, "primaryUserId": user})),
        ("POST", "/recipe/accountlinking/user/unlink", json!({"recipeUserId": user})),
        ("POST", "/recipe/userid/map", json!({"superTokensUserId": user, "externalUserId": "e", "force": true})),
        ("POST", "/recipe/userid/map/remove", json!({"userId": "e", "userIdType": "EXTERNAL", "force": true})),
        ("PUT", "/recipe/userid/external-user-id-info", json!({"userId": "e", "externalUserIdInfo": null})),
        ("POST", "/recipe/user/email/verify/token", json!({"userId": user, "email": "b@example.com"})),
        ("POST", "/recipe/user/email/verify", json!({"method": "token", "token": "x"})),
        ("PUT", "/recipe/user/metadata", json!({"userId": user, "metadataUpdate": {"a": [1.5e3], "b": null}})),
        ("POST", "/recipe/user/metadata/bulk", json!({"userIds": [user, "x"]})),
        ("PUT", "/recipe/role", json!({"role": "r", "permissions": ["a", "b"]})),
        ("POST", "/recipe/role/permissions/remove", json!({"role": "r", "permissions": ["a"]})),
        ("PUT", "/recipe/user/role", json!({"userId": user, "role": "r"})),
        ("PUT", "/recipe/multitenancy/config/thirdparty", third_party_config()),
        ("POST", "/recipe/multitenancy/tenant/user", json!({"recipeUserId": user})),
    ];
    let replacement = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..4),
        "[\\[\\]{}:,\"\\\\u0-9eE+.-]{0,6}".prop_map(String::into_bytes),
        "(null|true|-1|1e99|\"x\"|\\{\\}|\\[\\])".prop_map(String::into_bytes),
    ];
    let strategy =
        (0..bodies.len(), any::<Index>(), 0_usize..8, replacement, proptest::sample::select(vec!["5.4", "5.5", "5.6"]));
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((which, at, length, replacement, version) in strategy)| {
        let (method, path, body) = &bodies[which];
        let mut bytes = body.to_string().into_bytes();
        let start = at.index(bytes.len());
        let end = bytes.len().min(start + length);
        bytes.splice(start..end, replacement);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let answer = runtime.block_on(core.send(method, path, &[("cdi-version", version)], bytes));
        prop_assert!(answer.status < 500, "{} {}: {}", path, shown, answer.text);
    });
}
