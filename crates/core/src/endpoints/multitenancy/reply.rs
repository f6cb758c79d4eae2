//! A tenant's JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::tenancy::{Provider, Tenant};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantReply<'r> {
    tenant_id: &'r str,
    third_party: ThirdParty<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_factors: Option<&'r [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_secondary_factors: Option<&'r [String]>,
    core_config: &'r Map<String, Value>,
}

#[derive(Serialize)]
struct ThirdParty<'r> {
    providers: &'r [Provider],
}

impl<'r> TenantReply<'r> {
    pub(super) fn new(tenant: &'r Tenant) -> Self {
        Self {
            tenant_id: &tenant.id,
            third_party: ThirdParty { providers: &tenant.settings.providers },
            first_factors: tenant.settings.first_factors.as_deref(),
            required_secondary_factors: tenant.settings.required_secondary_factors.as_deref(),
            core_config: &tenant.settings.core_config,
        }
    }
}
