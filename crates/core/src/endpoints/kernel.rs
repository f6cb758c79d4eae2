//! Hello, versions, and users.

use http::StatusCode;
use serde::Serialize;

use super::Reply;
use crate::{
    core::Context,
    http::{ApiError, json, text},
};

/// `/`: as `/hello`, but of a tenant that exists.
pub(super) fn root(context: &Context<'_>) -> Reply {
    context.app()?;
    context.tenant().map_err(|_| ApiError::NotFound)?;
    Ok(text(StatusCode::OK, "Hello"))
}

/// `/hello`.
pub(super) fn hello(context: &Context<'_>) -> Reply {
    context.app()?;
    Ok(text(StatusCode::OK, "Hello"))
}

/// `GET /apiversion`.
pub(super) fn api_version(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Versions {
        versions: Vec<&'static str>,
    }

    let app = context.app_of_public_tenant()?;
    json(&Versions { versions: app.config.versions().map(|version| version.as_str()).collect() })
}

/// `GET /user/id`. There are no users without a recipe that signs them up, and none of those is part of this core yet.
pub(super) fn user_by_id(context: &Context<'_>) -> Reply {
    context.request.parameter("userId")?;
    context.app_of_public_tenant()?;
    super::status("UNKNOWN_USER_ID_ERROR")
}
