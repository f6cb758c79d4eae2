//! The forms in which an override can be written as a closure.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use supertokens::session::{CreateNewSession, Session, SessionError, SessionFunctions};

#[derive(Clone)]
struct Database(Arc<AtomicUsize>);

impl Database {
    async fn count(&self, _user_id: &str) -> Result<usize, std::io::Error> {
        Ok(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

async fn named(
    input: CreateNewSession,
    original: SessionFunctions,
) -> Result<supertokens::session::SessionContainer, SessionError> {
    original.create_new_session(input).await
}

fn main() {
    let database = Database(Arc::new(AtomicUsize::new(0)));
    let _ = Session::new()
        // An async closure.
        .override_functions(|functions| {
            functions.create_new_session(async move |mut input, original| {
                input.jwt_payload.insert("someKey", "someValue")?;
                original.create_new_session(input).await
            })
        })
        // A closure that gives an async block.
        .override_functions(|functions| {
            functions.create_new_session(|mut input, original| async move {
                input.session_data.insert("someKey", "someValue")?;
                original.create_new_session(input).await
            })
        })
        // Captured state that can be cloned, used across an await.
        .override_functions(|functions| {
            functions.create_new_session(async move |mut input, original| {
                let visits = database.count(input.known_user_id()).await.map_err(SessionError::other)?;
                input.jwt_payload.insert("visits", visits)?;
                original.create_new_session(input).await
            })
        })
        // A function with a name, and two functions of one layer's closure calls.
        .override_functions(|functions| {
            functions
                .create_new_session(named)
                .revoke_session(async |input, original| original.revoke_session(input).await)
        })
        // An API that no override ever reaches.
        .override_apis(|apis| apis.disable::<supertokens::session::SignOutPost>());
}
