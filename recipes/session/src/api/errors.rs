//! How the recipe's errors are answered: as the official front-end SDKs expect, unless the application says otherwise.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use supertokens_kernel::http::json_response;
use supertokens_kernel::{Error, Exchange, UserContext};

use crate::config::TokenTheft;
use crate::error::SessionError;
use crate::functions::{RevokeSession, SessionFunctions};
use crate::shared::Shared;

/// The reply to an error. Tokens that are of no more use are removed from the front end.
pub(crate) async fn reply_to_error(
    shared: &Shared,
    functions: &SessionFunctions,
    error: SessionError,
    exchange: Exchange,
    context: UserContext,
) -> Result<Response<Bytes>, Error> {
    let handlers = &shared.config.error_handlers;
    let (expired, missing_claim) = (shared.config.session_expired_status, shared.config.invalid_claim_status);
    tracing::debug!(target: "supertokens", %error, "answering an error of the session");
    match error {
        SessionError::Unauthorised { message, clear_tokens } => {
            if clear_tokens {
                shared.clear_everywhere(&exchange, &context)?;
            }
            match &handlers.on_unauthorised {
                Some(handler) => handler(message, exchange, context).await,
                None => reply(expired, "unauthorised"),
            }
        }
        SessionError::TryRefreshToken { message } => match &handlers.on_try_refresh_token {
            Some(handler) => handler(message, exchange, context).await,
            None => reply(expired, "try refresh token"),
        },
        SessionError::TokenTheftDetected { session_handle, user_id, recipe_user_id } => {
            shared.clear_everywhere(&exchange, &context)?;
            match &handlers.on_token_theft_detected {
                Some(handler) => {
                    handler(TokenTheft::new(session_handle, user_id, recipe_user_id), exchange, context).await
                }
                None => {
                    // Whoever has the other copy is to lose it too.
                    functions.revoke_session(RevokeSession::new(session_handle).user_context(context)).await?;
                    reply(expired, "token theft detected")
                }
            }
        }
        SessionError::InvalidClaims(errors) => match &handlers.on_invalid_claim {
            Some(handler) => handler(errors, exchange, context).await,
            None => {
                let body = json!({"message": "invalid claim", "claimValidationErrors": errors});
                json_response(missing_claim, &body)
            }
        },
        SessionError::ClearDuplicateSessionCookies { message } => match &handlers.on_clear_duplicate_session_cookies {
            Some(handler) => handler(message, exchange, context).await,
            None => reply(StatusCode::OK, &message),
        },
        SessionError::Sdk(error) => Err(error),
    }
}

fn reply(status: StatusCode, message: &str) -> Result<Response<Bytes>, Error> {
    json_response(status, &json!({"message": message}))
}
