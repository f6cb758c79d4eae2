//! What can go wrong, and how it is answered.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use supertokens::Error;
use supertokens::kernel::RecipeError;
use supertokens::kernel::http::json_response;

/// Why a visit is not counted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VisitsError {
    /// The user has used up their visits. The reply is `429 {"message": ..}`.
    #[error("all {limit} visits are used up")]
    LimitReached {
        /// How many there were.
        limit: u64,
    },
    /// Any other failure. The client is told a status of 500.
    #[error(transparent)]
    Sdk(Error),
}

impl RecipeError for VisitsError {}

impl From<VisitsError> for Error {
    fn from(error: VisitsError) -> Self {
        match error {
            VisitsError::Sdk(error) => error,
            error => Self::recipe(error),
        }
    }
}

impl From<Error> for VisitsError {
    fn from(error: Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Sdk)
    }
}

#[derive(Serialize)]
struct Message {
    message: String,
}

/// The reply to an error of this recipe.
pub(crate) fn reply_to_error(error: VisitsError) -> Result<Response<Bytes>, Error> {
    match error {
        VisitsError::LimitReached { .. } => {
            json_response(StatusCode::TOO_MANY_REQUESTS, &Message { message: error.to_string() })
        }
        VisitsError::Sdk(error) => Err(error),
    }
}
