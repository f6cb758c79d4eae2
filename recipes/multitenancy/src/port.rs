//! Where the recipe meets others.

use std::sync::Arc;

use supertokens_kernel::ports::{
    AssociateUserToTenant, AssociateUserToTenantResponse, Multitenancy as MultitenancyPort, TenantFactors, Tenants,
};
use supertokens_kernel::{BoxFuture, Error, TenantId, UserContext};

use crate::functions::{GetTenant, GetTenantId, MultitenancyFunctions};
use crate::types::{LoginProvider, ProviderConfig};

/// Provided by the recipe that signs people in with third parties: it has providers of its own, and knows the names of
/// those that it brings. Without it, the providers of a tenant are listed as the core has them.
pub trait LoginProviders: Send + Sync {
    /// The providers that people can sign in with.
    fn login_providers(&self, input: ProvidersOfTenant) -> BoxFuture<Result<Vec<LoginProvider>, Error>>;
}

/// A tenant's providers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProvidersOfTenant {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its providers in the core.
    pub providers: Vec<ProviderConfig>,
    /// Which of a provider's several clients the front end is.
    pub client_type: Option<String>,
    /// The request's context.
    pub user_context: UserContext,
}

/// The tenants of an application, for other recipes.
pub(crate) struct Port(pub(crate) MultitenancyFunctions);

impl Port {
    pub(crate) fn new(functions: MultitenancyFunctions) -> Arc<Self> {
        Arc::new(Self(functions))
    }
}

impl Tenants for Port {
    fn tenant_id_of(&self, tenant_id: TenantId, context: UserContext) -> BoxFuture<Result<TenantId, Error>> {
        self.0.get_tenant_id(GetTenantId::new(tenant_id).user_context(context))
    }
}

impl MultitenancyPort for Port {
    fn get_tenant_factors(
        &self,
        tenant_id: TenantId,
        context: UserContext,
    ) -> BoxFuture<Result<Option<TenantFactors>, Error>> {
        let functions = self.0.clone();
        Box::pin(async move {
            let tenant = functions.get_tenant(GetTenant::new(tenant_id).user_context(context)).await?;
            Ok(tenant.map(|tenant| TenantFactors {
                first_factors: tenant.first_factors,
                required_secondary_factors: tenant.required_secondary_factors,
            }))
        })
    }

    fn associate_user_to_tenant(
        &self,
        input: AssociateUserToTenant,
    ) -> BoxFuture<Result<AssociateUserToTenantResponse, Error>> {
        self.0.associate_user_to_tenant(input)
    }
}
