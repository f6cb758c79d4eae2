//! Apps and tenants.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Endpoint, Reply};
use crate::{
    core::Context,
    http::{ApiError, Fields, NO_TENANT_IDS, is_id_byte, json},
    storage::{PUBLIC, TenantKey},
    tenancy::{Tenant, TenantSettings},
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/multitenancy/tenant/v2")
        .get(|context| Box::pin(tenant(context)))
        .put(|context| Box::pin(put_tenant(context))),
    Endpoint::at("/recipe/multitenancy/tenant/list/v2").get(|context| Box::pin(tenants(context))),
    Endpoint::at("/recipe/multitenancy/tenant/remove").post(|context| Box::pin(remove_tenant(context))),
    Endpoint::at("/recipe/multitenancy/app/v2").put(|context| Box::pin(put_app(context))),
    Endpoint::at("/recipe/multitenancy/app/list/v2").get(|context| Box::pin(apps(context))),
    Endpoint::at("/recipe/multitenancy/app/remove").post(|context| Box::pin(remove_app(context))),
];

/// `GET /recipe/multitenancy/tenant/v2`.
async fn tenant(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct WithStatus<'r> {
        #[serde(flatten)]
        tenant: TenantReply<'r>,
        status: &'static str,
    }

    let app = context.apps.get(&context.request.tenant.app_id);
    match app.and_then(|app| app.tenant(&context.request.tenant.tenant_id)) {
        Some(tenant) => json(&WithStatus { tenant: TenantReply::new(tenant), status: "OK" }),
        None => super::status("TENANT_NOT_FOUND_ERROR"),
    }
}

/// `PUT /recipe/multitenancy/tenant/v2`.
async fn put_tenant(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let tenant_id = match fields.optional_string("tenantId")? {
        Some(id) => tenant_id(&id)?,
        None => PUBLIC.to_owned(),
    };
    let source = context.tenant()?;
    let target = TenantKey { app_id: source.app_id.clone(), tenant_id: tenant_id.into() };
    put(context, &fields, &source, target).await
}

/// `PUT /recipe/multitenancy/app/v2`.
async fn put_app(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let app_id = match fields.optional_string("appId")? {
        Some(id) => app_id(&id)?,
        None => PUBLIC.to_owned(),
    };
    let source = context.tenant()?;
    let target = TenantKey { app_id: app_id.into(), tenant_id: PUBLIC.into() };
    put(context, &fields, &source, target).await
}

/// `GET /recipe/multitenancy/tenant/list/v2`.
async fn tenants(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Tenants<'r> {
        status: &'static str,
        tenants: Vec<TenantReply<'r>>,
    }

    let source = context.tenant()?;
    if &*source.tenant_id != PUBLIC {
        return Err(ApiError::Forbidden(
            "Only the public tenantId is allowed to list all tenants associated with this app",
        ));
    }
    let tenants = context.app()?.tenants.iter().map(TenantReply::new).collect();
    json(&Tenants { status: "OK", tenants })
}

/// `GET /recipe/multitenancy/app/list/v2`.
async fn apps(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Apps<'r> {
        status: &'static str,
        apps: Vec<AppReply<'r>>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AppReply<'r> {
        app_id: &'r str,
        tenants: Vec<TenantReply<'r>>,
    }

    if !is_base(&context.tenant()?) {
        return Err(ApiError::Forbidden(
            "Only the public tenantId and public appId is allowed to list all apps associated with this connection uri \
             domain",
        ));
    }
    let apps = context.apps.iter();
    let apps =
        apps.map(|app| AppReply { app_id: &app.id, tenants: app.tenants.iter().map(TenantReply::new).collect() });
    json(&Apps { status: "OK", apps: apps.collect() })
}

/// `POST /recipe/multitenancy/tenant/remove`.
async fn remove_tenant(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let tenant_id = tenant_id(&fields.string("tenantId")?)?;
    if tenant_id == PUBLIC {
        return Err(ApiError::Forbidden("Cannot delete public tenant, use remove app API instead"));
    }
    let source = context.tenant()?;
    if &*source.tenant_id != PUBLIC {
        return Err(ApiError::Forbidden("Only the public tenantId is allowed to delete a tenant"));
    }
    remove(context, TenantKey { app_id: source.app_id, tenant_id: tenant_id.into() }).await
}

/// `POST /recipe/multitenancy/app/remove`.
async fn remove_app(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let app_id = app_id(&fields.string("appId")?)?;
    if app_id == PUBLIC {
        return Err(ApiError::Forbidden("Cannot delete the public app, use remove connection uri domain API instead"));
    }
    if !is_base(&context.tenant()?) {
        return Err(ApiError::Forbidden("Only the public tenantId and public appId is allowed to delete an app"));
    }
    remove(context, TenantKey { app_id: app_id.into(), tenant_id: PUBLIC.into() }).await
}

async fn remove(context: &Context<'_>, key: TenantKey) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Removed {
        status: &'static str,
        did_exist: bool,
    }

    let did_exist = context.core.tenancy.remove(context.storage(), key).await?;
    json(&Removed { status: "OK", did_exist })
}

async fn put(context: &Context<'_>, fields: &Fields<'_>, source: &TenantKey, target: TenantKey) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Put {
        status: &'static str,
        created_new: bool,
    }

    let change = TenantChange::read(fields)?;
    check_permission(source, &target)?;
    let is_public = &*target.tenant_id == PUBLIC;
    let new =
        context.core.tenancy.put(context.storage(), target, |settings| Ok(change.applied_to(settings, is_public)));
    json(&Put { status: "OK", created_new: new.await? })
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

fn is_base(tenant: &TenantKey) -> bool {
    &*tenant.app_id == PUBLIC && &*tenant.tenant_id == PUBLIC
}

/// An app's id as it is stored: trimmed and in lower case.
fn app_id(text: &str) -> Result<String, ApiError> {
    id(text, "appId")
}

/// A tenant's id, likewise.
fn tenant_id(text: &str) -> Result<String, ApiError> {
    let lower = text.trim().to_lowercase();
    if NO_TENANT_IDS.contains(&lower.as_str()) {
        return Err(ApiError::bad_request(format!("Cannot use '{lower}' as a tenantId")));
    }
    id(text, "tenantId")
}

fn id(text: &str, name: &str) -> Result<String, ApiError> {
    let id = text.trim().to_lowercase();
    if id.is_empty() {
        return Err(ApiError::bad_request(format!("{name} should not be an empty String")));
    }
    if id.starts_with("appid-") {
        return Err(ApiError::bad_request(format!("{name} must not start with 'appid-'")));
    }
    if !id.bytes().all(is_id_byte) {
        return Err(ApiError::bad_request(format!("{name} can only contain letters, numbers and hyphens")));
    }
    Ok(id)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TenantReply<'r> {
    tenant_id: &'r str,
    third_party: ThirdParty,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_factors: Option<&'r [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_secondary_factors: Option<&'r [String]>,
    core_config: &'r Map<String, Value>,
}

/// The tenant's providers, of which there are none yet.
#[derive(Serialize)]
struct ThirdParty {
    providers: [(); 0],
}

impl<'r> TenantReply<'r> {
    fn new(tenant: &'r Tenant) -> Self {
        Self {
            tenant_id: &tenant.id,
            third_party: ThirdParty { providers: [] },
            first_factors: tenant.settings.first_factors.as_deref(),
            required_secondary_factors: tenant.settings.required_secondary_factors.as_deref(),
            core_config: &tenant.settings.core_config,
        }
    }
}
