//! The trait that every recipe implements.

use dyn_clone::DynClone;

use crate::error::InitError;
use crate::ports::Ports;
use crate::setup::Setup;

/// A configured recipe: a value that an application makes, configures, overrides, and hands to `SuperTokens::init`.
///
/// Its life:
///
/// 1. The application makes it and calls its setters. Nothing runs yet; the value can be cloned.
/// 2. [`defaults`](Self::defaults): the recipes that it cannot do without. Those that the application did not list are
///    added behind the application's own, each once.
/// 3. [`build`](Self::build), in the order of the list: it checks its configuration, makes its functions, and tells the
///    [`Setup`] its routes, what it provides to others, its errors, its CORS headers. Other recipes may not exist yet.
/// 4. [`ready`](Self::ready), when all are built: the [`Ports`] are complete.
/// 5. The application runs. What the recipe built answers; the configured value is gone.
///
/// A recipe of one's own needs two methods:
///
/// ```
/// use supertokens_kernel::{InitError, Recipe, Setup};
///
/// #[derive(Clone)]
/// struct Greeting;
///
/// impl Recipe for Greeting {
///     fn id(&self) -> &'static str {
///         "greeting"
///     }
///
///     fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
///         setup.cors_headers(&["x-greeting"]);
///         Ok(())
///     }
/// }
/// ```
pub trait Recipe: DynClone + Send + Sync + 'static {
    /// The recipe's id: what the `rid` header says, and what error messages call it.
    fn id(&self) -> &'static str;

    /// Checks the configuration and tells `setup` what the recipe brings.
    fn build(&self, setup: &mut Setup) -> Result<(), InitError>;

    /// The recipes that this one cannot do without, with their default configuration.
    fn defaults(&self) -> Vec<Box<dyn Recipe>> {
        Vec::new()
    }

    /// Called once when every recipe is built.
    fn ready(&self, ports: &Ports) -> Result<(), InitError> {
        let _ = ports;
        Ok(())
    }

    /// The recipe as an entry of the list that `SuperTokens::init` takes.
    fn boxed(self) -> Box<dyn Recipe>
    where
        Self: Sized,
    {
        Box::new(self)
    }
}

dyn_clone::clone_trait_object!(Recipe);

/// The id of a user of one recipe: of one way to sign in. Linked accounts have several of these and one user id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RecipeUserId(String);

impl RecipeUserId {
    /// A recipe user id from its text.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RecipeUserId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for RecipeUserId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl From<String> for RecipeUserId {
    fn from(id: String) -> Self {
        Self(id)
    }
}
