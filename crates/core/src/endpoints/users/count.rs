//! Counting users.

use serde::Serialize;

use super::{Reply, recipes};
use crate::{
    CdiVersion,
    core::Context,
    http::{ApiError, json},
    storage::UserRecords,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    status: &'static str,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<u64>,
}

/// `GET /users/count`: those of the tenant, or of all tenants of the app.
pub(super) async fn count(context: &Context<'_>) -> Reply {
    let request = context.request;
    let recipes = recipes::requested(request)?;
    let is_true = |name| request.optional_parameter(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let (app_id, tenant_id) = if is_true("includeAllTenants") {
        (context.app_of_public_tenant()?.id.clone(), None)
    } else {
        let tenant = context.tenant()?;
        (tenant.app_id, Some(tenant.tenant_id))
    };
    let count = move |records: &dyn UserRecords| records.count_users(&app_id, tenant_id.as_deref(), &recipes);
    let count = context.storage().scan_users(count).await?;
    // Whoever takes an estimate is given the truth, of now.
    let takes_estimate = is_true("allowApproximate") && request.version >= CdiVersion::V5_6;
    json(&Count {
        status: "OK",
        count,
        approximate: takes_estimate.then_some(false),
        as_of: takes_estimate.then(|| context.now_ms()),
    })
}

/// `GET /users/count/active`: users of the app who signed in or refreshed a session since then.
pub(super) async fn active(context: &Context<'_>) -> Reply {
    let since = context.request.parameter("since")?;
    let since: i64 =
        since.parse().map_err(|_| ApiError::bad_request("Field name 'since' must be a long in the GET request"))?;
    let since = u64::try_from(since).map_err(|_| ApiError::bad_request("'since' query parameter must be >= 0"))?;
    let count = context.storage().count_active(&context.app_of_public_tenant()?.id, since).await?;
    json(&Count { status: "OK", count, approximate: None, as_of: None })
}
