//! Why a call to the core failed.

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use serde::de::DeserializeOwned;

use super::request::CorePath;
use super::transport::TransportError;
use crate::error::BoxError;

/// Why a call to the core failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoreError {
    /// No host is configured.
    #[error("No SuperTokens core available to query")]
    NoHost,
    /// No host can be reached.
    #[error("No SuperTokens core available to query: no configured host can be reached; is the core running?")]
    Unreachable {
        /// What the last host's connection failed with.
        #[source]
        source: BoxError,
    },
    /// The connection or the answer failed underway. Whether the call had an effect is not known.
    #[error("the call to the core failed: {0}")]
    Transport(#[source] TransportError),
    /// The core refused the call.
    #[error(
        "SuperTokens core threw an error for a {method} request to path: '{path}' with status code: {code} and message: {body}",
        code = status.as_u16()
    )]
    Status {
        /// The call's method.
        method: Method,
        /// The call's path, without the host.
        path: String,
        /// The status.
        status: StatusCode,
        /// The body: the core's own words.
        body: String,
        /// After how many seconds to try again, if the core says so: it has too much to do.
        retry_after_s: Option<u64>,
    },
    /// The core answered something that is not what the interface says.
    #[error("the core's answer to a {method} request to path: '{path}' is not what the core interface says: {problem}")]
    UnexpectedAnswer {
        /// The call's method.
        method: Method,
        /// The call's path, without the host.
        path: String,
        /// What was expected. Nothing of the answer itself, which may hold tokens.
        problem: String,
    },
    /// The body of a call cannot be written as JSON.
    #[error("the call's body cannot be written as JSON: {source}")]
    UnreadableRequest {
        /// Why.
        source: serde_json::Error,
    },
    /// The tenant's id would lead to another path. Ids consist of letters, digits and hyphens, and do not begin with
    /// `appid-`.
    #[error(
        "`{tenant_id}` cannot be a tenant's id, which consists of letters, digits and hyphens and does not begin with `appid-`; nothing was sent"
    )]
    InvalidTenantId {
        /// The id.
        tenant_id: String,
    },
    /// The call is not a valid HTTP request, perhaps because of a network interceptor.
    #[error("the call is not a valid HTTP request: {0}")]
    InvalidRequest(#[source] http::Error),
    /// The core speaks no version of the core interface that this SDK does.
    #[error(
        "The running SuperTokens core version is not compatible with this SDK: it speaks the core interface {offered}, this SDK {supported}. Use core 10 or newer."
    )]
    IncompatibleVersion {
        /// What the core speaks.
        offered: String,
        /// What this SDK speaks.
        supported: String,
    },
}

impl CoreError {
    /// The status that the core refused the call with, if it did.
    pub fn status_code(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// After how many seconds to try again, where the core has too much to do at the moment (503 with `retry-after`).
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Status { status: StatusCode::SERVICE_UNAVAILABLE, retry_after_s, .. } => *retry_after_s,
            _ => None,
        }
    }

    /// An answer that is not what the core interface says. `problem` must not repeat what stands in the answer.
    pub fn unexpected_answer(method: Method, path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::UnexpectedAnswer { method, path: path.into(), problem: problem.into() }
    }

    pub(super) fn status(method: &Method, path: &CorePath<'_>, response: &Response<Bytes>) -> Self {
        let body = String::from_utf8_lossy(response.body()).trim_end().to_owned();
        let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|seconds| seconds.to_str().ok());
        Self::Status {
            method: method.clone(),
            path: path.to_string(),
            status: response.status(),
            body,
            retry_after_s: retry_after.and_then(|seconds| seconds.trim().parse().ok()),
        }
    }
}

impl From<TransportError> for CoreError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Unreachable(source) => Self::Unreachable { source },
            other => Self::Transport(other),
        }
    }
}

pub(super) fn parse<R: DeserializeOwned>(method: &Method, path: &CorePath<'_>, body: &[u8]) -> Result<R, CoreError> {
    serde_json::from_slice(body)
        .map_err(|error| CoreError::unexpected_answer(method.clone(), path.to_string(), without_values(&error)))
}

/// What is wrong with a JSON text. serde repeats the value that it did not expect, which may be a token.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if !error.is_data() || text.starts_with("missing field") {
        return text;
    }
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => format!("a value cannot be read at line {} column {}", error.line(), error.column()),
    }
}
