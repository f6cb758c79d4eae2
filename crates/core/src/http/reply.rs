//! Responses, with the content types and texts of the real core.

use std::borrow::Cow;

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER},
};
use serde::Serialize;

use crate::{
    random::NoRandomness,
    storage::{StorageError, TenantKey},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");
const NOTHING_RUNS: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// A request that gets no JSON answer.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// 400 with a text that says which input was wrong.
    BadRequest(Cow<'static, str>),
    /// 401: no API key, or a wrong one.
    InvalidApiKey,
    /// 403 with a text that says who may.
    Forbidden(&'static str),
    /// 404.
    NotFound,
    /// 405: the path exists, and not for this method.
    MethodNotAllowed,
    /// 501: the method is none that the interface uses anywhere.
    NotImplemented,
    /// 400: the app or the tenant does not exist.
    UnknownTenant(TenantKey),
    /// 413: the body is longer than is read.
    BodyTooLong,
    /// 503: too many passwords wait to be hashed or checked.
    Busy {
        /// When it is worth trying again, in seconds.
        retry_after_s: u64,
    },
    /// 500: the storage was shut down. Of work in the background that is no failure, so nothing is logged yet.
    ShutDown,
    /// 500. What happened is logged, and is nothing for the client.
    Internal,
}

impl ApiError {
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(message.into())
    }

    /// A field that is absent or of the wrong type.
    pub(crate) fn invalid_field(name: &str) -> Self {
        Self::BadRequest(format!("Field name '{name}' is invalid in JSON input").into())
    }

    /// Logs what the operator needs and gives the client nothing of it.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, cause = error.source().map(tracing::field::display), "a request failed inside the core");
        Self::Internal
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        match self {
            Self::BadRequest(message) => text(StatusCode::BAD_REQUEST, &message),
            Self::InvalidApiKey => text(StatusCode::UNAUTHORIZED, "Invalid API key"),
            Self::Forbidden(message) => text(StatusCode::FORBIDDEN, message),
            Self::NotFound => text(StatusCode::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => text(StatusCode::METHOD_NOT_ALLOWED, "Method not supported"),
            Self::NotImplemented => text(StatusCode::NOT_IMPLEMENTED, "Method not implemented"),
            Self::UnknownTenant(TenantKey { app_id, tenant_id }) => {
                // The empty place is that of the connection URI domain, which this core does not have.
                let message = format!(
                    "AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId \
                     combination not found: (, {app_id}, {tenant_id})"
                );
                text(StatusCode::BAD_REQUEST, &message)
            }
            Self::BodyTooLong => {
                let message = format!("The body must have at most {} bytes", super::MAX_BODY_BYTES);
                text(StatusCode::PAYLOAD_TOO_LARGE, &message)
            }
            Self::Busy { retry_after_s } => {
                let message = format!("Too many passwords wait to be checked. Try again in {retry_after_s} seconds");
                let mut response = text(StatusCode::SERVICE_UNAVAILABLE, &message);
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_s));
                response
            }
            Self::ShutDown => {
                tracing::warn!("a request came after the storage was shut down: make a new core");
                text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Error")
            }
            Self::Internal => text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Error"),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::UnknownTenant(key) => Self::UnknownTenant(key),
            StorageError::Closed => Self::ShutDown,
            error => Self::internal(&error),
        }
    }
}

impl From<NoRandomness> for ApiError {
    fn from(error: NoRandomness) -> Self {
        Self::internal(&error)
    }
}

/// 200 with a JSON body.
pub(crate) fn json(body: &impl Serialize) -> Result<Response<Bytes>, ApiError> {
    let body = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
    let mut response = Response::new(Bytes::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(response)
}

/// A text, which ends with a new line.
///
/// Some repeat what was asked, and their type is that of a page: a browser that is led here must not run it.
pub(crate) fn text(status: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{message}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, NOTHING_RUNS);
    response
}
