//! Hello, versions, and what the dashboard asks about a core.

use http::StatusCode;
use serde::Serialize;

use super::{Endpoint, Reply, ok_with};
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
    Endpoint::at("/config").get(|context| Box::pin(config(context))),
    Endpoint::at("/telemetry").get(|context| Box::pin(telemetry(context))),
    Endpoint::at("/user/search/tags").get(|context| Box::pin(search_tags(context))),
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

/// `GET /telemetry`. This core sends nothing anywhere, so it has no id to be known by.
async fn telemetry(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Telemetry {
        exists: bool,
    }

    context.app_of_public_tenant()?;
    json(&Telemetry { exists: false })
}

/// `GET /user/search/tags`: what users can be searched by.
async fn search_tags(context: &Context<'_>) -> Reply {
    context.app()?;
    ok_with("tags", &["email", "phone", "provider"])
}

/// `GET /config`: where the configuration lies, for whoever knows the process's id. Nobody needs to be told here.
async fn config(context: &Context<'_>) -> Reply {
    context.request.parameter("pid")?;
    context.tenant()?;
    super::status("NOT_ALLOWED")
}
