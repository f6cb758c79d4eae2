//! Errors of the SDK that a response stands for until the layer answers them.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use supertokens_kernel::Error;

/// An error of the SDK in the extensions of a response, which stands for the reply to it.
///
/// Frameworks turn a handler's error into a response at once; the reply may need the core, so it is
/// [`SuperTokensService`](crate::SuperTokensService) that makes it, in place of the response. For adapters to frameworks.
#[derive(Clone, Debug)]
pub struct Unanswered(Arc<Waiting>);

#[derive(Debug)]
struct Waiting(Mutex<Option<Error>>);

impl Unanswered {
    /// An error to be put into a response's extensions.
    pub fn new(error: Error) -> Self {
        Self(Arc::new(Waiting(Mutex::new(Some(error)))))
    }

    /// The error, for whoever replies to it.
    pub fn take(&self) -> Option<Error> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let error = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(error) = error {
            tracing::error!(
                target: "supertokens",
                %error,
                "an error of the SDK was not answered: the response that stood for it has not come through SuperTokens; put \
                 SuperTokensLayer around the service"
            );
        }
    }
}

/// What a client is told of an error that is the operator's.
pub(crate) fn internal_server_error() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(br#"{"message":"Internal server error"}"#));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
