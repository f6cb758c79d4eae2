//! Tenants.

use serde::{Deserialize, Serialize, Serializer};
use supertokens_kernel::TenantId;

use super::{ProviderConfig, Settings};

/// A tenant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TenantConfig {
    /// Its id.
    pub tenant_id: TenantId,
    /// Its third-party providers, over those that the application has for all tenants.
    pub providers: Vec<ProviderConfig>,
    /// What its users sign in with; nothing where it leaves that to the application.
    pub first_factors: Option<Vec<String>>,
    /// What its users have to show besides.
    pub required_secondary_factors: Option<Vec<String>>,
    /// Settings of the core that differ in this tenant.
    pub core_config: Settings,
}

/// A tenant as the core tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantAnswer {
    tenant_id: TenantId,
    #[serde(default)]
    third_party: ThirdParty,
    #[serde(default)]
    first_factors: Option<Vec<String>>,
    #[serde(default)]
    required_secondary_factors: Option<Vec<String>>,
    #[serde(default)]
    core_config: Settings,
}

#[derive(Default, Deserialize)]
struct ThirdParty {
    #[serde(default)]
    providers: Vec<ProviderConfig>,
}

impl From<TenantAnswer> for TenantConfig {
    fn from(answer: TenantAnswer) -> Self {
        Self {
            tenant_id: answer.tenant_id,
            providers: answer.third_party.providers,
            first_factors: answer.first_factors,
            required_secondary_factors: answer.required_secondary_factors,
            core_config: answer.core_config,
        }
    }
}

/// What becomes of a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is removed, so that the application decides.
    Remove,
    /// It gets this value.
    Set(T),
}

impl<T> Change<T> {
    pub(crate) fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Remove => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

/// What [`create_or_update_third_party_config`](crate::MultitenancyFunctions::create_or_update_third_party_config)
/// gives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status")]
pub enum CreateOrUpdateThirdPartyConfigResponse {
    /// The tenant has the provider.
    #[serde(rename = "OK", rename_all = "camelCase")]
    Ok {
        /// Whether it did not have it before.
        created_new: bool,
    },
    /// The core finds a fault in the configuration.
    #[serde(rename = "CONFIG_VALIDATION_ERROR")]
    ConfigValidation {
        /// Which.
        reason: String,
    },
}
