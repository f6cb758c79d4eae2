//! §3: how tokens travel, and who decides.

use serde_json::json;
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{AllowedTransferMethod, GetSession, Session, TokenTransferMethod, TransferPurpose};

use crate::support::{App, BOTH_WAYS, Reply, TestCore, Tokens, on_each_core};
use AllowedTransferMethod::{Any, Only};

on_each_core!(
    the_front_end_chooses_how_the_tokens_of_a_new_session_travel,
    the_application_may_decide_for_the_front_end,
    a_new_session_clears_the_token_that_came_in_the_other_way,
    a_token_in_the_header_is_preferred_to_one_in_a_cookie,
    tokens_of_others_in_the_header_are_passed_over,
    a_refresh_token_in_the_header_is_preferred_and_the_cookie_cleared,
    new_tokens_go_back_the_way_the_session_came,
    a_session_found_by_an_override_is_answered_in_headers,
);

/// A session recipe that allows this to read tokens, and chooses by default what new sessions get.
fn reading(allowed: AllowedTransferMethod) -> Session {
    Session::new().get_token_transfer_method(move |_, purpose, _| match purpose {
        TransferPurpose::ReadTokens => allowed,
        TransferPurpose::CreateNewSession => Any,
    })
}

fn way_of(reply: &Reply) -> TokenTransferMethod {
    let [cookie, header] = [reply.cookie("sAccessToken").is_some(), reply.header("st-access-token").is_some()];
    assert_ne!(cookie, header, "{reply:?}");
    if cookie { Cookie } else { Header }
}

/// Headers of a request that carries two sessions: one in cookies, one in the header.
fn both(cookie: &Tokens, header: &Tokens) -> Vec<(&'static str, String)> {
    cookie.for_access().into_iter().chain(header.for_access()).collect()
}

async fn the_front_end_chooses_how_the_tokens_of_a_new_session_travel(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for (mode, expected) in [
        (Some("cookie"), Cookie),
        (Some("COOKIE"), Cookie),
        (Some("header"), Header),
        (Some("Header"), Header),
        (Some("carrier pigeon"), Header),
        (Some(""), Header),
        (None, Header),
    ] {
        let created = app.post("/create").headers(mode.map(|mode| ("st-auth-mode", mode))).send().await;
        assert_eq!(way_of(&created), expected, "§3 create, st-auth-mode {mode:?}");
    }
}

async fn the_application_may_decide_for_the_front_end(core: TestCore) {
    for (allowed, mode, expected) in
        [(Only(Cookie), "header", Cookie), (Only(Header), "cookie", Header), (Any, "cookie", Cookie), (Any, "", Header)]
    {
        let session = Session::new().get_token_transfer_method(move |_, purpose, _| match purpose {
            TransferPurpose::CreateNewSession => allowed,
            TransferPurpose::ReadTokens => Any,
        });
        let app = App::new(core, session).await;
        let created = app.post("/create").header("st-auth-mode", mode).send().await;
        assert_eq!(way_of(&created), expected, "§3 create, {allowed:?}, st-auth-mode {mode:?}");
    }
}

async fn a_new_session_clears_the_token_that_came_in_the_other_way(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let other = app.create(method.other()).await;
        let created = app.post("/create").auth_mode(method).session(&other).send().await;
        assert!(created.clears(method.other()), "{created:?}");
        let front = created.front_token().expect("the new session's, not the word for removing it");
        assert_eq!(front["up"]["sessionHandle"], *created.tokens(method).handle);

        let same = app.create(method).await;
        let created = app.post("/create").auth_mode(method).session(&same).send().await;
        assert!(!created.clears(method) && !created.clears(method.other()), "{created:?}");
    }
}

async fn a_token_in_the_header_is_preferred_to_one_in_a_cookie(core: TestCore) {
    for (allowed, by_both, by_cookie, by_header) in [
        (Any, Some(Header), Some(Cookie), Some(Header)),
        (Only(Cookie), Some(Cookie), Some(Cookie), None),
        (Only(Header), Some(Header), None, Some(Header)),
    ] {
        let app = App::new(core, reading(allowed)).await;
        let (cookie, header) = (app.create(Cookie).await, app.create(Header).await);
        let handle_of = |method| match method {
            Cookie => cookie.handle.clone(),
            Header => header.handle.clone(),
        };
        for (row, headers, expected) in [
            ("both", both(&cookie, &header), by_both),
            ("cookie", cookie.for_access().to_vec(), by_cookie),
            ("header", header.for_access().to_vec(), by_header),
        ] {
            let me = app.get("/me").headers(headers).send().await;
            match expected {
                Some(method) => assert_eq!(me.body["handle"], handle_of(method), "§3 verify, {allowed:?}, {row}"),
                None => me.assert_is(401, "unauthorised"),
            }
        }
    }
}

async fn tokens_of_others_in_the_header_are_passed_over(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let session = app.create(Cookie).await;
    for (row, token) in [
        ("another issuer's token", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4In0.c2ln"),
        ("no token at all", "secret-api-key"),
        ("nothing", ""),
    ] {
        let bearer = format!("Bearer {token}");
        let me = app.get("/me").session(&session).header("authorization", &bearer).send().await;
        assert_eq!((me.status.as_u16(), &me.body["handle"]), (200, &json!(session.handle)), "§3 verify, {row}");
        app.get("/me").header("authorization", bearer).send().await.assert_is(401, "unauthorised");
    }
}

async fn a_refresh_token_in_the_header_is_preferred_and_the_cookie_cleared(core: TestCore) {
    for (allowed, expected) in [(Any, Header), (Only(Header), Header), (Only(Cookie), Cookie)] {
        let app = App::new(core, reading(allowed)).await;
        let (cookie, header) = (app.create(Cookie).await, app.create(Header).await);
        let refreshed = app.refresh(&cookie).headers(header.for_refresh()).send().await;
        let handle = if expected == Cookie { &cookie.handle } else { &header.handle };
        assert_eq!(refreshed.tokens(expected).handle, *handle, "§3 refresh, {allowed:?}");
        assert!(refreshed.clears(expected.other()), "§3 refresh, {allowed:?}: {refreshed:?}");
    }
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let refreshed = app.refresh(&app.create(method).await).send().await;
        assert_eq!(way_of(&refreshed), method, "what was not there is not cleared");
    }
}

async fn new_tokens_go_back_the_way_the_session_came(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let session = app.create(method).await;
        // What the front end would like for new sessions does not matter here.
        let merge = app.post("/merge").session(&session).auth_mode(method.other());
        assert_eq!(way_of(&merge.json(&json!({"a": 1})).send().await), method);
    }
}

async fn a_session_found_by_an_override_is_answered_in_headers(core: TestCore) {
    for (allowed, expected) in [(Any, Header), (Only(Cookie), Cookie)] {
        let session = reading(allowed).override_functions(|functions| {
            functions.get_session(async |mut input: GetSession, original| {
                let token = input.user_context.request().and_then(|request| request.query("token"));
                input.access_token = token.map(Into::into);
                original.get_session(input).await
            })
        });
        let app = App::new(core, session).await;
        let token = app.create(Header).await.access;
        let merged =
            app.post(&format!("/merge?token={token}&anti_csrf_check=false")).json(&json!({"a": 1})).send().await;
        assert_eq!(way_of(&merged), expected, "§3 reply after an override, {allowed:?}");
    }
}
