//! Late binding: an original that calls another function of the recipe reaches the application's override of it.

use http::StatusCode;
use serde_json::json;
use supertokens::session::claims::BooleanClaim;
use supertokens::session::{Session, SessionFunctionsBuilder, TokenTransferMethod};

use crate::support::{Log, app, create, exchange, post, sessions};

/// Adds layers that write which functions run.
fn noting_all(functions: SessionFunctionsBuilder, log: &Log) -> SessionFunctionsBuilder {
    macro_rules! note {
        ($functions:expr, $($name:ident),*) => {{
            let functions = $functions;
            $(let functions = {
                let log = log.clone();
                functions.$name(async move |input, original| {
                    log.write(stringify!($name));
                    original.$name(input).await
                })
            };)*
            functions
        }};
    }
    note!(
        functions,
        fetch_and_set_claim,
        set_claim_value,
        get_claim_value,
        remove_claim,
        merge_into_access_token_payload,
        get_session_information,
        refresh_session,
        regenerate_access_token,
        revoke_session
    )
}

#[tokio::test]
async fn functions_that_originals_call_are_the_applications() {
    let log = Log::default();
    let app = app(Session::new().override_functions(|functions| noting_all(functions, &log)));
    let handle = create(&app).await.unwrap().handle().to_owned();
    let claim = BooleanClaim::new("over-18", async |_| Ok(Some(true)));
    let sessions = sessions(&app);

    assert!(sessions.fetch_and_set_claim(&handle, &claim).await.unwrap());
    let merge = ["merge_into_access_token_payload", "get_session_information"];
    assert_eq!(log.take(), [&["fetch_and_set_claim", "get_session_information"], &merge[..]].concat());

    assert!(sessions.set_claim_value(&handle, &claim, &false).await.unwrap());
    assert_eq!(log.take(), [&["set_claim_value"], &merge[..]].concat());

    sessions.get_claim_value(&handle, &claim).await.unwrap();
    assert_eq!(log.take(), ["get_claim_value", "get_session_information"]);

    assert!(sessions.remove_claim(&handle, &claim).await.unwrap());
    assert_eq!(log.take(), [&["remove_claim"], &merge[..]].concat());
}

#[tokio::test]
async fn a_lower_layers_original_binds_to_the_whole_stack() {
    let log = Log::default();
    let (below, above) = (log.clone(), log.clone());
    let session = Session::new()
        .override_functions(|functions| {
            functions.fetch_and_set_claim(async move |input, original| {
                below.write("fetch_and_set_claim below");
                original.fetch_and_set_claim(input).await
            })
        })
        .override_functions(|functions| {
            functions.get_session_information(async move |_input, _original| {
                above.write("get_session_information above");
                Ok(None)
            })
        });
    let app = app(session);
    let handle = create(&app).await.unwrap().handle().to_owned();
    let claim = BooleanClaim::new("over-18", async |_| Ok(Some(true)));
    let found = sessions(&app).fetch_and_set_claim(&handle, &claim).await.unwrap();
    assert!(!found, "the override says that the session does not exist");
    assert_eq!(log.take(), ["fetch_and_set_claim below", "get_session_information above"]);
}

#[tokio::test]
async fn the_methods_of_a_session_run_the_applications_functions() {
    let log = Log::default();
    let app = app(Session::new().override_functions(|functions| noting_all(functions, &log)));
    let session = create(&app).await.unwrap();
    session.merge_into_access_token_payload(&json!({"seats": 5})).await.unwrap();
    session.session_data().await.unwrap();
    session.revoke_session().await.unwrap();
    assert_eq!(log.take(), ["regenerate_access_token", "get_session_information", "revoke_session"]);
}

#[tokio::test]
async fn the_routes_and_the_error_handlers_run_the_applications_functions() {
    let log = Log::default();
    let app = app(Session::new().override_functions(|functions| noting_all(functions, &log)));
    let session = create(&app).await.unwrap();
    session.attach_to_request_response(exchange(), TokenTransferMethod::Header).unwrap();
    let stolen = session.all_session_tokens_dangerously().unwrap().refresh_token.unwrap();

    let refreshed = post(&app, "/auth/session/refresh", &stolen).await;
    assert_eq!((refreshed.status(), log.take()), (StatusCode::OK, vec!["refresh_session".to_owned()]));

    let newer = refreshed.headers()["st-refresh-token"].to_str().unwrap();
    assert_eq!(post(&app, "/auth/session/refresh", newer).await.status(), StatusCode::OK);
    log.take();

    let theft = post(&app, "/auth/session/refresh", &stolen).await;
    assert_eq!((theft.status(), theft.body()), (StatusCode::UNAUTHORIZED, &json!({"message": "token theft detected"})));
    assert_eq!(log.take(), ["refresh_session", "revoke_session"]);
}
