//! What carries calls to the core.

use bytes::Bytes;

use crate::error::BoxError;
use crate::overrides::BoxFuture;

/// Carries calls to a core: over HTTP, into the same process, or to a test's double. All speak plain HTTP messages.
pub trait CoreTransport: Send + Sync + 'static {
    /// Sends a request, whose URI is absolute, and gives the answer whatever its status is.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>>;

    /// Finishes what is under way and frees what the transport holds. Called once, at the application's end.
    fn shutdown(&self) -> BoxFuture<()> {
        Box::pin(std::future::ready(()))
    }
}

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection was made: the call has had no effect, and another host may be asked.
    #[error("no connection to the core")]
    Unreachable(#[source] BoxError),
    /// The time allowed for the call ran out.
    #[error("the core did not answer in time")]
    TimedOut(#[source] BoxError),
    /// The answer is longer than what the transport accepts.
    #[error("the core's answer is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The call broke off.
    #[error("the call to the core broke off")]
    Broken(#[source] BoxError),
}
