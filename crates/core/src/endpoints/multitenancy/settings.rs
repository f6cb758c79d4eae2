//! What is set about an app or a tenant, by a request that adds or changes it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Reply;
use crate::{
    core::Context,
    endpoints::ok_with,
    http::{ApiError, Fields},
    storage::{PUBLIC, TenantKey},
    tenancy::TenantSettings,
};

/// Adds or changes the tenant `target`, as the body of a request to `source` says.
pub(super) async fn put(context: &Context<'_>, fields: &Fields<'_>, source: &TenantKey, target: TenantKey) -> Reply {
    let change = TenantChange::read(fields)?;
    check_permission(source, &target)?;
    let is_public = &*target.tenant_id == PUBLIC;
    let new =
        context.core.tenancy.put(context.storage(), target, |settings| Ok(change.applied_to(settings, is_public)));
    ok_with("createdNew", &new.await?)
}

/// What a request changes about a tenant. `Some(None)` takes a list away.
struct TenantChange {
    core_config: Option<Map<String, Value>>,
    first_factors: Option<Option<Vec<String>>>,
    required_secondary_factors: Option<Option<Vec<String>>>,
}

impl TenantChange {
    fn read(fields: &Fields<'_>) -> Result<Self, ApiError> {
        let core_config = fields.optional_value_map("coreConfig")?;
        // Inputs of the endpoint before this one, and what the real core calls them in its refusal.
        for (field, name) in [
            ("emailPasswordEnabled", "emailPasswordEnabled"),
            ("thirdPartyEnabled", "thirdParty"),
            ("passwordlessEnabled", "passwordless"),
        ] {
            if fields.has(field) {
                return Err(ApiError::bad_request(format!("{name} is not a valid input for this API")));
            }
        }
        let first_factors = factors(fields, "firstFactors")?;
        let required_secondary_factors = factors(fields, "requiredSecondaryFactors")?;
        for (name, list) in
            [("firstFactors", &first_factors), ("requiredSecondaryFactors", &required_secondary_factors)]
        {
            check_factor_names(name, list)?;
        }
        Ok(Self {
            core_config,
            first_factors,
            // An empty list demands nothing, as none does.
            required_secondary_factors: required_secondary_factors.map(|list| list.filter(|list| !list.is_empty())),
        })
    }

    fn applied_to(self, settings: Option<&TenantSettings>, is_public: bool) -> TenantSettings {
        let mut settings = settings.cloned().unwrap_or_else(|| TenantSettings {
            // A new tenant has no way to sign in until it is given one.
            first_factors: (!is_public).then(Vec::new),
            ..TenantSettings::default()
        });
        for (key, value) in self.core_config.unwrap_or_default() {
            if value.is_null() {
                settings.core_config.remove(&key);
            } else {
                settings.core_config.insert(key, value);
            }
        }
        if let Some(first_factors) = self.first_factors {
            settings.first_factors = first_factors;
        }
        if let Some(required) = self.required_secondary_factors {
            settings.required_secondary_factors = required;
        }
        settings
    }
}

/// A list of factors: absent, `null`, or names of which none is there twice.
fn factors(fields: &Fields<'_>, name: &str) -> Result<Option<Option<Vec<String>>>, ApiError> {
    if fields.is_null(name) {
        return Ok(Some(None));
    }
    let Some(list) = fields.optional_strings(name)? else { return Ok(None) };
    let unique: HashSet<_> = list.iter().collect();
    if unique.len() != list.len() {
        return Err(ApiError::bad_request(format!("{name} input should not contain duplicate values")));
    }
    Ok(Some(Some(list)))
}

fn check_factor_names(name: &str, list: &Option<Option<Vec<String>>>) -> Result<(), ApiError> {
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let mut names = list.iter().flatten().flatten();
    if names.any(|factor| factor.is_empty() || !factor.bytes().all(is_valid)) {
        return Err(ApiError::bad_request(format!("{name} should contain only 0-9,a-z,A-Z,_,.,- characters")));
    }
    Ok(())
}

/// A tenant may change itself, `public` any of its app, and the app `public` any app.
fn check_permission(source: &TenantKey, target: &TenantKey) -> Result<(), ApiError> {
    let from_public_tenant = &*source.tenant_id == PUBLIC;
    if &*target.tenant_id != PUBLIC {
        if !from_public_tenant && source.tenant_id != target.tenant_id {
            return Err(ApiError::Forbidden("You must use the public or same tenant to add/update a tenant"));
        }
        return Ok(());
    }
    let from_the_app = &*source.app_id == PUBLIC || source.app_id == target.app_id;
    if &*target.app_id != PUBLIC && !(from_public_tenant && from_the_app) {
        return Err(ApiError::Forbidden("You must use the public or same app to add/update an app"));
    }
    Ok(())
}
