//! Apps.

use serde::Serialize;

use super::{Reply, ids::app_id, reply::TenantReply, settings};
use crate::{
    core::Context,
    endpoints::ok_with,
    http::{ApiError, Fields, json},
    storage::{PUBLIC, TenantKey},
};

/// `PUT /recipe/multitenancy/app/v2`.
pub(super) async fn put(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let app_id = match fields.optional_string("appId")? {
        Some(id) => app_id(&id)?,
        None => PUBLIC.to_owned(),
    };
    let source = context.tenant()?;
    let target = TenantKey { app_id: app_id.into(), tenant_id: PUBLIC.into() };
    settings::put(context, &fields, &source, target).await
}

/// `GET /recipe/multitenancy/app/list/v2`.
pub(super) async fn all(context: &Context<'_>) -> Reply {
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

/// `POST /recipe/multitenancy/app/remove`.
pub(super) async fn remove(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let app_id = app_id(&fields.string("appId")?)?;
    if app_id == PUBLIC {
        return Err(ApiError::Forbidden("Cannot delete the public app, use remove connection uri domain API instead"));
    }
    if !is_base(&context.tenant()?) {
        return Err(ApiError::Forbidden("Only the public tenantId and public appId is allowed to delete an app"));
    }
    if context.apps.get(&app_id).is_some_and(|app| app.tenants.len() > 1) {
        return Err(ApiError::Forbidden(
            "Please delete all tenants except the public tenant for this app before calling the delete API",
        ));
    }
    let key = TenantKey { app_id: app_id.into(), tenant_id: PUBLIC.into() };
    ok_with("didExist", &context.core.tenancy.remove(context.storage(), key).await?)
}

fn is_base(tenant: &TenantKey) -> bool {
    &*tenant.app_id == PUBLIC && &*tenant.tenant_id == PUBLIC
}
