//! What a client may take of the server.

use std::time::Duration;

use supertokens_core::MAX_BODY_BYTES;

/// What clients may take of a server: connections, bytes and time.
///
/// ```
/// use supertokens_core_server::Limits;
///
/// let mut limits = Limits::default();
/// limits.max_connections = 100;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Connections that are open at once, from 1; more of them wait until one ends or, being idle, makes room. 512 by
    /// default.
    pub max_connections: usize,
    /// Bytes of a request's first line and headers, from 8 KiB. 16 KiB by default.
    pub max_head_bytes: usize,
    /// Bytes of a request's body. [`MAX_BODY_BYTES`] by default, and more make no sense.
    pub max_body_bytes: usize,
    /// Time from the first byte of a request to the end of its headers, and from the beginning of a connection to the end
    /// of its first request's. 10 s by default.
    pub head_timeout: Duration,
    /// Time from the end of the headers to the end of the body. 20 s by default.
    pub body_timeout: Duration,
    /// Time that a connection stays open without a new request, or without its client taking the last answer. 120 s by
    /// default: longer than clients keep theirs, so that a client seldom writes to a connection that is just being closed.
    pub idle_timeout: Duration,
    /// Time for what is under way when the server is told to stop. 10 s by default.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 512,
            max_head_bytes: 16 * 1024,
            max_body_bytes: MAX_BODY_BYTES,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(120),
            drain_timeout: Duration::from_secs(10),
        }
    }
}
