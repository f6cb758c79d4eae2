//! §8: what the core is asked, and with which headers.

use serde_json::{Value, json};
use supertokens::TenantId;
use supertokens::kernel::core_client::CoreRequest;
use supertokens::session::TokenTransferMethod::Header;
use supertokens::session::{RefreshAntiCsrf, Session};

use crate::support::{App, CoreDouble, Given, Issuer, TestCore, core_body, core_path, on_each_core};

on_each_core!(
    the_version_is_agreed_on_once_and_sent_with_every_call,
    the_api_key_is_sent_with_every_call,
    each_function_asks_the_core_as_the_reference_does,
    an_answer_is_remembered_within_its_context,
);

fn header<'c>(call: &'c CoreRequest, name: &str) -> Option<&'c str> {
    call.headers.get(name).map(|value| value.to_str().unwrap())
}

async fn the_version_is_agreed_on_once_and_sent_with_every_call(core: TestCore) {
    for (newest, version) in [("5.6", "5.6"), ("5.5", "5.5"), ("5.4", "5.4")] {
        let app = Given::on(core).core_config("supertokens_max_cdi_version", newest).start().await;
        let tokens = app.create(Header).await;
        app.get("/me").session(&tokens).send().await;
        app.refresh(&tokens).send().await;
        let calls = app.full_core_calls();
        let paths: Vec<_> = calls.iter().map(core_path).collect();
        let jwks = "/.well-known/jwks.json";
        assert_eq!(paths, ["/apiversion", "/public/recipe/session", jwks, "/recipe/session/refresh"], "§8 {newest}");
        let [asked, create, keys, refresh] = &calls[..] else { panic!("{calls:?}") };
        assert_eq!(asked.query, "apiDomain=http%3A%2F%2Flocalhost%3A3001&websiteDomain=http%3A%2F%2Flocalhost%3A3000");
        assert_eq!((header(asked, "cdi-version"), header(asked, "rid")), (None, None));
        for call in [create, refresh] {
            assert_eq!(header(call, "cdi-version"), Some(version), "§8 {call:?}");
            assert_eq!(header(call, "rid"), Some("session"));
            assert_eq!(header(call, "content-type"), Some("application/json; charset=utf-8"));
            assert_eq!(header(call, "api-key"), None);
        }
        assert!(keys.headers.is_empty(), "§4: keys are public: {:?}", keys.headers);
    }
}

async fn the_api_key_is_sent_with_every_call(core: TestCore) {
    let key = "a-key-of-twenty-characters-or-more";
    let app = Given::on(core).api_key(key).start().await;
    let tokens = app.create(Header).await;
    assert_eq!(app.refresh(&tokens).send().await.status, 200);
    for call in app.full_core_calls() {
        assert_eq!(header(&call, "api-key"), Some(key), "§8 {call:?}");
        assert!(!format!("{call:?} {:?}", call.headers).contains(key), "it shows itself to nobody");
    }
}

async fn each_function_asks_the_core_as_the_reference_does(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let sessions = app.sessions();
    let tokens = app.create(Header).await;
    let handle = &*tokens.handle;
    app.full_core_calls();
    // The last call: method, path, query, body.
    let last = || {
        let call = app.full_core_calls().pop().unwrap();
        let body = if call.body.is_empty() { Value::Null } else { core_body(&call) };
        (format!("{} {}", call.method, core_path(&call)), call.query.clone(), body)
    };
    let expect = |call: &str, query: &str, body: Value| {
        assert_eq!(last(), (call.to_owned(), query.to_owned(), body), "§8");
    };

    sessions.get_session_information(handle).await.unwrap().unwrap();
    expect("GET /recipe/session", &format!("sessionHandle={handle}"), Value::Null);

    sessions.get_all_session_handles_for_user("a user/\u{fc}", None).await.unwrap();
    let query = "fetchAcrossAllTenants=true&fetchSessionsForAllLinkedAccounts=true&userId=a+user%2F%C3%BC";
    expect("GET /recipe/session/user", query, Value::Null);
    let tenant = Some(TenantId::new("public"));
    sessions.get_all_session_handles_for_user("user", tenant.clone()).await.unwrap();
    let query = "fetchAcrossAllTenants=false&fetchSessionsForAllLinkedAccounts=true&userId=user";
    expect("GET /public/recipe/session/user", query, Value::Null);

    assert!(sessions.update_session_data_in_database(handle, &json!({"a": 1})).await.unwrap());
    expect("PUT /recipe/session/data", "", json!({"sessionHandle": handle, "userDataInDatabase": {"a": 1}}));

    assert!(sessions.merge_into_access_token_payload(handle, &json!({"role": null, "b": 2})).await.unwrap());
    let payload = json!({"iss": "http://localhost:3001/auth", "b": 2});
    expect("PUT /recipe/jwt/data", "", json!({"sessionHandle": handle, "userDataInJWT": payload}));

    let refresh = sessions.refresh_session_without_request_response(&*tokens.refresh, RefreshAntiCsrf::Disabled).await;
    assert_eq!(refresh.unwrap().handle(), handle);
    expect(
        "POST /recipe/session/refresh",
        "",
        json!({
            "refreshToken": tokens.refresh, "enableAntiCsrf": false, "useDynamicSigningKey": true
        }),
    );

    let handles = vec![handle.to_owned(), "other".to_owned()];
    assert_eq!(sessions.revoke_multiple_sessions(handles).await.unwrap(), [handle]);
    expect("POST /recipe/session/remove", "", json!({"sessionHandles": [handle, "other"]}));

    sessions.revoke_all_sessions_for_user("nobody", None).await.unwrap();
    expect(
        "POST /recipe/session/remove",
        "",
        json!({
            "userId": "nobody", "revokeSessionsForLinkedAccounts": true, "revokeAcrossAllTenants": true
        }),
    );
    sessions.revoke_all_sessions_for_user("nobody", tenant).await.unwrap();
    expect(
        "POST /public/recipe/session/remove",
        "",
        json!({
            "userId": "nobody", "revokeSessionsForLinkedAccounts": true, "revokeAcrossAllTenants": false
        }),
    );
}

async fn an_answer_is_remembered_within_its_context(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let handle = app.create(Header).await.handle;
    let sessions = app.sessions().with_user_context(supertokens::UserContext::new());
    app.core_calls();
    for _ in 0..2 {
        sessions.get_session_information(&handle).await.unwrap();
    }
    assert_eq!(app.core_calls(), ["GET /recipe/session"]);
    sessions.update_session_data_in_database(&handle, &json!({"a": 1})).await.unwrap();
    let session = sessions.get_session_information(&handle).await.unwrap().unwrap();
    assert_eq!(session.session_data.get("a"), Some(&json!(1)), "a change empties the cache");
    app.core_calls();
    for _ in 0..2 {
        app.sessions().get_session_information(&handle).await.unwrap();
    }
    assert_eq!(app.core_calls().len(), 2, "another context asks for itself");
}

#[tokio::test]
async fn a_tenant_is_encoded_in_the_path() {
    let double = CoreDouble::new(&Issuer::new(), |_| (400, json!("no such tenant")));
    let app = Given::on_double(double.clone()).start().await;
    app.post("/create?tenant=a%2F..%20b").auth_mode(Header).send().await.assert_is(500, "Internal server error");
    assert_eq!(
        double.asked().last().unwrap(),
        "/a%252f..%2520b/recipe/session",
        "what the application said, in lower case and encoded"
    );
}
