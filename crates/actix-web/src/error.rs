//! An error of the SDK as what a handler or an extractor fails with.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::convert;

/// An error of the SDK as what a handler or an extractor fails with: any of them becomes this one with `?`.
///
/// The reply is the one that the official front-end SDKs expect, with what the application's own error handlers make of
/// it. It is [`SuperTokensMiddleware`](crate::SuperTokensMiddleware) that replies, since that may need the core; until
/// then the response has the error's usual status and no body.
///
/// ```
/// use supertokens_actix_web::{Error, VerifiedSession};
///
/// async fn rename(session: VerifiedSession, name: String) -> Result<String, Error> {
///     session.merge_into_access_token_payload(&serde_json::json!({"name": name})).await?;
///     Ok("renamed".to_owned())
/// }
/// # let _ = rename;
/// ```
///
/// A handler that wants to know why there is no session asks for a `Result`:
///
/// ```
/// use supertokens_actix_web::{Error, VerifiedSession};
///
/// async fn greet(session: Result<VerifiedSession, Error>) -> String {
///     match session {
///         Ok(session) => format!("Hello {}", session.user_id()),
///         Err(error) => format!("Hello whoever you are ({error})"),
///     }
/// }
/// # let _ = greet;
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
    status: StatusCode,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    /// Taken by the middleware, which replies.
    Sdk {
        error: Mutex<Option<supertokens_kernel::Error>>,
        is_response: AtomicBool,
    },
    NoMiddleware,
}

impl Error {
    /// What an extractor fails with where the middleware is missing.
    pub(crate) fn no_middleware() -> Self {
        let message = "the request has not come through SuperTokens: add \
                       `.wrap(SuperTokensMiddleware::new(supertokens.clone()))` to the App, behind all routes"
            .to_owned();
        Self(Box::new(Inner { message, status: StatusCode::INTERNAL_SERVER_ERROR, cause: Cause::NoMiddleware }))
    }

    /// The error of the SDK.
    pub fn into_inner(self) -> supertokens_kernel::Error {
        self.take().unwrap_or_else(|| supertokens_kernel::Error::misuse(self.0.message.clone()))
    }

    pub(crate) fn take(&self) -> Option<supertokens_kernel::Error> {
        match &self.0.cause {
            Cause::Sdk { error, .. } => error.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Cause::NoMiddleware => None,
        }
    }
}

impl<E: Into<supertokens_kernel::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        let error = error.into();
        // What services between the handler and the middleware see: metrics and logs.
        let (message, status) = (error.to_string(), convert::status(error.usual_status()));
        let cause = Cause::Sdk { error: Mutex::new(Some(error)), is_response: AtomicBool::new(false) };
        Self(Box::new(Inner { message, status, cause }))
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        match &self.0.cause {
            Cause::Sdk { is_response, .. } => {
                is_response.store(true, Ordering::Relaxed);
                HttpResponse::new(self.0.status)
            }
            Cause::NoMiddleware => {
                // There is nobody who could make another response of it, and nobody has seen the application work yet:
                // who reads this is the one who wrote it.
                tracing::error!(target: "supertokens", "{}; the client is told a status of 500", self.0.message);
                let body = serde_json::json!({"message": self.0.message}).to_string();
                HttpResponse::build(self.0.status).content_type("application/json; charset=utf-8").body(body)
            }
        }
    }
}

impl Drop for Error {
    fn drop(&mut self) {
        let Cause::Sdk { is_response, .. } = &self.0.cause else { return };
        if is_response.load(Ordering::Relaxed)
            && let Some(error) = self.take()
        {
            tracing::error!(
                target: "supertokens",
                %error,
                "an error of the SDK was not answered: its response has not come through SuperTokens; add \
                 `.wrap(SuperTokensMiddleware::new(supertokens.clone()))` to the App"
            );
        }
    }
}
