//! What a handler sees of a request.

use std::borrow::Cow;

use http::{HeaderMap, header::AUTHORIZATION};

use super::reply::ApiError;
use crate::{
    CdiVersion,
    config::Config,
    storage::{TenantKey, UserRecipe},
};

/// A request that was let in, on its way to an endpoint.
pub(crate) struct ApiRequest<'r> {
    /// The tenant that the path names. It need not exist.
    pub(crate) tenant: TenantKey,
    pub(crate) version: CdiVersion,
    /// The recipe that the header `rid` names, if its users have login methods.
    pub(crate) recipe: Option<UserRecipe>,
    pub(crate) query: &'r str,
    pub(crate) body: &'r [u8],
}

impl ApiRequest<'_> {
    /// A parameter of the query, its first value.
    pub(crate) fn optional_parameter(&self, name: &str) -> Option<String> {
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_urlencoded::from_str(self.query).ok()?;
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A parameter that must be there.
    pub(crate) fn parameter(&self, name: &str) -> Result<String, ApiError> {
        self.optional_parameter(name)
            .ok_or_else(|| ApiError::bad_request(format!("Field name '{name}' is missing in GET request")))
    }
}

/// The API key that a request carries: `api-key`, else what `authorization` says.
pub(crate) fn api_key(headers: &HeaderMap) -> Option<&[u8]> {
    if let Some(key) = headers.get("api-key") {
        return Some(key.as_bytes().trim_ascii());
    }
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let bearer = value.split_at_checked("bearer ".len()).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "));
    Some(bearer.map_or(value, |(_, key)| key).trim_ascii())
}

/// The recipe that a request says it is for.
pub(crate) fn recipe(headers: &HeaderMap) -> Option<UserRecipe> {
    UserRecipe::parse(headers.get("rid")?.to_str().ok()?)
}

/// The interface version that a request asks for: its `cdi-version`, else the newest that is offered.
pub(crate) fn requested_version(headers: &HeaderMap, config: &Config) -> Result<CdiVersion, ApiError> {
    let Some(value) = headers.get("cdi-version") else { return Ok(config.newest_version()) };
    let text = value.to_str().unwrap_or_default();
    if !is_version(text) {
        return Err(ApiError::bad_request("cdi-version header is invalid"));
    }
    let unsupported = || ApiError::bad_request(format!("cdi-version {text} not supported"));
    let version = CdiVersion::parse(text).filter(|version| *version <= config.newest_version());
    let version = version.ok_or_else(unsupported)?;
    match config.supertokens_min_cdi_version {
        Some(min) if version < min => {
            Err(ApiError::bad_request(format!("cdi-version {version} is lower than the minimum allowed version {min}")))
        }
        _ => Ok(version),
    }
}

/// Two or three numbers with dots between. Short, because a refusal repeats it.
fn is_version(text: &str) -> bool {
    let numbers = text.split('.');
    let count = numbers.clone().count();
    text.len() <= 20
        && (2..=3).contains(&count)
        && numbers.into_iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
