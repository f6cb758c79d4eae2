//! Tenants for SuperTokens: customers, organisations, brands, each with users of its own.
//!
//! A tenant has its users, the factors that they sign in with, its third-party providers, and settings of the core. One
//! tenant, `public`, is there without being made. The tenant of a request is the segment in front of a route's path:
//! `/auth/customer1/signin`.
//!
//! * [`Multitenancy`] is the recipe: which tenant a request belongs to, whose pages a tenant's sessions may be used on,
//!   and the overrides.
//! * [`MultitenancyFunctions`] are its functions, found by [`Multitenancy::of`]: make, change, list and delete tenants,
//!   configure their providers, let users into several tenants.
//! * [`MultitenancyApis`] is its HTTP side: `GET <api base path>/<tenant>/loginmethods` tells the front end what to show.
//! * [`AllowedDomainsClaim`] (`st-t-dmns` in the access token) are the domains that a tenant's sessions may be used on.
//! * [`LoginProviders`] is what the recipe that signs people in with third parties provides, for the list of login
//!   methods.
//!
//! ```
//! use supertokens_kernel::{Error, Ports, Recipe};
//! use supertokens_multitenancy::{CreateOrUpdateTenant, Multitenancy};
//!
//! /// An entry of the list that `SuperTokens::init` takes.
//! fn recipe() -> Box<dyn Recipe> {
//!     Multitenancy::new()
//!         .get_allowed_domains_for_tenant_id(async |tenant_id, _context| Ok(Some(vec![format!("{tenant_id}.acme.com")])))
//!         .boxed()
//! }
//!
//! /// A tenant whose users sign in with e-mail and password alone.
//! async fn create(app: &impl AsRef<Ports>, name: &str) -> Result<bool, Error> {
//!     let tenant = CreateOrUpdateTenant::new(name).first_factors(vec!["emailpassword".to_owned()]);
//!     Multitenancy::of(app)?.create_or_update_tenant(tenant).await
//! }
//! # let _ = recipe();
//! ```
//!
//! First factors are those of the tenant, where it has a list; else those that the application allows in all tenants;
//! else those of all recipes that it has. Factors of the SDK whose recipe the application does not have are left out;
//! ids that the SDK does not know are the application's own, and stay.

#![forbid(unsafe_code)]

mod api;
mod claims;
mod functions;
mod implementation;
mod port;
mod recipe;
#[cfg(test)]
#[path = "../../../tests/support/recipe_app.rs"]
mod recipe_app;
#[cfg(test)]
mod tests;
mod types;

pub use api::LOGIN_METHODS_API;
pub use claims::AllowedDomainsClaim;
pub use functions::{
    AssociateUserToTenant, CreateOrUpdateTenant, CreateOrUpdateThirdPartyConfig, DeleteTenant, DeleteThirdPartyConfig,
    DisassociateUserFromTenant, GetTenant, GetTenantId, ListAllTenants, LoginMethodsGet, LoginMethodsGetResponse,
    MultitenancyApi, MultitenancyApis, MultitenancyApisBuilder, MultitenancyApisOverride, MultitenancyFunction,
    MultitenancyFunctions, MultitenancyFunctionsBuilder, MultitenancyFunctionsOverride,
};
pub use port::{LoginProviders, ProvidersOfTenant};
pub use recipe::Multitenancy;
pub use types::{
    AssociateUserToTenantResponse, Change, CreateOrUpdateThirdPartyConfigResponse, LoginMethods, LoginProvider,
    ProviderClientConfig, ProviderConfig, Settings, TenantConfig, UserFields, UserInfoMap,
};
