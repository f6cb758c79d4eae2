//! Answers, in the forms that the tests know from Express.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::Value;

/// An answer of the application.
pub(crate) type Reply = Response<Full<Bytes>>;

/// A text, as HTML.
pub(crate) fn text(text: impl Into<String>) -> Reply {
    with_type(Bytes::from(text.into()), "text/html; charset=utf-8")
}

/// JSON.
pub(crate) fn json(value: &Value) -> Reply {
    with_type(Bytes::from(value.to_string()), "application/json; charset=utf-8")
}

/// Nothing but a status.
pub(crate) fn status(status: StatusCode) -> Reply {
    with_status(status, Response::default())
}

/// The answer with another status.
pub(crate) fn with_status(status: StatusCode, mut reply: Reply) -> Reply {
    *reply.status_mut() = status;
    reply
}

/// Bytes of a type.
pub(crate) fn with_type(bytes: Bytes, content_type: &'static str) -> Reply {
    let mut response = Response::new(Full::new(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
