//! §1: the session's cookies, byte for byte where a browser sees them.

use serde_json::json;
use supertokens::session::{SameSite, Session, TokenType};
use supertokens::{AppInfo, Clock};

use crate::support::{App, Given, TestCore, on_each_core, warnings_of};
use TokenTransferMethod::Cookie;
use supertokens::session::TokenTransferMethod;

on_each_core!(
    each_token_has_its_own_cookie_path_and_expiry,
    cookie_attributes_follow_from_the_configuration,
    same_site_follows_the_website_of_each_request,
    cookies_that_no_browser_would_keep_are_refused_before_a_session_is_made,
    renamed_cookies_are_set_read_and_cleared,
    cleared_cookies_have_the_attributes_that_they_were_set_with,
    a_cookie_that_changes_twice_in_one_request_is_set_once,
    encoded_cookies_are_read,
    a_nearly_too_long_access_token_cookie_is_warned_of,
);

const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;

async fn each_token_has_its_own_cookie_path_and_expiry(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let created = app.post("/create").auth_mode(Cookie).send().await;
    let [access, refresh] = &created.cookies()[..] else { panic!("{created:?}") };
    assert_eq!((&*access.name, &*access.attributes), ("sAccessToken", "Path=/; HttpOnly; SameSite=Lax"));
    // A constant, not the token's own expiry: that the cookie is there tells that there is something to refresh.
    assert_eq!(access.expires_ms / 1000, (app.clock.now_ms() + YEAR_MS) / 1000);
    assert_eq!(
        (&*refresh.name, &*refresh.attributes),
        ("sRefreshToken", "Path=/auth/session/refresh; HttpOnly; SameSite=Lax")
    );
    let handle = created.body["handle"].as_str().unwrap();
    let session = app.sessions().get_session_information(handle).await.unwrap().unwrap();
    assert_eq!(refresh.expires_ms / 1000, session.expiry_ms / 1000, "the core's expiry of the refresh token");
}

async fn cookie_attributes_follow_from_the_configuration(core: TestCore) {
    let local = || AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
    let secure = || AppInfo::new("Acme", "https://api.example.com", "https://www.example.com");
    let other_site = || AppInfo::new("Acme", "https://api.example.com", "https://example.org");
    let session = Session::new;
    let refresh_path = "Path=/auth/session/refresh";
    for (row, app_info, session, access, refresh) in [
        ("http: not secure", local(), session(), "Path=/; HttpOnly; SameSite=Lax", refresh_path),
        ("https: secure", secure(), session(), "Path=/; HttpOnly; Secure; SameSite=Lax", refresh_path),
        ("cookieSecure", secure(), session().cookie_secure(false), "Path=/; HttpOnly; SameSite=Lax", refresh_path),
        ("another top-level domain", other_site(), session(), "Path=/; HttpOnly; Secure; SameSite=None", refresh_path),
        (
            "another scheme",
            AppInfo::new("Acme", "https://api.example.com", "http://www.example.com"),
            session(),
            "Path=/; HttpOnly; Secure; SameSite=None",
            refresh_path,
        ),
        (
            "a public suffix is no common domain",
            AppInfo::new("Acme", "https://a.github.io", "https://b.github.io"),
            session(),
            "Path=/; HttpOnly; Secure; SameSite=None",
            refresh_path,
        ),
        (
            "cookieSameSite",
            other_site(),
            session().cookie_same_site(SameSite::Strict),
            "Path=/; HttpOnly; Secure; SameSite=Strict",
            refresh_path,
        ),
        (
            "insecure SameSite=None is let through between hosts of one machine",
            AppInfo::new("Acme", "http://127.0.0.1:3001", "http://localhost:3000"),
            session().cookie_same_site(SameSite::None),
            "Path=/; HttpOnly; SameSite=None",
            refresh_path,
        ),
        (
            "cookieDomain keeps its dot",
            secure(),
            session().cookie_domain(" .Example.com"),
            "Domain=.example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
            refresh_path,
        ),
        (
            "cookieDomain written as a URL",
            secure(),
            session().cookie_domain("https://api.example.com/x"),
            "Domain=api.example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
            refresh_path,
        ),
        (
            "cookieDomain of localhost loses its dot",
            local(),
            session().cookie_domain(".localhost"),
            "Domain=localhost; Path=/; HttpOnly; SameSite=Lax",
            refresh_path,
        ),
        (
            "accessTokenPath",
            local(),
            session().access_token_path("api/"),
            "Path=/api; HttpOnly; SameSite=Lax",
            refresh_path,
        ),
        (
            "apiBasePath",
            local().api_base_path("/"),
            session(),
            "Path=/; HttpOnly; SameSite=Lax",
            "Path=/session/refresh",
        ),
        (
            "apiGatewayPath",
            local().api_gateway_path("/gateway"),
            session(),
            "Path=/; HttpOnly; SameSite=Lax",
            "Path=/gateway/auth/session/refresh",
        ),
    ] {
        let app = Given::on(core).app_info(app_info).session(session).start().await;
        let created = app.post("/create").auth_mode(Cookie).send().await;
        let attributes: Vec<_> = created.cookies().into_iter().map(|cookie| cookie.attributes).collect();
        let path = access.split("; ").find(|part| part.starts_with("Path=")).unwrap();
        assert_eq!(attributes, [access.to_owned(), access.replace(path, refresh)], "§1 {row}");
    }
}

async fn same_site_follows_the_website_of_each_request(core: TestCore) {
    let app_info = AppInfo::new("Acme", "https://api.example.com", "unused").origin(|request, _| {
        match request.and_then(|request| request.header("origin")) {
            Some("https://example.org") => "https://example.org".to_owned(),
            _ => "https://www.example.com".to_owned(),
        }
    });
    let app = Given::on(core).app_info(app_info).start().await;
    for (origin, same_site) in [("https://www.example.com", "Lax"), ("https://example.org", "None")] {
        let created = app.post("/create").auth_mode(Cookie).header("origin", origin).send().await;
        for cookie in created.cookies() {
            assert!(cookie.attributes.ends_with(&format!("SameSite={same_site}")), "{origin}: {cookie:?}");
        }
    }
}

async fn cookies_that_no_browser_would_keep_are_refused_before_a_session_is_made(core: TestCore) {
    let app = Given::on(core).at("http://api.example.com", "http://example.org").start().await;
    let (refused, log) = warnings_of(app.post("/create").auth_mode(Cookie).send()).await;
    assert_eq!((refused.status.as_u16(), &refused.body), (500, &json!({"message": "Internal server error"})));
    assert!(refused.leaves_tokens_alone(), "{refused:?}");
    assert!(log.contains("please use https on your api_domain"), "the operator is told why: {log}");
    assert_eq!(app.core_calls(), [""; 0]);
    let created = app.post("/create").auth_mode(TokenTransferMethod::Header).send().await;
    assert_eq!(created.status, 200, "headers do not depend on it");
}

async fn renamed_cookies_are_set_read_and_cleared(core: TestCore) {
    let session = Session::new().get_cookie_name_for_token_type(|request, token_type, _| {
        let shop = request.header("x-shop").unwrap_or("none").to_owned();
        match token_type {
            TokenType::Access => format!("{shop}-access"),
            TokenType::Refresh => format!("{shop}-refresh"),
        }
    });
    let app = App::new(core, session).await;
    let created = app.post("/create").auth_mode(Cookie).header("x-shop", "a").send().await;
    let [access, refresh] = ["a-access", "a-refresh"].map(|name| created.cookie(name).unwrap().to_owned());

    let cookie = format!("a-access={access}; a-refresh={refresh}");
    let me = |shop| app.get("/me").header("x-shop", shop).header("cookie", &cookie).send();
    assert_eq!(me("a").await.status, 200);
    me("b").await.assert_is(401, "unauthorised");

    let refresh = app.post("/auth/session/refresh").header("x-shop", "a").header("cookie", &cookie).send().await;
    assert_eq!(refresh.status, 200, "{refresh:?}");
    let cookie = format!("a-access={}", refresh.cookie("a-access").unwrap());
    let signed_out = app.post("/auth/signout").header("x-shop", "a").header("cookie", cookie).send().await;
    assert_eq!(["a-access", "a-refresh"].map(|name| signed_out.cookie(name)), [Some(""); 2]);
}

async fn cleared_cookies_have_the_attributes_that_they_were_set_with(core: TestCore) {
    let session = Session::new().cookie_domain(".example.com").access_token_path("/api");
    let app = Given::on(core).at("https://api.example.com", "https://example.org").session(session).start().await;
    let created = app.post("/create").auth_mode(Cookie).send().await;
    let tokens = created.tokens(Cookie);
    let signed_out = app.post("/auth/signout").session(&tokens).header("rid", "session").send().await;
    assert_eq!(signed_out.set_cookies().len(), 2, "{signed_out:?}");
    for (set, cleared) in created.cookies().into_iter().zip(signed_out.cookies()) {
        assert_eq!((&set.name, &set.attributes), (&cleared.name, &cleared.attributes));
        assert_eq!((&*cleared.value, cleared.expires_ms), ("", 0));
    }
}

async fn a_cookie_that_changes_twice_in_one_request_is_set_once(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let reply = app.post("/create-and-revoke").auth_mode(Cookie).send().await;
    assert_eq!(reply.set_cookies().len(), 2, "{reply:?}");
    assert!(reply.clears(Cookie));
    assert_eq!(reply.header("front-token"), Some("remove"));
    assert_eq!(reply.exposed(), ["front-token"]);
}

async fn encoded_cookies_are_read(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let access = app.create(Cookie).await.access;
    let percent: String = access.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for (row, cookie) in [
        ("as it is", access.clone()),
        ("percent-encoded", percent),
        ("in quotes", format!("\"{access}\"")),
        ("as JSON, as express writes it", format!("j:%22{access}%22")),
    ] {
        let me = app.get("/me").header("cookie", format!("a=b; sAccessToken={cookie};c")).send().await;
        assert_eq!(me.status, 200, "§1 {row}: {me:?}");
    }
    let split = app.get("/me").header("cookie", "a=b").header("cookie", format!("sAccessToken={access}")).send().await;
    assert_eq!(split.status, 200, "HTTP/2 may split the header");
}

async fn a_nearly_too_long_access_token_cookie_is_warned_of(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let create = async |length| {
        warnings_of(app.post("/create").auth_mode(Cookie).json(&json!({"long": "x".repeat(length)})).send()).await
    };
    let (short, log) = create(1000).await;
    assert_eq!((short.status.as_u16(), &*log), (200, ""));
    let (long, log) = create(2200).await;
    assert_eq!(long.status, 200, "the application decides what to do about it");
    let length = long.set_cookies()[0].len();
    assert!((3686..4096).contains(&length), "{length}");
    assert!(log.contains(&format!("bytes={length}")) && log.contains("session_data"), "{log}");
    assert!(!log.contains(&long.tokens(Cookie).access), "the token itself is not logged");
    // In a header nothing is lost.
    let long = json!({"long": "x".repeat(2200)});
    let (_, log) = warnings_of(app.post("/create").auth_mode(TokenTransferMethod::Header).json(&long).send()).await;
    assert_eq!(log, "");
}
