//! The functions and APIs of the recipe: what they take and what they give.

use serde::Serialize;
pub use supertokens_kernel::ports::AssociateUserToTenant;
use supertokens_kernel::{Error, Exchange, RecipeUserId, TenantId, UserContext, input, overridable};

use crate::api::ApiImplementation;
use crate::implementation::Implementation;
use crate::types::{
    AssociateUserToTenantResponse, Change, CreateOrUpdateThirdPartyConfigResponse, LoginMethods, ProviderConfig,
    Settings, TenantConfig,
};

overridable! {
    /// The functions of the recipe; [`Multitenancy::of`](crate::Multitenancy::of) finds them.
    pub MultitenancyFunctions, MultitenancyFunctionsBuilder, MultitenancyFunctionsOverride, MultitenancyFunctionsLayer,
    MultitenancyFunction,
    recipe "multitenancy", original Implementation, error Error;
    /// The tenant that a request belongs to: unless overridden, the one in its path.
    async fn get_tenant_id(GetTenantId) -> TenantId;
    /// Makes a tenant, or changes one; `true` if it is new.
    async fn create_or_update_tenant(CreateOrUpdateTenant) -> bool;
    /// Deletes a tenant; `false` if it did not exist. Its users stay, in no tenant or in the others that they have.
    async fn delete_tenant(DeleteTenant) -> bool;
    /// A tenant; `None` if it does not exist.
    async fn get_tenant(GetTenant) -> Option<TenantConfig>;
    /// All tenants.
    async fn list_all_tenants(ListAllTenants) -> Vec<TenantConfig>;
    /// Gives a tenant a third-party provider, or changes one.
    async fn create_or_update_third_party_config(
        CreateOrUpdateThirdPartyConfig
    ) -> CreateOrUpdateThirdPartyConfigResponse;
    /// Takes a third-party provider from a tenant; `false` if it did not have it.
    async fn delete_third_party_config(DeleteThirdPartyConfig) -> bool;
    /// Lets a login method be used in a tenant.
    async fn associate_user_to_tenant(AssociateUserToTenant) -> AssociateUserToTenantResponse;
    /// Lets a login method be used in a tenant no longer, and ends its sessions there; `false` if it could not before.
    async fn disassociate_user_from_tenant(DisassociateUserFromTenant) -> bool;
}

input! {
    /// Input of [`get_tenant_id`](MultitenancyFunctions::get_tenant_id).
    GetTenantId {
        /// The tenant in the request's path, or `public`.
        tenant_id_from_frontend: TenantId,
    } with {}
}

input! {
    /// Input of [`create_or_update_tenant`](MultitenancyFunctions::create_or_update_tenant). What is not said stays as it
    /// is.
    ///
    /// ```
    /// use supertokens_multitenancy::{Change, CreateOrUpdateTenant};
    ///
    /// let tenant = CreateOrUpdateTenant::new("customer1").first_factors(vec!["emailpassword".to_owned()]);
    /// let any_factor = CreateOrUpdateTenant::new("customer1").first_factors(Change::Remove);
    /// # let _ = (tenant, any_factor);
    /// ```
    CreateOrUpdateTenant {
        /// The tenant.
        tenant_id: TenantId,
    } with {
        /// What its users sign in with.
        first_factors: Change<Vec<String>> = Change::Keep,
        /// What its users have to show besides.
        required_secondary_factors: Change<Vec<String>> = Change::Keep,
        /// Settings of the core that differ in this tenant; a `null` removes one.
        core_config: Settings = Settings::default(),
    }
}

input! {
    /// Input of [`delete_tenant`](MultitenancyFunctions::delete_tenant).
    DeleteTenant {
        /// The tenant.
        tenant_id: TenantId,
    } with {}
}

input! {
    /// Input of [`get_tenant`](MultitenancyFunctions::get_tenant).
    GetTenant {
        /// The tenant.
        tenant_id: TenantId,
    } with {}
}

input! {
    /// Input of [`list_all_tenants`](MultitenancyFunctions::list_all_tenants).
    ListAllTenants {} with {}
}

input! {
    /// Input of [`create_or_update_third_party_config`](MultitenancyFunctions::create_or_update_third_party_config).
    CreateOrUpdateThirdPartyConfig {
        /// The tenant.
        tenant_id: TenantId,
        /// The provider.
        config: ProviderConfig,
    } with {
        /// Whether the core takes the configuration as it is.
        skip_validation: Option<bool> = None,
    }
}

input! {
    /// Input of [`delete_third_party_config`](MultitenancyFunctions::delete_third_party_config).
    DeleteThirdPartyConfig {
        /// The tenant.
        tenant_id: TenantId,
        /// The provider's id.
        third_party_id: String,
    } with {}
}

input! {
    /// Input of [`disassociate_user_from_tenant`](MultitenancyFunctions::disassociate_user_from_tenant).
    DisassociateUserFromTenant {
        /// The tenant.
        tenant_id: TenantId,
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}

overridable! {
    /// The HTTP APIs of the recipe.
    pub MultitenancyApis, MultitenancyApisBuilder, MultitenancyApisOverride, MultitenancyApisLayer, MultitenancyApi,
    recipe "multitenancy", original ApiImplementation, error Error;
    /// `GET <api base path>/<tenant>/loginmethods`: how somebody can sign in.
    async fn login_methods_get(LoginMethodsGet) -> LoginMethodsGetResponse, route;
}

/// Input of [`login_methods_get`](MultitenancyApis::login_methods_get).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginMethodsGet {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Which of a provider's several clients the front end is.
    pub client_type: Option<String>,
    /// The recipe's functions, with all overrides.
    pub functions: MultitenancyFunctions,
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

/// Reply of [`login_methods_get`](MultitenancyApis::login_methods_get).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum LoginMethodsGetResponse {
    /// How somebody can sign in.
    #[serde(rename = "OK")]
    Ok(LoginMethods),
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}
