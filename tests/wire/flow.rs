//! A session's whole life, with cookies and with headers.

use http::Method;
use serde_json::json;
use supertokens::session::claims::PrimitiveClaim;
use supertokens::session::{CreateNewSession, Payload, RefreshAntiCsrf, Session, VerifySessionOptions};

use crate::support::{App, BOTH_WAYS, TestCore, on_each_core};

on_each_core!(a_session_lives_from_creation_to_sign_out, a_session_lives_without_requests_too);

#[tokio::test]
async fn the_claims_of_a_payload_are_checked_without_a_session() {
    let app = App::new(TestCore::InProcess, Session::new()).await;
    let plan = PrimitiveClaim::new("plan", async |input| Ok(Some(format!("plan of {}", input.user_id))));
    let check = async |expected: &str| {
        let payload = Payload::from_data(&json!({"plan": {"v": "free", "t": 0}})).unwrap();
        let validators = vec![plan.has_value(expected.to_owned(), Some(60))];
        app.sessions().validate_claims_in_jwt_payload("user-1", payload, validators).await.unwrap()
    };
    assert!(check("plan of user-1").await.is_empty(), "the old one is fetched anew");
    let failed = check("free").await;
    assert_eq!(failed[0].id, "plan");
    assert_eq!(failed[0].reason.as_ref().unwrap()["actualValue"], "plan of user-1");
}

async fn a_session_lives_from_creation_to_sign_out(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    for method in BOTH_WAYS {
        let created = app.create(method).await;
        let me = app.get("/me").session(&created).send().await;
        assert_eq!((&me.body["userId"], &me.body["payload"]["role"]), (&json!("user-1"), &json!("admin")), "{me:?}");

        let merge = app.post("/merge").session(&created).json(&json!({"role": null, "seen": true}));
        let merged = merge.send().await;
        let payload = &merged.front_token().unwrap()["up"];
        assert_eq!((payload.get("role"), &payload["seen"]), (None, &json!(true)));

        let refreshed = app.refresh(&created).send().await;
        assert_eq!(refreshed.front_token().unwrap()["up"]["seen"], true, "what was merged goes on");
        let refreshed = refreshed.tokens(method);

        let signed_out = app.post("/auth/signout").session(&refreshed).send().await;
        assert_eq!((signed_out.status.as_u16(), &signed_out.body), (200, &json!({"status": "OK"})));
        assert!(signed_out.clears(method));
        let gone = app.call(Method::GET, "/me?check_database=true").session(&refreshed).send().await;
        gone.assert_is(401, "unauthorised");
        app.refresh(&refreshed).send().await.assert_is(401, "unauthorised");
    }
}

async fn a_session_lives_without_requests_too(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let sessions = app.sessions();
    let new = CreateNewSession::new("public", "user-1").disable_anti_csrf(true);
    let created = sessions.create_new_session_without_request_response(new).await.unwrap();
    let tokens = created.all_session_tokens_dangerously().unwrap();
    assert!(tokens.access_and_front_token_updated);

    let options = VerifySessionOptions::new().check_database(true);
    let found = sessions.get_session_without_request_response(tokens.access_token, None, options).await;
    assert_eq!(found.unwrap().unwrap().handle(), created.handle());

    let refresh = tokens.refresh_token.unwrap();
    let refreshed =
        sessions.refresh_session_without_request_response(refresh, RefreshAntiCsrf::Disabled).await.unwrap();
    assert_eq!(refreshed.handle(), created.handle());
    let bearer = format!("Bearer {}", refreshed.access_token());
    assert_eq!(app.get("/me").header("authorization", bearer).send().await.body["handle"], created.handle());

    refreshed.revoke_session().await.unwrap();
    assert!(sessions.get_session_information(created.handle()).await.unwrap().is_none());
}
