//! Layers: which override runs when, and what its `original` is.

use supertokens::session::{
    CreateNewSession, RevokeSession, Session, SessionContainer, SessionError, SessionFunctions,
    SessionFunctionsBuilder, SessionOverride,
};

use crate::support::{Log, app, create, sessions};

/// Adds a layer that writes its name before and after it calls the original.
fn noting(functions: SessionFunctionsBuilder, log: &Log, name: &'static str) -> SessionFunctionsBuilder {
    let log = log.clone();
    functions.create_new_session(async move |input, original| {
        log.write(format!("{name} in"));
        let session = original.create_new_session(input).await?;
        log.write(format!("{name} out"));
        Ok(session)
    })
}

/// The trait form: notes two functions; from the one it calls the other.
struct Noting(Log);

impl SessionOverride for Noting {
    async fn create_new_session(
        &self,
        input: CreateNewSession,
        original: SessionFunctions,
    ) -> Result<SessionContainer, SessionError> {
        self.0.write("trait in");
        original.revoke_session(RevokeSession::new("unknown")).await?;
        let session = original.create_new_session(input).await?;
        self.0.write("trait out");
        Ok(session)
    }

    async fn revoke_session(&self, input: RevokeSession, original: SessionFunctions) -> Result<bool, SessionError> {
        self.0.write("trait revoke");
        original.revoke_session(input).await
    }
}

#[tokio::test]
async fn the_layer_that_was_added_last_is_outermost() {
    let log = Log::default();
    let session = Session::new()
        .override_functions(|functions| noting(functions, &log, "first"))
        .override_functions(|functions| noting(functions, &log, "second"));
    create(&app(session)).await.unwrap();
    assert_eq!(log.take(), ["second in", "first in", "first out", "second out"]);
}

#[tokio::test]
async fn a_function_named_twice_stacks_and_also_around_the_trait_form() {
    let log = Log::default();
    let session = Session::new().override_functions(|functions| {
        let functions = noting(noting(functions, &log, "a"), &log, "b").with(Noting(log.clone()));
        noting(functions, &log, "c")
    });
    create(&app(session)).await.unwrap();
    let expected = ["c in", "trait in", "b in", "a in", "a out", "b out", "trait out", "c out"];
    assert_eq!(log.take(), expected);
}

#[tokio::test]
async fn original_has_every_function_as_the_layers_below_left_it() {
    let log = Log::default();
    let note = |functions: SessionFunctionsBuilder, name: &'static str| {
        let log = log.clone();
        functions.revoke_session(async move |input, original| {
            log.write(name);
            original.revoke_session(input).await
        })
    };
    let session = Session::new().override_functions(|functions| {
        let functions = note(functions, "below");
        let functions = functions.create_new_session(async |input, original| {
            original.revoke_session(RevokeSession::new("unknown")).await?;
            original.create_new_session(input).await
        });
        note(functions, "above")
    });
    let app = app(session);
    create(&app).await.unwrap();
    assert_eq!(log.take(), ["below"]);
    sessions(&app).revoke_session("unknown").await.unwrap();
    assert_eq!(log.take(), ["above", "below"]);
}

#[tokio::test]
async fn an_override_of_a_set_does_not_meet_itself_in_original() {
    let log = Log::default();
    let app = app(Session::new().override_functions(|functions| functions.with(Noting(log.clone()))));
    create(&app).await.unwrap();
    assert_eq!(log.take(), ["trait in", "trait out"]);
    sessions(&app).revoke_session("unknown").await.unwrap();
    assert_eq!(log.take(), ["trait revoke"]);
}

#[tokio::test]
async fn an_override_may_do_without_the_original() {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async |_input, _original| Err(SessionError::unauthorised("closed today")))
    });
    let error = create(&app(session)).await.unwrap_err();
    assert!(matches!(&error, SessionError::Unauthorised { message, .. } if message == "closed today"), "{error:?}");
}

#[tokio::test]
async fn an_override_may_call_the_original_twice() {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async |input, original| {
            original.create_new_session(input.clone()).await?;
            original.create_new_session(input).await
        })
    });
    let app = app(session);
    create(&app).await.unwrap();
    assert_eq!(sessions(&app).get_all_session_handles_for_user("user-1", None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_an_override_puts_into_the_two_payloads_is_in_the_token_and_in_the_core() {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.jwt_payload.insert("someKey", "in the token")?;
            input.session_data.insert("someKey", "in the core")?;
            original.create_new_session(input).await
        })
    });
    let app = app(session);
    let session = create(&app).await.unwrap();
    assert_eq!(session.access_token_payload().get("someKey").unwrap(), "in the token");
    assert_eq!(session.session_data().await.unwrap().get("someKey").unwrap(), "in the core");
}

#[tokio::test]
async fn a_reserved_name_in_a_payload_fails_the_call() {
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.jwt_payload.insert("sub", "somebody else")?;
            original.create_new_session(input).await
        })
    });
    let error = create(&app(session)).await.unwrap_err().to_string();
    assert!(error.contains("`sub`") && error.contains("choose another"), "{error}");
}
