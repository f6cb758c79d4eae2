//! The recipe: its configuration, and what it brings to an application.

use std::sync::Arc;

use http::Method;
use supertokens_kernel::ports::{Multitenancy as MultitenancyPort, Tenants};
use supertokens_kernel::{Error, InitError, Ports, Recipe, Route, Setup, TenantId, UserContext};
use supertokens_session::claims::AnyClaim;

use crate::api::{self, ApiImplementation, LOGIN_METHODS_API};
use crate::claims::{AllowedDomains, AllowedDomainsClaim};
use crate::functions::{LoginMethodsGet, MultitenancyApisBuilder, MultitenancyFunctions, MultitenancyFunctionsBuilder};
use crate::implementation::Implementation;
use crate::port::Port;

const RECIPE_ID: &str = "multitenancy";

/// The `multitenancy` recipe, to be configured, overridden, and handed to `SuperTokens::init`.
#[derive(Clone, Default)]
#[must_use]
pub struct Multitenancy {
    allowed_domains: Option<AllowedDomains>,
    functions: MultitenancyFunctionsBuilder,
    apis: MultitenancyApisBuilder,
}

impl Multitenancy {
    /// The recipe with its defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The recipe's functions in an application that has it.
    pub fn of(app: &impl AsRef<Ports>) -> Result<MultitenancyFunctions, Error> {
        Ok(app.as_ref().require::<MultitenancyFunctions>(RECIPE_ID)?.as_ref().clone())
    }

    /// Which domains the sessions of a tenant may be used on: new sessions get the claim [`AllowedDomainsClaim`].
    pub fn get_allowed_domains_for_tenant_id<F, Fut>(mut self, allowed_domains: F) -> Self
    where
        F: Fn(TenantId, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Vec<String>>, Error>> + Send + 'static,
    {
        let allowed_domains = move |tenant_id, context| boxed(allowed_domains(tenant_id, context));
        self.allowed_domains = Some(AllowedDomains(Arc::new(allowed_domains)));
        self
    }

    /// Overrides functions. Called twice, the second call's overrides lie over those of the first.
    pub fn override_functions(
        mut self,
        overrides: impl FnOnce(MultitenancyFunctionsBuilder) -> MultitenancyFunctionsBuilder,
    ) -> Self {
        self.functions = overrides(self.functions);
        self
    }

    /// Overrides HTTP APIs, or switches them off. Called twice, the second call's overrides lie over those of the first.
    pub fn override_apis(mut self, overrides: impl FnOnce(MultitenancyApisBuilder) -> MultitenancyApisBuilder) -> Self {
        self.apis = overrides(self.apis);
        self
    }
}

fn boxed<T>(
    future: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> supertokens_kernel::BoxFuture<Result<T, Error>> {
    Box::pin(future)
}

impl Recipe for Multitenancy {
    fn id(&self) -> &'static str {
        RECIPE_ID
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        if let Some(allowed_domains) = &self.allowed_domains {
            setup.provide(Arc::new(allowed_domains.clone()))?;
            setup.add(Arc::new(AnyClaim::new(&AllowedDomainsClaim)));
        }
        let functions = self.functions.clone().build(Implementation { core: setup.core() });
        setup.provide(Arc::new(functions.clone()))?;
        let port = Port::new(functions.clone());
        setup.provide::<dyn Tenants>(port.clone())?;
        setup.provide::<dyn MultitenancyPort>(port)?;

        let disabled = self.apis.is_disabled::<LoginMethodsGet>();
        let apis = self.apis.clone().build(ApiImplementation { ports: setup.ports().clone() });
        let login_methods = move |call| api::login_methods_get(apis.clone(), functions.clone(), call);
        setup.route(Route::new(Method::GET, LOGIN_METHODS_API, login_methods).disabled_if(disabled));
        Ok(())
    }
}
