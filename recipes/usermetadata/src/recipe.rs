//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use supertokens_kernel::{Error, InitError, Ports, Recipe, Setup};

use crate::functions::{UserMetadataFunctions, UserMetadataFunctionsBuilder};
use crate::implementation::Implementation;

const RECIPE_ID: &str = "usermetadata";

/// The `usermetadata` recipe, to be overridden and handed to `SuperTokens::init`.
#[derive(Clone, Default)]
#[must_use]
pub struct UserMetadata {
    functions: UserMetadataFunctionsBuilder,
}

impl UserMetadata {
    /// The recipe without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<UserMetadataFunctions, Error> {
        Ok(app.as_ref().require::<UserMetadataFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(UserMetadataFunctionsBuilder) -> UserMetadataFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }
}

impl Recipe for UserMetadata {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let functions = self.functions.clone().build(Implementation { core: setup.core() });
        setup.provide(Arc::new(functions))
    }
}
