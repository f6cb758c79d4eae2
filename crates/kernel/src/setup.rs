//! What recipes fill in while an application is built.

use std::sync::Arc;

use crate::app_info::NormalisedAppInfo;
use crate::clock::Clock;
use crate::core_client::CoreClient;
use crate::delivery::{EmailService, Outbox};
use crate::error::{Error, InitError, RecipeError};
use crate::http::Exchange;
use crate::overrides::BoxFuture;
use crate::ports::{PortMap, Ports, PortsOwner};
use crate::recipe::Recipe;
use crate::route::Route;
use crate::user_context::UserContext;
use crate::users::Users;

/// A reply to an error, made by the recipe that the error belongs to.
pub type ErrorReply = BoxFuture<Result<http::Response<bytes::Bytes>, Error>>;

type ErrorHandler = Arc<dyn Fn(Error, Exchange, UserContext) -> Result<ErrorReply, Error> + Send + Sync>;

/// What recipes fill in while an application is built; see [`Recipe`] for when.
pub struct Setup {
    app_info: Arc<NormalisedAppInfo>,
    core: CoreClient,
    clock: Arc<dyn Clock>,
    outbox: Outbox,
    email_service: Option<Arc<dyn EmailService>>,
    owner: PortsOwner,
    map: PortMap,
    recipe: &'static str,
    parts: Parts,
}

/// What all recipes together brought: what an application's requests are matched against.
#[derive(Clone, Default)]
pub struct Parts {
    /// Every recipe's id and routes, in the order of the recipes.
    pub routes: Vec<Route>,
    /// The ids of the recipes, in their order.
    pub recipes: Vec<&'static str>,
    /// The headers that a browser must be allowed to send.
    pub cors_headers: Vec<&'static str>,
    rid_aliases: Vec<(&'static str, &'static str)>,
    error_handlers: Vec<ErrorHandler>,
}

impl Setup {
    /// A set-up for an application of this core and clock.
    pub fn new(app_info: Arc<NormalisedAppInfo>, core: CoreClient, clock: Arc<dyn Clock>) -> Self {
        let parts = Parts { cors_headers: vec!["rid", "fdi-version"], ..Parts::default() };
        let (outbox, mut map) = (Outbox::new(), PortMap::default());
        map.add(Arc::new(outbox.clone()));
        let (owner, email_service) = (PortsOwner::default(), None);
        Self { app_info, core, clock, outbox, email_service, owner, map, recipe: "", parts }
    }

    /// The same, with the e-mails of all recipes sent by `service`, whatever service a recipe was given.
    #[must_use]
    pub fn with_email_service(mut self, service: Option<Arc<dyn EmailService>>) -> Self {
        self.email_service = service;
        self
    }

    /// Builds all of `recipes`, with those that they need and that are not among them.
    pub fn build(mut self, recipes: Vec<Box<dyn Recipe>>) -> Result<(PortsOwner, Parts), InitError> {
        let recipes = with_defaults(recipes)?;
        self.map.provide(Arc::new(Users::new(self.core.clone(), self.ports().clone())))?;
        for recipe in &recipes {
            self.recipe = recipe.id();
            self.parts.recipes.push(recipe.id());
            recipe.build(&mut self)?;
        }
        self.owner.complete(self.map);
        for recipe in &recipes {
            recipe.ready(self.owner.as_ref())?;
        }
        Ok((self.owner, self.parts))
    }

    /// The application's names and addresses.
    pub fn app_info(&self) -> &Arc<NormalisedAppInfo> {
        &self.app_info
    }

    /// The core, with calls marked as this recipe's.
    pub fn core(&self) -> CoreClient {
        self.core.for_recipe(self.recipe)
    }

    /// The application's clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// What runs after the reply; the application finds it in its ports, to wait for it.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(crate) fn email_service(&self) -> Option<&Arc<dyn EmailService>> {
        self.email_service.as_ref()
    }

    /// The ports, to be kept and asked later: they are empty until every recipe is built.
    pub fn ports(&self) -> &Ports {
        self.owner.as_ref()
    }

    /// Provides `T` to the other recipes and the application. A second provider is an error.
    pub fn provide<T: ?Sized + Send + Sync + 'static>(&mut self, value: Arc<T>) -> Result<(), InitError> {
        self.map.provide(value)
    }

    /// Adds one of several `T` for the recipe that collects them.
    pub fn add<T: ?Sized + Send + Sync + 'static>(&mut self, value: Arc<T>) {
        self.map.add(value);
    }

    /// Adds an HTTP route.
    pub fn route(&mut self, route: Route) {
        self.parts.routes.push(route.of_recipe(self.recipe));
    }

    /// Makes requests whose `rid` header is `rid` prefer this recipe's routes, as those with its own id do. Front ends
    /// of older versions name recipes that are two of today's.
    pub fn rid_alias(&mut self, rid: &'static str) {
        self.parts.rid_aliases.push((rid, self.recipe));
    }

    /// Adds request headers that a browser must be allowed to send.
    pub fn cors_headers(&mut self, headers: &[&'static str]) {
        for header in headers {
            if !self.parts.cors_headers.contains(header) {
                self.parts.cors_headers.push(header);
            }
        }
    }

    /// Says how errors of type `E` are answered.
    pub fn error_handler<E, F, Fut>(&mut self, handler: F)
    where
        E: RecipeError,
        F: Fn(E, Exchange, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<http::Response<bytes::Bytes>, Error>> + Send + 'static,
    {
        self.parts.error_handlers.push(Arc::new(move |error, exchange, context| {
            let error = error.downcast::<E>()?;
            Ok(Box::pin(handler(error, exchange, context)))
        }));
    }
}

impl Parts {
    /// The recipes that a request with this `rid` header prefers.
    pub fn recipes_of_rid(&self, rid: &str) -> Vec<&'static str> {
        let by_alias = self.rid_aliases.iter().filter(|(alias, _)| *alias == rid).map(|(_, recipe)| *recipe);
        self.recipes.iter().copied().filter(|recipe| *recipe == rid).chain(by_alias).collect()
    }

    /// The reply to an error by the recipe that it belongs to, or the error back if it belongs to none.
    pub async fn reply_to_error(
        &self,
        mut error: Error,
        exchange: &Exchange,
        context: &UserContext,
    ) -> Result<http::Response<bytes::Bytes>, Error> {
        for handler in &self.error_handlers {
            match handler(error, exchange.clone(), context.clone()) {
                Ok(reply) => return reply.await,
                Err(not_mine) => error = not_mine,
            }
        }
        Err(error)
    }
}

/// The list with each recipe's defaults behind it, transitively; a recipe listed twice by the application is an error.
fn with_defaults(recipes: Vec<Box<dyn Recipe>>) -> Result<Vec<Box<dyn Recipe>>, InitError> {
    if recipes.is_empty() {
        return Err(InitError::NoRecipes);
    }
    let mut all: Vec<Box<dyn Recipe>> = Vec::with_capacity(recipes.len());
    for recipe in recipes {
        if all.iter().any(|known| known.id() == recipe.id()) {
            return Err(InitError::DuplicateRecipe { recipe: recipe.id() });
        }
        all.push(recipe);
    }
    let mut next = 0;
    while let Some(recipe) = all.get(next) {
        for default in recipe.defaults() {
            if all.iter().all(|known| known.id() != default.id()) {
                all.push(default);
            }
        }
        next += 1;
    }
    Ok(all)
}
