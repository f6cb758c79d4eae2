//! §6: refreshing, and what comes of a refresh token that was used before.

use serde_json::json;
use supertokens::kernel::http::cookies;
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{AllowedTransferMethod, AntiCsrf, RefreshAntiCsrf, RefreshPost, Session, SessionError};

use crate::support::{App, BOTH_WAYS, Given, Reply, TestCore, Tokens, core_body, on_each_core, warnings_of};

on_each_core!(
    row_1_cookies_that_come_twice_need_the_older_domain,
    row_1_cookies_of_the_older_domain_are_cleared_and_the_next_refresh_succeeds,
    row_1_does_not_matter_where_tokens_travel_in_headers,
    row_3_without_a_refresh_token_the_session_is_over,
    row_4_without_the_custom_header_the_session_is_over,
    row_4_a_call_without_a_request_cannot_look_for_a_header,
    row_5_the_core_is_asked_once,
    row_6_a_refresh_token_that_the_core_does_not_know_ends_the_session,
    row_6_at_interface_5_4_the_parent_of_a_used_token_is_theft,
    row_6_at_interface_5_6_an_old_token_is_theft,
    row_6_at_interface_5_6_a_displaced_child_is_theft,
    row_7_new_tokens_come_with_an_empty_body,
    row_7_the_legacy_cookie_is_cleared_wherever_it_is_seen,
    an_application_that_answers_the_route_itself_refreshes_by_verifying,
);

const REFRESH: &str = "/auth/session/refresh";

async fn row_1_cookies_that_come_twice_need_the_older_domain(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let tokens = app.create(Cookie).await;
    let Tokens { access, refresh, .. } = &tokens;
    app.core_calls();
    for cookies in [
        format!("sAccessToken={access}; sAccessToken=x; sRefreshToken={refresh}"),
        format!("sAccessToken={access}; sRefreshToken={refresh}; sRefreshToken={refresh}"),
    ] {
        let (reply, log) = warnings_of(app.post(REFRESH).header("cookie", &cookies).send()).await;
        reply.assert_is(500, "Internal server error");
        assert!(reply.leaves_tokens_alone(), "{reply:?}");
        assert!(log.contains("older_cookie_domain"), "the operator is told what to set: {log}");
        assert!(!log.contains(&**refresh), "{log}");
    }
    assert_eq!(app.core_calls(), [""; 0]);
}

async fn row_1_cookies_of_the_older_domain_are_cleared_and_the_next_refresh_succeeds(core: TestCore) {
    let (one, two) = ("sAccessToken=a; ", "sRefreshToken=b; ");
    for (older, domain) in
        [("", ""), (".example.com", "Domain=.example.com; "), ("api.example.com", "Domain=api.example.com; ")]
    {
        let session = Session::new().older_cookie_domain(older).cookie_domain("new.example.com");
        let app = Given::on(core).at("https://api.example.com", "https://example.com").session(session).start().await;
        let tokens = app.create(Cookie).await;
        let cookies = format!("sAccessToken={}; sRefreshToken={}", tokens.access, tokens.refresh);
        app.core_calls();
        for (twice, cleared) in [
            (one.to_owned(), vec![("sAccessToken", "Path=/")]),
            (two.to_owned(), vec![("sRefreshToken", "Path=/auth/session/refresh")]),
            (format!("{one}{two}"), vec![("sAccessToken", "Path=/"), ("sRefreshToken", "Path=/auth/session/refresh")]),
        ] {
            let reply = app.post(REFRESH).header("cookie", format!("{twice}{cookies}")).send().await;
            let message = "The request contains multiple session cookies. We are clearing the cookie from \
                           olderCookieDomain. Session will be refreshed in the next refresh call.";
            reply.assert_is(200, message);
            assert_eq!(reply.header("front-token"), None, "the session goes on");
            let set: Vec<_> = reply
                .cookies()
                .into_iter()
                .map(|cookie| {
                    assert_eq!((&*cookie.value, cookie.expires_ms), ("", 0));
                    (cookie.name, cookie.attributes)
                })
                .collect();
            let attributes = |path| format!("{domain}{path}; HttpOnly; Secure; SameSite=Lax");
            let expected: Vec<_> = cleared.iter().map(|(name, path)| ((*name).to_owned(), attributes(path))).collect();
            assert_eq!(set, expected, "§6 row 1, older domain {older:?}");
        }
        assert_eq!(app.core_calls(), [""; 0]);
        let refreshed = app.post(REFRESH).header("cookie", cookies).send().await;
        assert_eq!(refreshed.tokens(Cookie).handle, tokens.handle);
    }
}

async fn row_1_does_not_matter_where_tokens_travel_in_headers(core: TestCore) {
    let only_headers = Session::new().get_token_transfer_method(|_, _, _| AllowedTransferMethod::Only(Header));
    let app = App::new(core, only_headers).await;
    let tokens = app.create(Header).await;
    let reply = app.refresh(&tokens).header("cookie", "sAccessToken=a; sAccessToken=b").send().await;
    assert_eq!(reply.status, 200, "{reply:?}");
    // Where both are read, the cookies would be found first by the next request without the header.
    let app = App::new(core, Session::new()).await;
    let tokens = app.create(Header).await;
    let reply = app.refresh(&tokens).header("cookie", "sAccessToken=a; sAccessToken=b").send().await;
    assert_eq!(reply.status, 500, "{reply:?}");
}

async fn row_3_without_a_refresh_token_the_session_is_over(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let access = app.create(Cookie).await.access;
    app.core_calls();
    for (name, value) in [
        ("accept", "*/*".to_owned()),
        ("cookie", format!("sAccessToken={access}")),
        ("cookie", "sRefreshToken=".to_owned()),
        ("authorization", "bearer x".to_owned()),
    ] {
        let reply = app.post(REFRESH).header(name, &value).send().await;
        reply.assert_is(401, "unauthorised");
        assert!(reply.clears(Cookie) && reply.clears(Header), "§6 row 3, {name} {value:?}: {reply:?}");
        assert_eq!(reply.header("front-token"), Some("remove"));
    }
    assert_eq!(app.core_calls(), [""; 0]);
}

async fn row_4_without_the_custom_header_the_session_is_over(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaCustomHeader)).await;
    let tokens = app.create(Cookie).await;
    let refused = app.refresh(&tokens).send().await;
    refused.assert_is(401, "unauthorised");
    assert!(refused.clears(Cookie) && refused.clears(Header), "{refused:?}");
    for rid in ["session", "anti-csrf", "anything"] {
        app.full_core_calls();
        let refreshed = app.refresh(&app.create(Cookie).await).header("rid", rid).send().await;
        assert_eq!(refreshed.status, 200, "§6 row 4, rid {rid}: {refreshed:?}");
        assert_eq!(core_body(app.full_core_calls().last().unwrap())["enableAntiCsrf"], false);
    }
    assert_eq!(app.refresh(&app.create(Header).await).send().await.status, 200, "a header needs no other");
}

async fn row_4_a_call_without_a_request_cannot_look_for_a_header(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaCustomHeader)).await;
    let token = app.create(Header).await.refresh;
    let refresh = async |anti_csrf| app.sessions().refresh_session_without_request_response(&*token, anti_csrf).await;
    let refused = refresh(RefreshAntiCsrf::Token(None)).await.unwrap_err();
    assert!(matches!(refused, SessionError::Sdk(_)), "{refused}");
    assert!(refresh(RefreshAntiCsrf::Disabled).await.is_ok());
}

async fn row_5_the_core_is_asked_once(core: TestCore) {
    for (use_dynamic, mode, method, enable) in [
        (true, AntiCsrf::None, Cookie, false),
        (false, AntiCsrf::ViaToken, Cookie, true),
        (true, AntiCsrf::ViaToken, Header, false),
    ] {
        let session = Session::new().anti_csrf(mode).use_dynamic_access_token_signing_key(use_dynamic);
        let app = App::new(core, session).await;
        let tokens = app.create(method).await;
        app.full_core_calls();
        let anti_csrf = tokens.anti_csrf.clone().map(|token| ("anti-csrf", token));
        let refreshed = app.refresh(&tokens).headers(anti_csrf.clone()).send().await;
        assert_eq!(refreshed.status, 200, "{refreshed:?}");
        let calls = app.full_core_calls();
        let [call] = &calls[..] else { panic!("{calls:?}") };
        assert!(call.url.ends_with("/recipe/session/refresh") && call.method == "POST", "{call:?}");
        let cookie = format!("token={}", tokens.refresh);
        let mut expected = json!({
            "refreshToken": cookies::value(&cookie, "token"), "enableAntiCsrf": enable, "useDynamicSigningKey": use_dynamic
        });
        if let Some((_, token)) = anti_csrf {
            expected["antiCsrfToken"] = token.into();
        }
        assert_eq!(core_body(call), expected, "§6 row 5");
    }
}

async fn row_6_a_refresh_token_that_the_core_does_not_know_ends_the_session(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let revoked = app.create(method).await;
        assert!(app.sessions().revoke_session(&revoked.handle).await.unwrap());
        let good = app.create(method).await;
        for (row, refresh) in [
            ("of a session that has ended", revoked.refresh.clone()),
            ("garbage", "garbage".to_owned()),
            ("an access token", good.access.clone()),
            ("a cut token", good.refresh[..good.refresh.len() / 2].to_owned()),
            ("a very long one", "x".repeat(20_000)),
        ] {
            let reply = app.refresh(&Tokens { refresh, ..good.clone() }).send().await;
            assert_eq!(reply.outcome(), (401, "unauthorised"), "§6 row 6, {row}");
            assert!(reply.clears(Cookie) && reply.clears(Header), "§6 row 6, {row}: {reply:?}");
        }
        assert_eq!(app.refresh(&good).send().await.status, 200, "the good one is still good");
    }
}

async fn refreshed(app: &App, tokens: &Tokens) -> Tokens {
    let reply = app.refresh(tokens).send().await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.tokens(tokens.method)
}

/// Checks that using `stolen` is theft, and that the session, whose good tokens are `good`, has ended then.
async fn assert_theft(app: &App, stolen: &Tokens, good: &Tokens) {
    app.core_calls();
    let theft: Reply = app.refresh(stolen).send().await;
    theft.assert_is(401, "token theft detected");
    assert!(theft.clears(Cookie) && theft.clears(Header), "{theft:?}");
    assert_eq!(theft.header("front-token"), Some("remove"));
    assert_eq!(app.core_calls(), ["POST /recipe/session/refresh", "POST /recipe/session/remove"]);
    app.refresh(good).send().await.assert_is(401, "unauthorised");
    assert!(app.sessions().get_session_information(&good.handle).await.unwrap().is_none());
}

async fn row_6_at_interface_5_4_the_parent_of_a_used_token_is_theft(core: TestCore) {
    let app = Given::on(core).core_config("supertokens_max_cdi_version", "5.4").start().await;
    for method in BOTH_WAYS {
        // Used is the child's access token.
        let first = app.create(method).await;
        let second = refreshed(&app, &first).await;
        let again = refreshed(&app, &first).await;
        assert_eq!(
            app.get("/me").session(&again).send().await.status,
            200,
            "until a child is used, the parent is good"
        );
        assert_theft(&app, &first, &second).await;

        // Used is the child itself.
        let first = app.create(method).await;
        let second = refreshed(&app, &first).await;
        let third = refreshed(&app, &second).await;
        assert_theft(&app, &first, &third).await;
    }
}

async fn row_6_at_interface_5_6_an_old_token_is_theft(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let first = app.create(method).await;
        let second = refreshed(&app, &first).await;
        let third = refreshed(&app, &second).await;
        assert_theft(&app, &first, &third).await;
    }
}

async fn row_6_at_interface_5_6_a_displaced_child_is_theft(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let first = app.create(method).await;
        let displaced = refreshed(&app, &first).await;
        let second = refreshed(&app, &first).await;
        assert_theft(&app, &displaced, &second).await;
    }
}

/// Only with a clock that can be moved: the grace period is over.
#[tokio::test]
async fn row_6_at_interface_5_6_the_parent_is_theft_after_the_grace_period() {
    let app = App::new(TestCore::InProcess, Session::new()).await;
    for method in BOTH_WAYS {
        let first = app.create(method).await;
        let second = refreshed(&app, &first).await;
        app.clock.advance_ms(31_000);
        assert_theft(&app, &first, &second).await;
    }
}

/// Only with a clock that can be moved: the refresh token has expired.
#[tokio::test]
async fn row_6_an_expired_refresh_token_ends_the_session() {
    let app = App::new(TestCore::InProcess, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        app.clock.advance_ms(101 * 24 * 60 * 60 * 1000);
        let reply = app.refresh(&tokens).send().await;
        reply.assert_is(401, "unauthorised");
        assert!(reply.clears(Cookie) && reply.clears(Header));
    }
}

async fn row_7_new_tokens_come_with_an_empty_body(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let old = app.create(method).await;
        for body in ["", "{}", "not even JSON"] {
            let tokens = app.create(method).await;
            let reply = app.refresh(&tokens).body(body).send().await;
            assert_eq!((reply.status.as_u16(), &reply.body), (200, &json!({})), "§6 row 7");
            assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
            let new = reply.tokens(method);
            assert!(new.access != tokens.access && new.refresh != tokens.refresh);
            assert_eq!(new.handle, tokens.handle);
            assert_eq!(reply.front_token().unwrap()["up"]["role"], "admin", "the payload goes on");
            assert!(!reply.clears(method.other()), "what the request did not have is not cleared");
        }
        assert_eq!(app.get("/me").session(&old).send().await.status, 200);
    }
}

async fn row_7_the_legacy_cookie_is_cleared_wherever_it_is_seen(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let legacy = ("cookie", "sIdRefreshToken=x");
    let refresh = |tokens: &Tokens| app.refresh(tokens).headers([legacy]).send();
    let theft = {
        let first = app.create(Cookie).await;
        refreshed(&app, &refreshed(&app, &first).await).await;
        first
    };
    let unknown = Tokens { refresh: "x".to_owned(), ..app.create(Header).await };
    for (row, status, reply) in [
        ("no token", 401, app.post(REFRESH).headers([legacy]).send().await),
        ("theft", 401, refresh(&theft).await),
        ("unauthorised", 401, refresh(&unknown).await),
        ("success", 200, refresh(&app.create(Cookie).await).await),
        ("success", 200, refresh(&app.create(Header).await).await),
    ] {
        assert_eq!(reply.status, status, "§1 {row}: {reply:?}");
        let cleared = reply.cookies().into_iter().find(|cookie| cookie.name == "sIdRefreshToken");
        let cleared = cleared.unwrap_or_else(|| panic!("§1 {row}: {reply:?}"));
        assert_eq!((&*cleared.value, cleared.expires_ms), ("", 0));
        assert_eq!(cleared.attributes, "Path=/; HttpOnly; SameSite=Lax");
    }
    let reply = app.refresh(&app.create(Cookie).await).send().await;
    assert_eq!(reply.cookie("sIdRefreshToken"), None, "only where it is seen");
}

async fn an_application_that_answers_the_route_itself_refreshes_by_verifying(core: TestCore) {
    let session = Session::new().override_apis(|apis| apis.disable::<RefreshPost>());
    let app = App::new(core, session).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        let reply = app.refresh(&tokens).send().await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &json!({"refreshed": tokens.handle})));
        assert_ne!(reply.tokens(method).refresh, tokens.refresh);
    }
}
