//! The session recipe, for the flows.

use std::sync::{Arc, Mutex};

use supertokens_kernel::ports::{self, ActiveSession, CreateSession, ShouldTryLinkingWithSessionUser};
use supertokens_kernel::{BoxFuture, Error, Exchange, UserContext};
use supertokens_session::SessionError;

use super::support::session_of;

/// Makes sessions, and keeps whose.
#[derive(Default)]
pub(super) struct FakeSessions {
    pub(super) created: Mutex<Vec<String>>,
}

impl ports::Sessions for FakeSessions {
    fn load_session_in_auth_api_if_needed(
        &self,
        _: Exchange,
        _: ShouldTryLinkingWithSessionUser,
        _: UserContext,
    ) -> BoxFuture<Result<Option<Arc<dyn ActiveSession>>, Error>> {
        Box::pin(std::future::ready(Ok(Some(session_of("loaded")))))
    }

    fn create_new_session(&self, input: CreateSession) -> BoxFuture<Result<Arc<dyn ActiveSession>, Error>> {
        self.created.lock().unwrap().push(format!("{} of {}", input.recipe_user_id, input.user_id.unwrap()));
        Box::pin(std::future::ready(Ok(session_of(input.recipe_user_id.as_str()))))
    }

    fn revoke_sessions_for_user_except(
        &self,
        _: String,
        _: Option<String>,
        _: UserContext,
    ) -> BoxFuture<Result<Vec<String>, Error>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn unauthorised(&self, message: &str) -> Error {
        SessionError::unauthorised(message).into()
    }
}

/// Whether the reply is that of a request without a good session.
pub(super) fn is_unauthorised(error: &Error) -> bool {
    matches!(error, Error::Recipe(error) if (&**error as &dyn std::any::Any).downcast_ref::<SessionError>().is_some_and(
        |error| matches!(error, SessionError::Unauthorised { .. })
    ))
}
