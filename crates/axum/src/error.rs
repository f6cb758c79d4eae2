//! An error of the SDK as what a handler or an extractor fails with.

use axum_core::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use supertokens_tower::Unanswered;

/// An error of the SDK as what a handler or an extractor fails with: any of them becomes this one with `?`.
///
/// The reply is the one that the official front-end SDKs expect, with what the application's own error handlers make of
/// it. It is [`SuperTokensLayer`](crate::SuperTokensLayer) that replies, since that may need the core; until then the
/// response has the error's usual status and no body.
///
/// ```
/// use supertokens_axum::{Error, VerifiedSession};
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
/// use supertokens_axum::{Error, VerifiedSession};
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
#[error(transparent)]
pub struct Error(Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error(transparent)]
    Sdk(supertokens_kernel::Error),
    #[error(
        "the request has not come through SuperTokens: add `.layer(SuperTokensLayer::new(supertokens))` to the outermost \
         Router, after all routes and the fallback"
    )]
    NoLayer,
}

impl Error {
    /// What an extractor fails with where the layer is missing.
    pub(crate) fn no_layer() -> Self {
        Self(Kind::NoLayer)
    }

    /// The error of the SDK.
    pub fn into_inner(self) -> supertokens_kernel::Error {
        match self.0 {
            Kind::Sdk(error) => error,
            no_layer @ Kind::NoLayer => supertokens_kernel::Error::misuse(no_layer.to_string()),
        }
    }
}

impl<E: Into<supertokens_kernel::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Kind::Sdk(error.into()))
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self.0 {
            Kind::Sdk(error) => {
                // What services between the handler and the layer see: metrics and traces.
                let mut response = error.usual_status().into_response();
                response.extensions_mut().insert(Unanswered::new(error));
                response
            }
            no_layer @ Kind::NoLayer => {
                // There is nobody who could make another response of it, and nobody has seen the application work yet:
                // who reads this is the one who wrote it.
                let message = no_layer.to_string();
                tracing::error!(target: "supertokens", "{message}; the client is told a status of 500");
                let body = serde_json::json!({"message": message}).to_string();
                let json = HeaderValue::from_static("application/json; charset=utf-8");
                (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, json)], body).into_response()
            }
        }
    }
}
