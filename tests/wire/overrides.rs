//! What a front end and the core see of overrides. How layers work is tested elsewhere.

use std::sync::{Arc, Mutex};

use serde_json::json;
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::{
    CreateNewSession, GetSession, RefreshPost, RevokeSession, Session, SessionError, VerifySession,
};

use crate::support::{App, BOTH_WAYS, TestCore, core_body, core_path, on_each_core};

on_each_core!(
    a_new_session_carries_the_data_that_an_override_puts_into_it,
    a_session_that_is_refused_after_it_was_made_leaves_no_token,
    an_error_of_an_override_tells_the_client_nothing,
    the_default_theft_handler_and_sign_out_run_the_override_of_revoking,
    an_override_may_demand_more_of_a_session,
    an_override_of_the_refresh_api_sees_the_request_and_changes_the_response,
    an_override_of_verifying_may_ask_for_less,
);

async fn a_new_session_carries_the_data_that_an_override_puts_into_it(core: TestCore) {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input: CreateNewSession, original| {
            input.jwt_payload.insert("someKey", "someValue")?;
            input.session_data.insert("someKey", "some other value")?;
            original.create_new_session(input).await
        })
    });
    let app = App::new(core, session).await;
    for method in BOTH_WAYS {
        app.full_core_calls();
        let created = app.post("/create").auth_mode(method).json(&json!({"role": "admin"})).send().await;
        let front = created.front_token().unwrap();
        assert_eq!((&front["up"]["someKey"], &front["up"]["role"]), (&json!("someValue"), &json!("admin")));
        assert!(front["up"].get("kept").is_none(), "session data stays in the core");
        let call = app.full_core_calls().into_iter().find(|call| core_path(call) == "/public/recipe/session").unwrap();
        assert_eq!(
            core_body(&call),
            json!({
                "userId": "user-1",
                "userDataInJWT": {"role": "admin", "iss": "http://localhost:3001/auth", "someKey": "someValue"},
                "userDataInDatabase": {"kept": "in the core", "someKey": "some other value"},
                "useDynamicSigningKey": true,
                "enableAntiCsrf": false,
            })
        );
        let tokens = created.tokens(method);
        let session = app.sessions().get_session_information(&tokens.handle).await.unwrap().unwrap();
        assert_eq!(session.session_data.get("someKey"), Some(&json!("some other value")));
        let me = app.get("/me").session(&tokens).send().await;
        assert_eq!(me.body["payload"]["someKey"], "someValue");
    }
}

async fn a_session_that_is_refused_after_it_was_made_leaves_no_token(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let reply = app.post("/create-and-refuse").auth_mode(method).send().await;
        reply.assert_is(401, "unauthorised");
        assert!(reply.clears(Cookie) && reply.clears(Header), "{reply:?}");
        assert_eq!(reply.header("front-token"), Some("remove"));
        assert_eq!(reply.set_cookies().len(), 2, "each cookie once");
    }
}

async fn an_error_of_an_override_tells_the_client_nothing(core: TestCore) {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async |_, _| Err(SessionError::other("the database password is hunter2")))
    });
    let app = App::new(core, session).await;
    let reply = app.post("/create").auth_mode(Cookie).send().await;
    reply.assert_is(500, "Internal server error");
    assert!(reply.leaves_tokens_alone());
}

async fn the_default_theft_handler_and_sign_out_run_the_override_of_revoking(core: TestCore) {
    let revoked = Arc::<Mutex<Vec<String>>>::default();
    let seen = revoked.clone();
    let session = Session::new().override_functions(|functions| {
        functions.revoke_session(async move |input: RevokeSession, original| {
            seen.lock().unwrap().push(input.session_handle.clone());
            original.revoke_session(input).await
        })
    });
    let app = App::new(core, session).await;
    let stolen = app.create(Header).await;
    let second = app.refresh(&stolen).send().await.tokens(Header);
    assert_eq!(app.refresh(&second).send().await.status, 200);
    app.refresh(&stolen).send().await.assert_is(401, "token theft detected");
    let leaving = app.create(Header).await;
    assert_eq!(app.post("/auth/signout").session(&leaving).send().await.status, 200);
    assert_eq!(*revoked.lock().unwrap(), [stolen.handle, leaving.handle]);
}

async fn an_override_may_demand_more_of_a_session(core: TestCore) {
    let session = Session::new().override_functions(|functions| {
        functions.get_session(async |input: GetSession, original| {
            let device = input.user_context.request().and_then(|request| request.header("x-device").map(str::to_owned));
            let session = original.get_session(input).await?;
            if let Some(session) = &session
                && session.access_token_payload().get("device").and_then(|value| value.as_str()) != device.as_deref()
            {
                return Err(SessionError::try_refresh_token("another device"));
            }
            Ok(session)
        })
    });
    let app = App::new(core, session).await;
    for method in BOTH_WAYS {
        let tokens = app.create_with(method, json!({"device": "phone"})).await;
        assert_eq!(app.get("/me").session(&tokens).header("x-device", "phone").send().await.status, 200);
        let other = app.get("/me").session(&tokens).header("x-device", "laptop").send().await;
        other.assert_is(401, "try refresh token");
    }
}

async fn an_override_of_the_refresh_api_sees_the_request_and_changes_the_response(core: TestCore) {
    let session = Session::new().override_apis(|apis| {
        apis.refresh_post(async |input: RefreshPost, original| {
            let exchange = input.exchange.clone();
            if exchange.request.header("x-banned").is_some() {
                return Err(SessionError::unauthorised("banned"));
            }
            let session = original.refresh_post(input).await?;
            exchange.response.set_header("x-user", session.user_id())?;
            Ok(session)
        })
    });
    let app = App::new(core, session).await;
    for method in BOTH_WAYS {
        let tokens = app.create(method).await;
        let banned = app.refresh(&tokens).header("x-banned", "1").send().await;
        banned.assert_is(401, "unauthorised");
        assert!(banned.clears(Cookie) && banned.clears(Header));
        let refreshed = app.refresh(&tokens).send().await;
        assert_eq!((refreshed.status.as_u16(), refreshed.header("x-user")), (200, Some("user-1")));
    }
}

async fn an_override_of_verifying_may_ask_for_less(core: TestCore) {
    let session = Session::new().override_apis(|apis| {
        apis.verify_session(async |mut input: VerifySession, original| {
            if input.exchange.request.header("x-public").is_some() {
                input.options = input.options.session_required(false);
            }
            original.verify_session(input).await
        })
    });
    let app = App::new(core, session).await;
    app.get("/me").send().await.assert_is(401, "unauthorised");
    app.get("/me").header("x-public", "1").send().await.assert_is(401, "unauthorised");
    let optional = app.get("/optional").header("x-public", "1").send().await;
    assert_eq!(optional.body, json!({"userId": null}));
}
