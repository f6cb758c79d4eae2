//! Tenants of an app.

use serde::Serialize;

use super::{Reply, ids::tenant_id, reply::TenantReply, settings};
use crate::{
    core::Context,
    endpoints::{ok_with, status},
    http::{ApiError, Fields, json},
    storage::{PUBLIC, TenantKey},
};

/// `GET /recipe/multitenancy/tenant/v2`.
pub(super) async fn tenant(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct WithStatus<'r> {
        #[serde(flatten)]
        tenant: TenantReply<'r>,
        status: &'static str,
    }

    let app = context.apps.get(&context.request.tenant.app_id);
    match app.and_then(|app| app.tenant(&context.request.tenant.tenant_id)) {
        Some(tenant) => json(&WithStatus { tenant: TenantReply::new(tenant), status: "OK" }),
        None => status("TENANT_NOT_FOUND_ERROR"),
    }
}

/// `PUT /recipe/multitenancy/tenant/v2`.
pub(super) async fn put(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let tenant_id = match fields.optional_string("tenantId")? {
        Some(id) => tenant_id(&id)?,
        None => PUBLIC.to_owned(),
    };
    let source = context.tenant()?;
    let target = TenantKey { app_id: source.app_id.clone(), tenant_id: tenant_id.into() };
    settings::put(context, &fields, &source, target).await
}

/// `GET /recipe/multitenancy/tenant/list/v2`.
pub(super) async fn all(context: &Context<'_>) -> Reply {
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

/// `POST /recipe/multitenancy/tenant/remove`.
pub(super) async fn remove(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let tenant_id = tenant_id(&fields.string("tenantId")?)?;
    if tenant_id == PUBLIC {
        return Err(ApiError::Forbidden("Cannot delete public tenant, use remove app API instead"));
    }
    let source = context.tenant()?;
    if &*source.tenant_id != PUBLIC {
        return Err(ApiError::Forbidden("Only the public tenantId is allowed to delete a tenant"));
    }
    let key = TenantKey { app_id: source.app_id, tenant_id: tenant_id.into() };
    ok_with("didExist", &context.core.tenancy.remove(context.storage(), key).await?)
}
