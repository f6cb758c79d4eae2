//! Errors that every recipe shares.

use std::any::Any;

use http::StatusCode;

use crate::core_client::CoreError;

/// Any error, boxed: what an application's own code may fail with inside an override.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call of the SDK failed.
///
/// Errors that a front end is meant to see ([`BadInput`](Self::BadInput), a recipe's own) become a reply, and so does a
/// core that has too much to do: 503 with its `retry-after`. All others are for the operator, and the client is told
/// nothing but a status of 500.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request is not what the API asks for. The reply is `400 {"message": ..}`.
    #[error("{message}")]
    BadInput {
        /// What is wrong, for the one who wrote the front end.
        message: String,
    },
    /// The request's body is longer than the application allows. The reply is `413 {"message": ..}`.
    #[error("the request's body is longer than {limit} bytes")]
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The core could not be reached, refused the call, or answered something unexpected.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// A recipe's own error; that recipe turns it into a reply.
    #[error("{0}")]
    Recipe(Box<dyn RecipeError>),
    /// `SuperTokens::init` has not been called.
    #[error("SuperTokens is not initialised: call SuperTokens::init(..) at start-up, before this")]
    NotInitialised,
    /// A recipe is asked for that the application does not have.
    #[error("the recipe `{recipe}` is not initialised: add it to the recipes given to SuperTokens::init(..)")]
    RecipeNotInitialised {
        /// The recipe's id.
        recipe: &'static str,
    },
    /// An application's own function gave something that the SDK cannot use.
    #[error("{message}")]
    Misuse {
        /// What was given, what was expected, what to do.
        message: String,
    },
    /// An error of the application's own code, from inside an override.
    #[error(transparent)]
    Other(BoxError),
}

impl Error {
    /// A request that is not what the API asks for.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput { message: message.into() }
    }

    /// A configured value or an override's result that the SDK cannot use.
    pub fn misuse(message: impl Into<String>) -> Self {
        Self::Misuse { message: message.into() }
    }

    /// Wraps an error of the application's own: `fetch().await.map_err(Error::other)?`.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    /// A recipe's own error.
    pub fn recipe(error: impl RecipeError) -> Self {
        Self::Recipe(Box::new(error))
    }

    /// The status that it is answered with unless the application says otherwise.
    pub fn usual_status(&self) -> StatusCode {
        match self {
            Self::BadInput { .. } => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Recipe(error) => error.usual_status(),
            Self::Core(error) if error.retry_after_s().is_some() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error as a recipe's own one, if it is that.
    pub fn downcast<E: RecipeError>(self) -> Result<E, Self> {
        match self {
            Self::Recipe(error) if (&*error as &dyn Any).is::<E>() => {
                let error: Box<dyn Any> = error;
                error.downcast::<E>().map(|error| *error).map_err(|_| Self::misuse("an error changed its type"))
            }
            other => Err(other),
        }
    }
}

/// An error that belongs to a recipe. The recipe registers with [`Setup::error_handler`](crate::Setup::error_handler)
/// how it is answered.
pub trait RecipeError: std::error::Error + Any + Send + Sync {
    /// The status that it is answered with unless the application says otherwise: for metrics and traces that look at a
    /// response before the SDK has made the reply.
    fn usual_status(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

/// Why an application could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// A value of the configuration is unusable.
    #[error("{setting} is `{value}`, which {problem}; expected {expected}")]
    InvalidSetting {
        /// The setting's name as it is written in code or the environment.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        expected: &'static str,
    },
    /// The list of recipes is empty.
    #[error(
        "the list of recipes is empty; give SuperTokens::init(..) at least one, for example Session::new().boxed()"
    )]
    NoRecipes,
    /// One recipe was given twice.
    #[error("the recipe `{recipe}` was given twice; give each recipe once, its overrides stack inside it")]
    DuplicateRecipe {
        /// The recipe's id.
        recipe: &'static str,
    },
    /// `SuperTokens::init` was called a second time.
    #[error(
        "SuperTokens::init was called a second time; call it once at start-up, or build further instances with SuperTokens::new(..)"
    )]
    AlreadyInitialised,
    /// Two recipes offer what only one may.
    #[error("`{what}` is provided by two recipes; it can be provided by one only")]
    DuplicateProvider {
        /// The type's name.
        what: &'static str,
    },
    /// Two settings contradict each other.
    #[error("{message}")]
    Conflict {
        /// Which settings, why, and what to change.
        message: String,
    },
    /// The core cannot be used.
    #[error("the core cannot be used: {message}")]
    Core {
        /// What happened and what to do.
        message: String,
        /// The cause.
        #[source]
        source: Option<BoxError>,
    },
}

impl InitError {
    /// An unusable value of a setting.
    pub fn invalid(
        setting: &'static str,
        value: impl Into<String>,
        problem: impl Into<String>,
        expected: &'static str,
    ) -> Self {
        Self::InvalidSetting { setting, value: value.into(), problem: problem.into(), expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("mine")]
    struct Mine;
    impl RecipeError for Mine {}

    #[derive(Debug, thiserror::Error)]
    #[error("theirs")]
    struct Theirs;
    impl RecipeError for Theirs {}

    #[test]
    fn a_recipes_error_is_found_again_by_its_type_only() {
        assert!(Error::recipe(Mine).downcast::<Mine>().is_ok());
        let kept = Error::recipe(Mine).downcast::<Theirs>().err().map(|error| error.to_string());
        assert_eq!(kept.as_deref(), Some("mine"));
    }
}
