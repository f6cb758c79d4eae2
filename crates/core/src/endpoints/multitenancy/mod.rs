//! Apps and tenants: their settings, their third-party providers, and who may sign in where.

mod apps;
mod ids;
mod reply;
mod settings;
mod tenants;
mod third_party;
mod users;

use super::{Endpoint, Reply};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/multitenancy/tenant/v2")
        .get(|context| Box::pin(tenants::tenant(context)))
        .put(|context| Box::pin(tenants::put(context))),
    Endpoint::at("/recipe/multitenancy/tenant/list/v2").get(|context| Box::pin(tenants::all(context))),
    Endpoint::at("/recipe/multitenancy/tenant/remove").post(|context| Box::pin(tenants::remove(context))),
    Endpoint::at("/recipe/multitenancy/app/v2").put(|context| Box::pin(apps::put(context))),
    Endpoint::at("/recipe/multitenancy/app/list/v2").get(|context| Box::pin(apps::all(context))),
    Endpoint::at("/recipe/multitenancy/app/remove").post(|context| Box::pin(apps::remove(context))),
    Endpoint::at("/recipe/multitenancy/config/thirdparty").put(|context| Box::pin(third_party::put(context))),
    Endpoint::at("/recipe/multitenancy/config/thirdparty/remove")
        .post(|context| Box::pin(third_party::remove(context))),
    Endpoint::at("/recipe/multitenancy/tenant/user").post(|context| Box::pin(users::associate(context))),
    Endpoint::at("/recipe/multitenancy/tenant/user/remove").post(|context| Box::pin(users::disassociate(context))),
];
