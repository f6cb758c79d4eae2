//! Hello, and versions.

use http::StatusCode;
use serde::Serialize;

use super::{Endpoint, Reply};
use crate::{
    core::Context,
    http::{ApiError, json, text},
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("")
        .without_api_key()
        .get(|context| Box::pin(root(context)))
        .post(|context| Box::pin(root(context)))
        .put(|context| Box::pin(root(context)))
        .delete(|context| Box::pin(root(context))),
    Endpoint::at("/hello")
        .without_api_key()
        .get(|context| Box::pin(hello(context)))
        .post(|context| Box::pin(hello(context)))
        .put(|context| Box::pin(hello(context)))
        .delete(|context| Box::pin(hello(context))),
    Endpoint::at("/apiversion").get(|context| Box::pin(api_version(context))),
];

/// `/`: as `/hello`, but of a tenant that exists.
async fn root(context: &Context<'_>) -> Reply {
    context.app()?;
    context.tenant().map_err(|_| ApiError::NotFound)?;
    Ok(text(StatusCode::OK, "Hello"))
}

/// `/hello`.
async fn hello(context: &Context<'_>) -> Reply {
    context.app()?;
    Ok(text(StatusCode::OK, "Hello"))
}

/// `GET /apiversion`.
async fn api_version(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Versions {
        versions: Vec<&'static str>,
    }

    let app = context.app_of_public_tenant()?;
    json(&Versions { versions: app.config.versions().map(|version| version.as_str()).collect() })
}
