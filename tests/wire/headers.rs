//! §2: the headers in which tokens and their like travel, and what scripts may read of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{AntiCsrf, Session, TokenType};

use crate::support::{App, BOTH_WAYS, Reply, TestCore, on_each_core};

on_each_core!(
    tokens_in_headers_are_exposed_to_scripts,
    tokens_in_cookies_are_hidden_from_scripts,
    the_access_token_is_exposed_beside_cookies_where_configured,
    the_front_token_says_who_until_when_and_what,
    the_anti_csrf_token_is_sent_where_the_mode_is_via_token_and_cookies_carry_the_session,
    renamed_response_headers_are_set_and_cleared,
    bearer_is_case_sensitive_and_the_token_trimmed,
    replies_with_tokens_are_not_stored_and_others_are_left_alone,
    published_keys_and_discovery_may_be_read_from_anywhere,
    browsers_are_to_allow_these_request_headers,
    any_front_end_version_is_served,
);

async fn tokens_in_headers_are_exposed_to_scripts(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let created = app.post("/create").auth_mode(Header).send().await;
    assert!(created.set_cookies().is_empty());
    assert_eq!(created.exposed(), ["front-token", "st-access-token", "st-refresh-token"]);
    let tokens = created.tokens(Header);
    let merged = app.post("/merge").session(&tokens).json(&json!({"a": 1})).send().await;
    assert_eq!(merged.exposed(), ["front-token", "st-access-token"], "a new access token, the same refresh token");
    let signed_out = app.post("/auth/signout").session(&tokens).send().await;
    assert!(signed_out.clears(Header) && signed_out.set_cookies().is_empty(), "{signed_out:?}");
    assert_eq!(signed_out.header("front-token"), Some("remove"));
}

async fn tokens_in_cookies_are_hidden_from_scripts(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let created = app.post("/create").auth_mode(Cookie).send().await;
    assert_eq!((created.header("st-access-token"), created.header("st-refresh-token")), (None, None));
    assert_eq!(created.exposed(), ["front-token"]);
}

async fn the_access_token_is_exposed_beside_cookies_where_configured(core: TestCore) {
    let session = Session::new().expose_access_token_to_frontend_in_cookie_based_auth(true);
    let app = App::new(core, session).await;
    let is_exposed = |reply: &Reply| {
        assert_eq!(reply.header("st-access-token"), reply.cookie("sAccessToken"), "{reply:?}");
        assert_eq!(reply.header("st-refresh-token"), None);
        assert_eq!(reply.exposed(), ["front-token", "st-access-token"]);
    };
    let created = app.post("/create").auth_mode(Cookie).send().await;
    is_exposed(&created);
    let tokens = created.tokens(Cookie);
    is_exposed(&app.post("/merge").session(&tokens).json(&json!({"a": 1})).send().await);
    is_exposed(&app.refresh(&tokens).send().await);
}

async fn the_front_token_says_who_until_when_and_what(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let created = app.post("/create").auth_mode(method).json(&json!({"name": "J\u{fc}rgen"})).send().await;
        let front = String::from_utf8(STANDARD.decode(created.header("front-token").unwrap()).unwrap()).unwrap();
        let token = created.tokens(method).access;
        let payload = token.split('.').nth(1).unwrap();
        let payload = supertokens_jose::base64url::decode(payload).unwrap();
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        let expires_ms = payload["exp"].as_u64().unwrap() * 1000;
        assert!(front.starts_with(&format!(r#"{{"uid":"user-1","ate":{expires_ms},"up":{{"#)), "{front}");
        let front: Value = serde_json::from_str(&front).unwrap();
        assert_eq!(front["up"], payload, "all of the payload, with what the session itself uses");
        assert_eq!(front["up"]["name"], "J\u{fc}rgen");
        assert_eq!(front["up"]["iss"], "http://localhost:3001/auth");
        assert_eq!(front["up"]["tId"], "public");
    }
}

async fn the_anti_csrf_token_is_sent_where_the_mode_is_via_token_and_cookies_carry_the_session(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaToken)).await;
    let created = app.post("/create").auth_mode(Cookie).send().await;
    let tokens = created.tokens(Cookie);
    let sent = tokens.anti_csrf.clone().unwrap();
    assert_eq!(created.front_token().unwrap()["up"]["antiCsrfToken"], *sent);
    assert_eq!(created.exposed(), ["front-token", "anti-csrf"]);
    let refreshed = app.refresh(&tokens).header("anti-csrf", sent).send().await;
    assert_eq!(refreshed.front_token().unwrap()["up"]["antiCsrfToken"], *refreshed.header("anti-csrf").unwrap());

    let created = app.post("/create").auth_mode(Header).send().await;
    assert_eq!(created.header("anti-csrf"), None, "other sites cannot make a browser send a header");
    assert_eq!(created.front_token().unwrap()["up"]["antiCsrfToken"], Value::Null);
}

async fn renamed_response_headers_are_set_and_cleared(core: TestCore) {
    let session = Session::new().get_response_header_name_for_token_type(|_, token_type, _| match token_type {
        TokenType::Access => "x-access".to_owned(),
        TokenType::Refresh => "X-Refresh".to_owned(),
    });
    let app = App::new(core, session).await;
    let created = app.post("/create").auth_mode(Header).send().await;
    assert_eq!(created.exposed(), ["front-token", "x-access", "x-refresh"]);
    assert_eq!(created.header("st-access-token"), None);
    let bearer = format!("Bearer {}", created.header("x-access").unwrap());
    let signed_out = app.post("/auth/signout").header("authorization", bearer).send().await;
    assert_eq!((signed_out.header("x-access"), signed_out.header("x-refresh")), (Some(""), Some("")));
}

async fn bearer_is_case_sensitive_and_the_token_trimmed(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let token = app.create(Header).await.access;
    for (authorization, status) in [
        (format!("Bearer {token}"), 200),
        (format!("Bearer \t {token} "), 200),
        (format!("bearer {token}"), 401),
        (format!("BEARER {token}"), 401),
        (format!("Bearer{token}"), 401),
        (format!("Basic {token}"), 401),
        (token.clone(), 401),
        ("Bearer ".to_owned(), 401),
        (String::new(), 401),
    ] {
        let me = app.get("/me").header("authorization", &authorization).send().await;
        assert_eq!(me.status, status, "§2 authorization {authorization:?}");
    }
}

async fn replies_with_tokens_are_not_stored_and_others_are_left_alone(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let created = app.post("/create").auth_mode(method).send().await;
        let tokens = created.tokens(method);
        let me = app.get("/me").session(&tokens).send().await;
        assert_eq!((me.header("cache-control"), me.exposed().len()), (None, 0), "{me:?}");
        assert!(me.leaves_tokens_alone(), "{me:?}");
        let merged = app.post("/merge").session(&tokens).json(&json!({"a": 1})).send().await;
        let refreshed = app.refresh(&tokens).send().await;
        let signed_out = app.post("/auth/signout").session(&refreshed.tokens(method)).send().await;
        for reply in [created, merged, refreshed, signed_out] {
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply:?}");
        }
    }
}

async fn published_keys_and_discovery_may_be_read_from_anywhere(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let keys = app.get("/auth/jwt/jwks.json").send().await;
    assert_eq!(keys.header("access-control-allow-origin"), Some("*"));
    let caching = keys.header("cache-control").unwrap();
    let max_age = caching.strip_prefix("max-age=").and_then(|rest| rest.strip_suffix(", must-revalidate"));
    assert!(max_age.unwrap().parse::<u32>().unwrap() > 0, "{caching}");
    let kids: Vec<_> = keys.body["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert!(kids.iter().any(|kid| kid.starts_with("d-")) && kids.iter().any(|kid| kid.starts_with("s-")), "{kids:?}");

    let discovery = app.get("/auth/.well-known/openid-configuration").send().await;
    assert_eq!(discovery.header("access-control-allow-origin"), Some("*"));
    assert_eq!(discovery.body["issuer"], "http://localhost:3001/auth");
    assert_eq!(discovery.body["jwks_uri"], "http://localhost:3001/auth/jwt/jwks.json");
}

async fn browsers_are_to_allow_these_request_headers(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let headers = app.supertokens.all_cors_headers();
    assert_eq!(headers, ["rid", "fdi-version", "anti-csrf", "authorization", "st-auth-mode"]);
}

async fn any_front_end_version_is_served(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for version in ["1.17", "1.18,1.19, 2.0", "4.2", "99.0", "none"] {
        let created = app.post("/create").auth_mode(Header).header("fdi-version", version).send().await;
        let refresh = app.refresh(&created.tokens(Header)).header("fdi-version", version).send().await;
        assert_eq!((refresh.status.as_u16(), refresh.body), (200, json!({})), "§2 fdi-version {version}");
    }
}
