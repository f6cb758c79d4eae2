//! The user context: shared by the overrides of one request, and by nobody else.

use supertokens::UserContext;
use supertokens::session::{CreateNewSession, Session};

use crate::support::{Log, app, create, exchange, post, sessions};

#[derive(Clone)]
struct Caller(String);

/// The API's override leaves a value, the function's override notes what it finds.
fn handing_on(log: &Log) -> Session {
    let (api_log, log) = (log.clone(), log.clone());
    Session::new()
        .override_apis(|apis| {
            apis.refresh_post(async move |input, original| {
                let before = input.user_context.get::<Caller>();
                api_log.write(format!("api finds {:?}", before.map(|caller| caller.0)));
                let agent = input.exchange.request.header("authorization").map(|token| token.len().to_string());
                input.user_context.insert(Caller(agent.unwrap_or_default()));
                original.refresh_post(input).await
            })
        })
        .override_functions(|functions| {
            functions.refresh_session(async move |input, original| {
                let found = input.user_context.get::<Caller>().map(|caller| caller.0);
                let path = input.user_context.request().map(|request| request.path().to_owned());
                log.write(format!("function finds {found:?} of {path:?}"));
                original.refresh_session(input).await
            })
        })
}

#[tokio::test]
async fn what_one_override_leaves_the_others_of_the_same_request_find_and_no_other_request() {
    let log = Log::default();
    let app = app(handing_on(&log));
    for token in ["a", "bbb"] {
        post(&app, "/auth/session/refresh", token).await;
    }
    let bearer = "Bearer ".len();
    let expected = [
        "api finds None".to_owned(),
        format!("function finds Some(\"{}\") of Some(\"/auth/session/refresh\")", bearer + 1),
        "api finds None".to_owned(),
        format!("function finds Some(\"{}\") of Some(\"/auth/session/refresh\")", bearer + 3),
    ];
    assert_eq!(log.take(), expected);
}

#[tokio::test]
async fn a_context_that_the_application_passes_reaches_overrides_and_comes_back() {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async |mut input, original| {
            let plan: String = input.user_context.get::<Caller>().unwrap().0;
            input.jwt_payload.insert("plan", plan)?;
            input.user_context.insert(7_u8);
            original.create_new_session(input).await
        })
    });
    let app = app(session);
    let context = UserContext::new();
    context.insert(Caller("team".into()));
    let new = CreateNewSession::new("public", "user-1");
    let session = sessions(&app).with_user_context(context.clone()).create_new_session(&exchange(), new).await.unwrap();
    assert_eq!(session.access_token_payload().get("plan").unwrap(), "team");
    assert_eq!(context.get::<u8>(), Some(7));
    assert!(context.request().is_some(), "the exchange's request is in it");
}

#[tokio::test]
async fn a_sessions_methods_run_in_the_context_that_it_was_found_in() {
    let log = Log::default();
    let noted = log.clone();
    let session = Session::new().override_functions(|functions| {
        functions
            .create_new_session(async |input, original| {
                input.user_context.insert(Caller("create".into()));
                original.create_new_session(input).await
            })
            .revoke_session(async move |input, original| {
                noted.write(format!("{:?}", input.user_context.get::<Caller>().map(|caller| caller.0)));
                original.revoke_session(input).await
            })
    });
    let app = app(session);
    let session = create(&app).await.unwrap();
    session.revoke_session().await.unwrap();
    sessions(&app).revoke_session(session.handle()).await.unwrap();
    assert_eq!(log.take(), ["Some(\"create\")", "None"]);
}
