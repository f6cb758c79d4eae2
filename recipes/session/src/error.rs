//! What can be wrong with a session, and what a front end does about it.

use http::StatusCode;
use supertokens_kernel::error::BoxError;
use supertokens_kernel::{CoreError, Error, RecipeError, RecipeUserId};

use crate::claims::ClaimValidationError;
use crate::payload::PayloadError;

/// Why there is no session, or why it may not do what it asks for.
///
/// All but [`Sdk`](Self::Sdk) are replies that the official front-end SDKs understand; the session recipe makes them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// There is no session. The front end sends the person to the sign-in page.
    #[error("{message}")]
    Unauthorised {
        /// Why, for the log.
        message: String,
        /// Whether the reply removes the session's tokens from the browser.
        clear_tokens: bool,
    },
    /// The access token is no longer good. The front end refreshes the session and asks again.
    #[error("{message}")]
    TryRefreshToken {
        /// Why, for the log.
        message: String,
    },
    /// A refresh token was used that had been replaced: somebody else may have it.
    #[error("Token theft detected")]
    TokenTheftDetected {
        /// The session.
        session_handle: String,
        /// Its user.
        user_id: String,
        /// The way in which that user signed in.
        recipe_user_id: RecipeUserId,
    },
    /// The session is good, but its claims do not allow this.
    #[error("INVALID_CLAIMS")]
    InvalidClaims(
        /// What failed, in the order of the validators.
        Vec<ClaimValidationError>,
    ),
    /// The browser holds the session's cookies twice; those of the older domain are cleared by the reply, and the front
    /// end refreshes again.
    #[error("{message}")]
    ClearDuplicateSessionCookies {
        /// What happened.
        message: String,
    },
    /// Any other failure. The client is told a status of 500.
    #[error(transparent)]
    Sdk(Error),
}

impl SessionError {
    /// There is no session; the reply removes the tokens.
    pub fn unauthorised(message: impl Into<String>) -> Self {
        Self::Unauthorised { message: message.into(), clear_tokens: true }
    }

    /// The front end should refresh.
    pub fn try_refresh_token(message: impl Into<String>) -> Self {
        Self::TryRefreshToken { message: message.into() }
    }

    /// Wraps an error of the application's own: `fetch().await.map_err(SessionError::other)?`.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Sdk(Error::other(error))
    }
}

impl RecipeError for SessionError {
    fn usual_status(&self) -> StatusCode {
        match self {
            Self::Unauthorised { .. } | Self::TryRefreshToken { .. } | Self::TokenTheftDetected { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Self::InvalidClaims(_) => StatusCode::FORBIDDEN,
            Self::ClearDuplicateSessionCookies { .. } => StatusCode::OK,
            Self::Sdk(error) => error.usual_status(),
        }
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Sdk(error) => error,
            error => Self::recipe(error),
        }
    }
}

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Sdk)
    }
}

impl From<CoreError> for SessionError {
    fn from(error: CoreError) -> Self {
        Self::Sdk(error.into())
    }
}

impl From<PayloadError> for SessionError {
    fn from(error: PayloadError) -> Self {
        Self::other(error)
    }
}

impl From<PayloadError> for Error {
    fn from(error: PayloadError) -> Self {
        Self::other(error)
    }
}
