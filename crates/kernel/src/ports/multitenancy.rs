//! Tenants, as far as other recipes need them.

use serde::Deserialize;

use crate::error::Error;
use crate::input;
use crate::overrides::BoxFuture;
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// Provided by the recipe that manages tenants; without one, every tenant is taken for one that exists and says nothing
/// about factors. What a request's tenant is decides [`Tenants`](super::Tenants).
pub trait Multitenancy: Send + Sync {
    /// What a tenant says about factors; nothing if there is no such tenant.
    fn get_tenant_factors(
        &self,
        tenant_id: TenantId,
        context: UserContext,
    ) -> BoxFuture<Result<Option<TenantFactors>, Error>>;

    /// Lets a login method be used in a tenant.
    fn associate_user_to_tenant(
        &self,
        input: AssociateUserToTenant,
    ) -> BoxFuture<Result<AssociateUserToTenantResponse, Error>>;
}

/// What a tenant says about factors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantFactors {
    /// The first factors that it allows; nothing where it leaves that to the application.
    pub first_factors: Option<Vec<String>>,
    /// The second factors that it demands.
    pub required_secondary_factors: Option<Vec<String>>,
}

input! {
    /// Which login method is to be used in which tenant.
    AssociateUserToTenant {
        /// The tenant.
        tenant_id: TenantId,
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}

/// What became of the wish to use a login method in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum AssociateUserToTenantResponse {
    /// It can be used there.
    #[serde(rename = "OK")]
    Ok {
        /// Whether it could before.
        was_already_associated: bool,
    },
    /// There is no such login method.
    #[serde(rename = "UNKNOWN_USER_ID_ERROR")]
    UnknownUserId,
    /// Another user of the tenant signs in with the e-mail address.
    #[serde(rename = "EMAIL_ALREADY_EXISTS_ERROR")]
    EmailAlreadyExists,
    /// Another user of the tenant signs in with the phone number.
    #[serde(rename = "PHONE_NUMBER_ALREADY_EXISTS_ERROR")]
    PhoneNumberAlreadyExists,
    /// Another user of the tenant signs in with the account with a third party.
    #[serde(rename = "THIRD_PARTY_USER_ALREADY_EXISTS_ERROR")]
    ThirdPartyUserAlreadyExists,
    /// Another primary user of the tenant has the same account information.
    #[serde(rename = "ASSOCIATION_NOT_ALLOWED_ERROR")]
    AssociationNotAllowed {
        /// What the core says of it.
        #[serde(default)]
        reason: String,
    },
}
