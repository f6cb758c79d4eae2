//! The session of a request to one of the application's own routes.

use http::Method;

use crate::apis::{SessionApiImplementation, SessionApis, VerifySession};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::in_request;

impl SessionApiImplementation {
    pub(crate) async fn verify_session(
        &self,
        input: VerifySession,
        _top: &SessionApis,
    ) -> Result<Option<SessionContainer>, SessionError> {
        let request = &input.exchange.request;
        if matches!(*request.method(), Method::OPTIONS | Method::TRACE) {
            return Ok(None);
        }
        // An application that verifies sessions before it hands requests to the SDK must still be able to refresh.
        let is_refresh = *request.method() == Method::POST
            && request.path().trim_end_matches('/') == self.shared.config.refresh_token_path;
        let (shared, functions) = (&self.shared, &self.functions);
        if is_refresh {
            let session = in_request::refresh_session(shared, functions, &input.exchange, input.user_context).await?;
            return Ok(Some(session));
        }
        in_request::get_session(shared, functions, &input.exchange, input.options, input.user_context).await
    }
}
