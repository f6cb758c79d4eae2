//! A core over HTTP.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::transport::{CoreTransport, TransportError};
use crate::error::InitError;
use crate::overrides::BoxFuture;

/// The longest answer that is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// How long a call to a remote core may take.
#[derive(Clone, Copy, Debug)]
pub struct RemoteTimeouts {
    /// Until the connection stands; 5 s unless said otherwise.
    pub connect: Duration,
    /// The whole call; 30 s unless said otherwise.
    pub call: Duration,
}

impl Default for RemoteTimeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), call: Duration::from_secs(30) }
    }
}

/// Calls a core over HTTP or HTTPS (rustls), with pooled connections. Redirects are not followed.
#[derive(Clone, Debug)]
pub struct RemoteTransport {
    client: reqwest::Client,
}

impl RemoteTransport {
    /// A transport with these time-outs. Connects to nothing yet.
    pub fn new(timeouts: RemoteTimeouts) -> Result<Self, InitError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.call)
            .no_proxy()
            .build()
            .map_err(|error| InitError::Core {
                message: "the HTTP client cannot be set up".to_owned(),
                source: Some(error.into()),
            })?;
        Ok(Self { client })
    }
}

impl CoreTransport for RemoteTransport {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        let client = self.client.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(transport_error)?;
            let mut response = client.execute(request).await.map_err(transport_error)?;
            let mut answer = http::Response::new(Bytes::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = std::mem::take(response.headers_mut());
            *answer.body_mut() = read(response).await?;
            Ok(answer)
        })
    }
}

async fn read(mut response: reqwest::Response) -> Result<Bytes, TransportError> {
    let Some(first) = response.chunk().await.map_err(transport_error)? else {
        return Ok(Bytes::new());
    };
    let mut whole: Option<BytesMut> = None;
    while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
        let whole = whole.get_or_insert_with(|| BytesMut::from(&first[..]));
        if whole.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(TransportError::TooLong { limit: MAX_ANSWER_BYTES });
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.map_or(first, BytesMut::freeze))
}

fn transport_error(error: reqwest::Error) -> TransportError {
    // The URL may name a host that is nobody's business, and its query holds ids.
    let error = error.without_url();
    if error.is_connect() {
        TransportError::Unreachable(error.into())
    } else if error.is_timeout() {
        TransportError::TimedOut(error.into())
    } else {
        TransportError::Broken(error.into())
    }
}
