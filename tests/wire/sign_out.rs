//! §6: signing out, ending sessions, and changing a session's payload.

use serde_json::{Value, json};
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{Session, SignOutPost, SignOutPostResponse, VerifySessionOptions};

use crate::support::{App, BOTH_WAYS, TestCore, core_body, on_each_core};

on_each_core!(
    signing_out_ends_the_session_and_clears_its_tokens,
    signing_out_without_a_session_is_refused,
    signing_out_of_a_session_that_has_ended_succeeds,
    signing_out_clears_the_anti_csrf_token,
    an_override_may_keep_the_person_signed_in,
    the_application_may_end_the_session_itself,
    merging_adds_replaces_and_removes,
    merging_into_a_session_that_has_ended_ends_it_in_the_browser_too,
    merging_by_handle_shows_in_the_next_token,
);

async fn signing_out_ends_the_session_and_clears_its_tokens(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        app.full_core_calls();
        let reply = app.post("/auth/signout").session(&tokens).send().await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &json!({"status": "OK"})));
        assert!(reply.clears(method) && !reply.clears(method.other()), "{reply:?}");
        assert_eq!(reply.header("front-token"), Some("remove"));
        let remove = app.full_core_calls().pop().unwrap();
        assert_eq!(core_body(&remove), json!({"sessionHandles": [tokens.handle]}));
        assert!(app.sessions().get_session_information(&tokens.handle).await.unwrap().is_none());
        app.refresh(&tokens).send().await.assert_is(401, "unauthorised");
    }
}

async fn signing_out_without_a_session_is_refused(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let none = app.post("/auth/signout").send().await;
    none.assert_is(401, "unauthorised");
    assert!(none.leaves_tokens_alone(), "§5 row 5");
    let tokens = app.create(Header).await;
    app.clock.advance_ms(2 * 60 * 60 * 1000);
    let expired = app.post("/auth/signout").session(&tokens).send().await;
    expired.assert_is(401, "try refresh token");
    assert!(expired.leaves_tokens_alone());
    assert!(app.sessions().get_session_information(&tokens.handle).await.unwrap().is_some());
}

async fn signing_out_of_a_session_that_has_ended_succeeds(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        assert!(app.sessions().revoke_session(&tokens.handle).await.unwrap());
        let reply = app.post("/auth/signout").session(&tokens).send().await;
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &json!({"status": "OK"})));
        assert!(reply.clears(method));
    }
}

async fn signing_out_clears_the_anti_csrf_token(core: TestCore) {
    let app = App::new(core, Session::new().anti_csrf(supertokens::session::AntiCsrf::ViaToken)).await;
    let tokens = app.create(Cookie).await;
    let without = app.post("/auth/signout").session(&tokens).send().await;
    without.assert_is(401, "try refresh token");
    let with = app.post("/auth/signout").session(&tokens).header("anti-csrf", tokens.anti_csrf.unwrap()).send().await;
    assert_eq!((with.status.as_u16(), with.header("anti-csrf")), (200, None));
    assert!(with.clears(Cookie));
    let both = app.post("/create-and-revoke").auth_mode(Cookie).send().await;
    assert!(both.clears(Cookie) && both.header("anti-csrf").is_none(), "{both:?}");
}

async fn an_override_may_keep_the_person_signed_in(core: TestCore) {
    let session = Session::new().override_apis(|apis| {
        apis.sign_out_post(async |input: SignOutPost, original| {
            if input.session.access_token_payload().get("stays") == Some(&json!(true)) {
                return Ok(SignOutPostResponse::GeneralError { message: "Not yet".to_owned() });
            }
            original.sign_out_post(input).await
        })
    });
    let app = App::new(core, session).await;
    for method in BOTH_WAYS {
        let stays = app.create_with(method, json!({"stays": true})).await;
        let reply = app.post("/auth/signout").session(&stays).send().await;
        let expected = json!({"status": "GENERAL_ERROR", "message": "Not yet"});
        assert_eq!((reply.status.as_u16(), &reply.body), (200, &expected));
        assert!(reply.leaves_tokens_alone(), "{reply:?}");
        let goes = app.create_with(method, json!({"stays": false})).await;
        assert!(app.post("/auth/signout").session(&goes).send().await.clears(method));
    }
}

async fn the_application_may_end_the_session_itself(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        for _ in 0..2 {
            // The second time the core has nothing to remove; the front end's tokens are of no use all the same.
            let reply = app.post("/revoke").session(&tokens).send().await;
            assert_eq!(reply.status, 200);
            assert!(reply.clears(method) && !reply.clears(method.other()), "{reply:?}");
            assert_eq!(reply.header("front-token"), Some("remove"));
        }
    }
}

async fn merging_adds_replaces_and_removes(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create_with(method, json!({"old": 1, "gone": 1, "nested": {"a": 1, "b": 1}})).await;
        app.full_core_calls();
        let update = json!({"new": [1], "old": "2", "gone": null, "never": null, "nested": {"a": null}});
        let merged = app.post("/merge").session(&tokens).json(&update).send().await;
        let calls = app.full_core_calls();
        let expected = json!({"new": [1], "old": "2", "nested": {"a": null}, "iss": "http://localhost:3001/auth"});
        let regenerate = calls.iter().find(|call| call.url.ends_with("/recipe/session/regenerate")).unwrap();
        assert_eq!(core_body(regenerate), json!({"accessToken": tokens.access, "userDataInJWT": expected}));

        let own = |payload: &Value| {
            let mut payload = payload.as_object().unwrap().clone();
            payload.retain(|key, _| !supertokens::session::RESERVED_CLAIMS.contains(&&**key));
            Value::Object(payload)
        };
        assert_eq!(own(&merged.front_token().unwrap()["up"]), expected, "to the front end");
        assert_eq!(own(&merged.body["payload"]), expected, "in the request that changed it");
        let refreshed = app.refresh(&tokens).send().await;
        assert_eq!(own(&refreshed.front_token().unwrap()["up"]), expected, "from now on");
    }
}

async fn merging_into_a_session_that_has_ended_ends_it_in_the_browser_too(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        assert!(app.sessions().revoke_session(&tokens.handle).await.unwrap());
        let reply = app.post("/merge").session(&tokens).json(&json!({"a": 1})).send().await;
        reply.assert_is(401, "unauthorised");
        assert!(reply.clears(Cookie) && reply.clears(Header), "{reply:?}");
    }
}

async fn merging_by_handle_shows_in_the_next_token(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        let update = json!({"role": null, "plan": "team"});
        assert!(app.sessions().merge_into_access_token_payload(&tokens.handle, &update).await.unwrap());
        let payload = |reply: crate::support::Reply| reply.body["payload"].clone();
        let before = payload(app.get("/me").session(&tokens).send().await);
        assert_eq!((&before["role"], before.get("plan")), (&json!("admin"), None), "its token is as it was");
        let refreshed = app.refresh(&tokens).send().await.tokens(method);
        let after = payload(app.get("/me").session(&refreshed).send().await);
        assert_eq!((after.get("role"), &after["plan"]), (None, &json!("team")));
    }
    assert!(!app.sessions().merge_into_access_token_payload("no-such-handle", &json!({})).await.unwrap());
}

/// Only with a clock that can be moved: the token expires between verifying and merging.
#[tokio::test]
async fn merging_with_a_token_that_has_just_expired_changes_the_payload_of_this_request_and_of_the_next_token() {
    let app = App::new(TestCore::InProcess, Session::new()).await;
    let tokens = app.create(Header).await;
    let options = VerifySessionOptions::new();
    let session = app.sessions().get_session_without_request_response(&*tokens.access, None, options).await;
    let session = session.unwrap().unwrap();
    app.clock.advance_ms(2 * 60 * 60 * 1000);
    session.merge_into_access_token_payload(&json!({"role": null, "plan": "team"})).await.unwrap();
    assert_eq!(session.access_token_payload().get("plan"), Some(&json!("team")));
    assert_eq!(session.access_token_payload().get("role"), None);
    assert_eq!(session.access_token(), tokens.access, "the core makes no new token for an expired one");
    assert!(!session.all_session_tokens_dangerously().unwrap().access_and_front_token_updated);
    let refreshed = app.refresh(&tokens).send().await;
    let payload = &refreshed.front_token().unwrap()["up"];
    assert_eq!((payload.get("role"), &payload["plan"]), (None, &json!("team")));
}
