//! §5: what a request to one of the application's own routes is answered.

use http::Method;
use serde_json::{Value, json};
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::claims::{BooleanClaim, ClaimValidationResult, PrimitiveArrayClaim, PrimitiveClaim};
use supertokens::session::{
    AntiCsrf, ClaimValidator, GetGlobalClaimValidators, Session, SessionError, VerifySessionOptions,
};

use crate::support::{App, BOTH_WAYS, TestCore, on_each_core};

on_each_core!(
    row_1_a_legacy_cookie_asks_for_a_refresh,
    row_2_an_access_cookie_that_comes_twice_asks_for_a_refresh,
    rows_4_and_5_without_a_token_there_is_no_session_and_nothing_is_cleared,
    rows_6_and_7_a_token_of_no_form_given_without_a_request_is_no_session,
    row_8_a_call_without_a_request_cannot_look_for_a_header,
    row_9_an_expired_token_asks_for_a_refresh_also_where_no_session_is_required,
    row_10_claims_that_do_not_hold_are_listed_with_their_reasons,
    row_10_a_claim_is_fetched_stored_and_then_checked,
    row_11_a_good_session_is_handed_to_the_application,
    methods_that_carry_no_session_have_none,
    validators_of_one_route_replace_the_global_ones,
);

async fn row_1_a_legacy_cookie_asks_for_a_refresh(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        for path in ["/me", "/optional"] {
            let reply = app.get(path).session(&tokens).header("cookie", "sIdRefreshToken=").send().await;
            reply.assert_is(401, "try refresh token");
            assert!(reply.leaves_tokens_alone(), "§5 row 1");
        }
    }
    app.get("/optional").header("cookie", "sIdRefreshToken=x").send().await.assert_is(401, "try refresh token");
}

async fn row_2_an_access_cookie_that_comes_twice_asks_for_a_refresh(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let (one, two) = (app.create(Cookie).await.access, app.create(Cookie).await.access);
    for cookie in [
        format!("sAccessToken={one}; sAccessToken={two}"),
        format!("sAccessToken={one}; a=b; sAccessToken={one}"),
        format!("sAccessToken={one};sAccessToken"),
        format!("sAccessToken={one}; s%41ccessToken={two}"),
    ] {
        let reply = app.get("/me").header("cookie", &cookie).send().await;
        assert_eq!(reply.outcome(), (401, "try refresh token"), "§5 row 2: {cookie}");
        assert!(reply.leaves_tokens_alone());
    }
    let split = app.get("/me").header("cookie", format!("sAccessToken={one}"));
    split.header("cookie", format!("sAccessToken={two}")).send().await.assert_is(401, "try refresh token");

    let cookies = format!("sAccessToken={one}; sAccessToken={two}");
    let header = app.create(Header).await;
    let me = app.get("/me").session(&header).header("cookie", &cookies).send().await;
    assert_eq!(me.body["handle"], header.handle, "the cookies do not matter where the header has a token");
    let twice_refresh = format!("sAccessToken={one}; sRefreshToken=a; sRefreshToken=b");
    assert_eq!(app.get("/me").header("cookie", twice_refresh).send().await.status, 200);
}

async fn rows_4_and_5_without_a_token_there_is_no_session_and_nothing_is_cleared(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for (name, value) in
        [("accept", "*/*"), ("cookie", "sAccessToken="), ("cookie", "sRefreshToken=x"), ("cookie", ";")]
    {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let required = app.call(method.clone(), "/me").header(name, value).send().await;
            required.assert_is(401, "unauthorised");
            assert!(required.leaves_tokens_alone(), "another request may be refreshing them right now");
            let optional = app.call(method, "/optional").header(name, value).send().await;
            assert_eq!((optional.status.as_u16(), optional.body), (200, json!({"userId": null})));
        }
    }
    assert_eq!(app.core_calls(), [""; 0]);
}

async fn rows_6_and_7_a_token_of_no_form_given_without_a_request_is_no_session(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for token in ["", "x", "a.b.c", "\u{fc}"] {
        let get = async |options| app.sessions().get_session_without_request_response(token, None, options).await;
        let optional = get(VerifySessionOptions::new().session_required(false)).await;
        assert!(matches!(optional, Ok(None)), "§5 row 6: {optional:?}");
        let required = get(VerifySessionOptions::new()).await;
        assert!(
            matches!(required, Err(SessionError::Unauthorised { clear_tokens: false, .. })),
            "§5 row 7: {required:?}"
        );
    }
    let token = app.create(Header).await.access;
    let found = app.sessions().get_session_without_request_response(token, None, VerifySessionOptions::new()).await;
    assert_eq!(found.unwrap().unwrap().user_id(), "user-1");
}

async fn row_8_a_call_without_a_request_cannot_look_for_a_header(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(AntiCsrf::ViaCustomHeader)).await;
    let token = app.create(Header).await.access;
    let get = async |options| app.sessions().get_session_without_request_response(&*token, None, options).await;
    let refused = get(VerifySessionOptions::new()).await.unwrap_err();
    assert!(matches!(refused, SessionError::Sdk(_)) && refused.to_string().contains("VIA_CUSTOM_HEADER"), "{refused}");
    assert!(get(VerifySessionOptions::new().anti_csrf_check(false)).await.unwrap().is_some());
}

async fn row_9_an_expired_token_asks_for_a_refresh_also_where_no_session_is_required(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let sessions = [app.create(Cookie).await, app.create(Header).await];
    // The SDK's clock: the remote core's goes on as before, and is not asked. By more than a life, since that core's clock has
    // gone on since the application started.
    app.clock.advance_ms(2 * 60 * 60 * 1000);
    for tokens in sessions {
        for path in ["/me", "/optional"] {
            let reply = app.get(path).session(&tokens).send().await;
            reply.assert_is(401, "try refresh token");
            assert!(reply.leaves_tokens_alone());
        }
        let refreshed = app.refresh(&tokens).send().await;
        assert_eq!(refreshed.status, 200, "{refreshed:?}");
    }
}

/// A session recipe that checks every session so.
fn checking(validators: impl Fn() -> Vec<ClaimValidator> + Clone + Send + Sync + 'static) -> Session {
    Session::new().override_functions(move |functions| {
        functions.get_global_claim_validators(async move |input: GetGlobalClaimValidators, original| {
            let mut all = original.get_global_claim_validators(input).await?;
            all.extend(validators());
            Ok(all)
        })
    })
}

async fn row_10_claims_that_do_not_hold_are_listed_with_their_reasons(core: TestCore) {
    let plan = || PrimitiveClaim::<String>::new("plan", async |_| Ok(None));
    let roles = || PrimitiveArrayClaim::<String>::new("roles", async |_| Ok(None));
    let app = App::new(
        core,
        checking(move || {
            vec![
                plan().has_value("team".to_owned(), None),
                roles().includes("admin".to_owned(), None),
                ClaimValidator::new("mine", |_| ClaimValidationResult::Invalid { reason: None }),
                ClaimValidator::new("fine", |_| ClaimValidationResult::Valid),
            ]
        }),
    )
    .await;
    for method in BOTH_WAYS {
        let tokens = app.create_with(method, json!({"roles": {"v": ["user"], "t": 1}})).await;
        for path in ["/me", "/optional"] {
            let refused = app.get(path).session(&tokens).send().await;
            let expected = json!({
                "message": "invalid claim",
                "claimValidationErrors": [
                    {"id": "plan", "reason": {"message": "value does not exist", "expectedValue": "team"}},
                    {"id": "roles", "reason": {
                        "message": "wrong value", "expectedToInclude": "admin", "actualValue": ["user"]
                    }},
                    {"id": "mine"},
                ]
            });
            assert_eq!((refused.status.as_u16(), &refused.body), (403, &expected), "§5 row 10");
            assert!(refused.leaves_tokens_alone(), "{refused:?}");
        }
        assert_eq!(app.post("/auth/signout").session(&tokens).send().await.status, 200, "§6: anybody may leave");
    }
}

async fn row_10_a_claim_is_fetched_stored_and_then_checked(core: TestCore) {
    let verified = || BooleanClaim::new("verified", async |input| Ok(Some(input.user_id == "user-1")));
    let app = App::new(core, checking(move || vec![verified().is_true(None)])).await;
    let stored = async |handle: &Value| {
        let session = app.sessions().get_session_information(handle.as_str().unwrap()).await.unwrap().unwrap();
        session.custom_claims_in_access_token_payload.get("verified").cloned().unwrap()
    };
    for method in BOTH_WAYS {
        for (user, status) in [("user-1", 200), ("user-2", 403)] {
            let created = app.post(&format!("/create?user={user}")).auth_mode(method).send().await;
            let me = app.get("/me").session(&created.tokens(method)).send().await;
            assert_eq!(me.status, status, "{me:?}");
            if status == 403 {
                let reason = json!({"message": "wrong value", "expectedValue": true, "actualValue": false});
                assert_eq!(me.body["claimValidationErrors"], json!([{"id": "verified", "reason": reason}]));
                assert!(me.leaves_tokens_alone(), "§5: this error has no side effect on the response");
            } else {
                assert_eq!(me.front_token().unwrap()["up"]["verified"], stored(&me.body["handle"]).await);
            }
            let stored = stored(&created.body["handle"]).await;
            assert_eq!(stored["v"], user == "user-1", "the core has it before the error is answered");
            assert!(stored["t"].as_u64().unwrap() > 1_700_000_000_000, "{stored}");
        }
    }
}

async fn row_11_a_good_session_is_handed_to_the_application(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        for http_method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let me = app.call(http_method, "/me").session(&tokens).send().await;
            assert_eq!((me.status.as_u16(), &me.body["handle"]), (200, &json!(tokens.handle)));
            assert_eq!(me.body["payload"]["role"], "admin");
            assert!(me.leaves_tokens_alone(), "{me:?}");
        }
    }
}

async fn methods_that_carry_no_session_have_none(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let tokens = app.create(Header).await;
    for method in [Method::OPTIONS, Method::TRACE] {
        for path in ["/optional", "/optional?check_database=true"] {
            let reply = app.call(method.clone(), path).session(&tokens).send().await;
            assert_eq!((reply.status.as_u16(), reply.body), (200, json!({"userId": null})), "§9 row 8, {method}");
        }
    }
}

async fn validators_of_one_route_replace_the_global_ones(core: TestCore) {
    let never = || ClaimValidator::new("never", |_| ClaimValidationResult::invalid(json!("never")));
    let app = App::new(core, checking(move || vec![never()])).await;
    let token = app.create(Header).await.access;
    let get = async |options: VerifySessionOptions| {
        app.sessions().get_session_without_request_response(&*token, None, options).await
    };
    let failed = |result: Result<_, SessionError>| match result {
        Err(SessionError::InvalidClaims(errors)) => errors.into_iter().map(|error| error.id).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    };
    assert_eq!(failed(get(VerifySessionOptions::new()).await), ["never"]);
    let none = VerifySessionOptions::new().override_global_claim_validators(async |_, _, _| Ok(Vec::new()));
    assert_eq!(failed(get(none).await), Vec::<String>::new());
    let one_more = VerifySessionOptions::new().override_global_claim_validators(async |mut global, session, _| {
        assert_eq!(session.access_token_payload().get("role"), Some(&Value::from("admin")));
        global.push(ClaimValidator::new("also", |_| ClaimValidationResult::invalid(json!("also"))));
        Ok(global)
    });
    assert_eq!(failed(get(one_more).await), ["never", "also"]);
}
