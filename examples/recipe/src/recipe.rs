//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use http::Method;
use supertokens::kernel::{Ports, Route, Setup};
use supertokens::session::Session;
use supertokens::session::claims::{AnyClaim, PrimitiveClaim};
use supertokens::{Error, InitError, Recipe};

use crate::api::{self, ApiImplementation, VISIT_API};
use crate::error::{VisitsError, reply_to_error};
use crate::functions::{VisitPost, VisitsApisBuilder, VisitsFunctions, VisitsFunctionsBuilder};
use crate::implementation::{Book, Implementation};
use crate::types::VisitCounter;

const RECIPE_ID: &str = "visits";

/// How many visits a user has unless the application says otherwise.
pub const DEFAULT_LIMIT: u64 = 100;

/// The recipe, to be configured, overridden, and handed to `SuperTokens::init`.
#[derive(Clone)]
#[must_use]
pub struct Visits {
    limit: u64,
    functions: VisitsFunctionsBuilder,
    apis: VisitsApisBuilder,
}

impl Visits {
    /// The recipe with its defaults.
    pub fn new() -> Self {
        Self { limit: DEFAULT_LIMIT, functions: VisitsFunctionsBuilder::default(), apis: VisitsApisBuilder::default() }
    }

    /// The recipe's functions in an application that has it.
    ///
    /// # Errors
    ///
    /// [`Error::RecipeNotInitialised`] if it does not have the recipe.
    pub fn of(app: &impl AsRef<Ports>) -> Result<VisitsFunctions, Error> {
        Ok(app.as_ref().require::<VisitsFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Sets how many visits a user has; at least 1, [`DEFAULT_LIMIT`] unless set.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(VisitsFunctionsBuilder) -> VisitsFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(mut self, overrides: impl FnOnce(VisitsApisBuilder) -> VisitsApisBuilder) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

impl Default for Visits {
    fn default() -> Self {
        Self::new()
    }
}

impl Recipe for Visits {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn defaults(&self) -> Vec<Box<dyn Recipe>> {
        vec![Session::new().boxed()]
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        if self.limit == 0 {
            return Err(InitError::invalid("limit", "0", "lets nobody visit", "a number from 1"));
        }
        let book = Arc::new(Book::default());
        let functions = self.functions.clone().build(Implementation { book: book.clone(), limit: self.limit });
        setup.provide(Arc::new(functions.clone()))?;
        setup.provide::<dyn VisitCounter>(book.clone())?;

        let claim = PrimitiveClaim::new("visits", move |input| {
            let visits = book.visits_of(&input.user_id);
            async move { Ok(Some(visits)) }
        });
        setup.add(Arc::new(AnyClaim::new(&claim)));

        let is_off = self.apis.is_disabled::<VisitPost>();
        let apis = self.apis.clone().build(ApiImplementation);
        let ports = setup.ports().clone();
        let visit_post = move |call| api::visit_post(ports.clone(), apis.clone(), functions.clone(), call);
        setup.route(Route::new(Method::POST, VISIT_API, visit_post).disabled_if(is_off));

        setup.error_handler(|error: VisitsError, _exchange, _context| async move { reply_to_error(error) });
        Ok(())
    }
}
