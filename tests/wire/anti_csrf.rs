//! §7: protection against requests that other sites make, by mode, method and way of transfer.

use http::Method;
use serde_json::json;
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{AntiCsrf, Session};

use crate::support::{App, BOTH_WAYS, Given, TestCore, Tokens, core_body, on_each_core};

on_each_core!(
    without_a_mode_nothing_is_asked_for,
    via_token_the_header_repeats_the_sessions_token,
    via_custom_header_any_rid_will_do,
    unless_configured_the_mode_follows_from_same_site,
    the_core_makes_anti_csrf_tokens_for_cookies_in_the_mode_via_token_only,
    a_session_from_before_the_mode_was_via_token_is_refreshed,
    via_token_a_refresh_is_protected_too,
    without_a_session_the_check_does_not_matter,
);

const ALL_METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// What one request is answered with, with these headers.
async fn status(app: &App, method: &Method, path: &str, tokens: &Tokens, headers: &[(&'static str, &str)]) -> u16 {
    let reply = app.call(method.clone(), path).session(tokens).headers(headers.iter().copied()).send().await;
    let status = reply.status.as_u16();
    if status != 200 {
        assert_eq!(reply.outcome(), (401, "try refresh token"));
        assert!(reply.leaves_tokens_alone(), "{reply:?}");
    }
    status
}

async fn without_a_mode_nothing_is_asked_for(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::None)).await;
    for way in BOTH_WAYS {
        let tokens = app.create(way).await;
        assert_eq!(tokens.anti_csrf, None);
        for method in ALL_METHODS {
            for path in ["/me", "/me?anti_csrf_check=true", "/me?anti_csrf_check=false"] {
                assert_eq!(status(&app, &method, path, &tokens, &[]).await, 200, "§7 NONE, {way:?}, {method} {path}");
            }
        }
    }
}

async fn via_token_the_header_repeats_the_sessions_token(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaToken)).await;
    let (tokens, other) = (app.create(Cookie).await, app.create(Cookie).await.anti_csrf.unwrap());
    let right = tokens.anti_csrf.clone().unwrap();
    let none: &[(&'static str, &str)] = &[];
    for method in ALL_METHODS {
        let by_default = if method == Method::GET { 200 } else { 401 };
        for (row, headers, default, checked) in [
            ("right", &[("anti-csrf", &*right)][..], 200, 200),
            ("missing", none, by_default, 401),
            ("empty", &[("anti-csrf", "")], by_default, 401),
            ("wrong", &[("anti-csrf", "wrong")], by_default, 401),
            ("of another session", &[("anti-csrf", &*other)], by_default, 401),
            ("rid instead", &[("rid", "session")], by_default, 401),
        ] {
            let status = async |path| status(&app, &method, path, &tokens, headers).await;
            assert_eq!(status("/me").await, default, "§7 VIA_TOKEN, {method}, {row}");
            assert_eq!(status("/me?anti_csrf_check=true").await, checked, "§7 VIA_TOKEN, {method}, {row}, checked");
            assert_eq!(status("/me?anti_csrf_check=false").await, 200, "§7 VIA_TOKEN, {method}, {row}, not checked");
        }
        let header = app.create(Header).await;
        for path in ["/me", "/me?anti_csrf_check=true"] {
            assert_eq!(status(&app, &method, path, &header, none).await, 200, "§7 VIA_TOKEN, header, {method} {path}");
        }
    }
}

async fn via_custom_header_any_rid_will_do(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaCustomHeader)).await;
    let tokens = app.create(Cookie).await;
    assert_eq!(tokens.anti_csrf, None);
    for method in ALL_METHODS {
        let by_default = if method == Method::GET { 200 } else { 401 };
        for (row, headers, default, checked) in [
            ("missing", &[][..], by_default, 401),
            ("another header", &[("anti-csrf", "x")], by_default, 401),
            ("session", &[("rid", "session")], 200, 200),
            ("anti-csrf", &[("rid", "anti-csrf")], 200, 200),
            ("anything", &[("rid", "anything")], 200, 200),
            ("empty", &[("rid", "")], 200, 200),
        ] {
            let status = async |path| status(&app, &method, path, &tokens, headers).await;
            assert_eq!(status("/me").await, default, "§7 VIA_CUSTOM_HEADER, {method}, {row}");
            assert_eq!(status("/me?anti_csrf_check=true").await, checked, "§7 VIA_CUSTOM_HEADER, {method}, {row}");
            assert_eq!(status("/me?anti_csrf_check=false").await, 200, "§7 VIA_CUSTOM_HEADER, {method}, {row}");
        }
        let header = app.create(Header).await;
        assert_eq!(status(&app, &method, "/me", &header, &[]).await, 200, "§7 VIA_CUSTOM_HEADER, header, {method}");
    }
}

async fn unless_configured_the_mode_follows_from_same_site(core: TestCore) {
    for (row, api, website, without_rid) in [
        ("one site: Lax", "https://api.example.com", "https://www.example.com", 200),
        ("two sites: None", "https://api.example.com", "https://example.org", 401),
    ] {
        let app = Given::on(core).at(api, website).start().await;
        let tokens = app.create(Cookie).await;
        assert_eq!(status(&app, &Method::GET, "/me", &tokens, &[]).await, 200, "§1 antiCsrf, {row}");
        assert_eq!(status(&app, &Method::POST, "/me", &tokens, &[]).await, without_rid, "§1 antiCsrf, {row}");
        assert_eq!(status(&app, &Method::POST, "/me", &tokens, &[("rid", "x")]).await, 200, "§1 antiCsrf, {row}");
        let refreshed = app.refresh(&tokens).send().await;
        assert_eq!(refreshed.status, without_rid, "§6 row 4, {row}");
    }
}

async fn the_core_makes_anti_csrf_tokens_for_cookies_in_the_mode_via_token_only(core: TestCore) {
    let modes = [Some(AntiCsrf::None), Some(AntiCsrf::ViaToken), Some(AntiCsrf::ViaCustomHeader), None];
    for (mode, way) in modes.into_iter().flat_map(|mode| BOTH_WAYS.map(|way| (mode, way))) {
        let session = match mode {
            Some(mode) => Session::new().anti_csrf(mode),
            None => Session::new(),
        };
        let app = App::new(core, session).await;
        let expected = mode == Some(AntiCsrf::ViaToken) && way == Cookie;
        let enabled = |app: &App| core_body(app.full_core_calls().last().unwrap())["enableAntiCsrf"].clone();
        let created = app.create(way).await;
        assert_eq!(enabled(&app), expected, "§7 create, {mode:?}, {way:?}");
        assert_eq!(created.anti_csrf.is_some(), expected);
        let anti_csrf = created.anti_csrf.clone().map(|token| ("anti-csrf", token));
        let refreshed = app.refresh(&created).header("rid", "session").headers(anti_csrf).send().await;
        assert_eq!(enabled(&app), expected, "§7 refresh, {mode:?}, {way:?}");
        assert_eq!(refreshed.header("anti-csrf").is_some(), expected, "{refreshed:?}");
    }
}

async fn a_session_from_before_the_mode_was_via_token_is_refreshed(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaToken)).await;
    // A session of headers has no anti-CSRF token; in a cookie it is one from before.
    let before = Tokens { method: Cookie, ..app.create(Header).await };
    assert_eq!(status(&app, &Method::GET, "/me", &before, &[]).await, 200);
    assert_eq!(status(&app, &Method::POST, "/me", &before, &[("anti-csrf", "x")]).await, 401);
    let refreshed = app.refresh(&before).send().await.tokens(Cookie);
    let anti_csrf = refreshed.anti_csrf.clone().unwrap();
    assert_eq!(status(&app, &Method::POST, "/me", &refreshed, &[("anti-csrf", &anti_csrf)]).await, 200);
}

async fn via_token_a_refresh_is_protected_too(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaToken)).await;
    for headers in [vec![], vec![("anti-csrf", "wrong")]] {
        let tokens = app.create(Cookie).await;
        let refused = app.refresh(&tokens).headers(headers).send().await;
        refused.assert_is(401, "unauthorised");
        assert!(refused.clears(Cookie) && refused.clears(Header), "{refused:?}");
    }
    let tokens = app.create(Cookie).await;
    let refreshed = app.refresh(&tokens).header("anti-csrf", tokens.anti_csrf.clone().unwrap()).send().await;
    assert_eq!((refreshed.status.as_u16(), refreshed.body), (200, json!({})));
}

async fn without_a_session_the_check_does_not_matter(core: TestCore) {
    for mode in [AntiCsrf::ViaToken, AntiCsrf::ViaCustomHeader] {
        let app = App::new(core, Session::new().anti_csrf(mode)).await;
        app.post("/me").send().await.assert_is(401, "unauthorised");
        let optional = app.post("/optional").send().await;
        assert_eq!((optional.status.as_u16(), optional.body), (200, json!({"userId": null})), "§7 {mode:?}");
    }
}
