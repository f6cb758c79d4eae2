//! One connection: its requests, one after the other, and its end.

use std::{convert::Infallible, pin::pin, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use supertokens_core::Core;
use tokio::{net::TcpStream, sync::watch, time::timeout};

use crate::{
    limits::Limits,
    pace::{Pace, PacedStream},
};

/// Below this, hyper refuses to work.
const LEAST_BUFFER: usize = 8 * 1024;

/// How much of a body that is too long is read all the same, in bodies of the allowed length.
const DISCARDED_BODIES: usize = 8;

/// What connections are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// To go on.
    Serve,
    /// To close if they are idle, because others wait for room.
    MakeRoom,
    /// To close after the request that is under way.
    Stop,
}

/// Serves a connection to its end.
pub(crate) async fn serve(stream: TcpStream, core: Core, limits: Arc<Limits>, mut orders: watch::Receiver<Order>) {
    // An answer goes out at once; without it, one that needs two packets may wait for 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before its first request");
        return;
    }
    let pace = Pace::new();
    let service = service_fn(|request| answer(request, &core, &limits, &pace));
    let io = TokioIo::new(PacedStream::new(stream, pace.clone()));
    let mut connection = pin!(
        http1::Builder::new()
            .max_buf_size(limits.max_head_bytes.max(LEAST_BUFFER))
            // Counted by `Pace` instead, which tells an idle connection from a slow request.
            .header_read_timeout(None)
            .serve_connection(io, service)
    );
    let mut too_late = pin!(pace.too_late(&limits));
    let mut is_stopping = false;
    loop {
        tokio::select! {
            biased;
            changed = orders.changed(), if !is_stopping => {
                is_stopping = changed.is_err() || *orders.borrow_and_update() == Order::Stop;
                if is_stopping || pace.is_idle() {
                    connection.as_mut().graceful_shutdown();
                }
            }
            outcome = &mut connection => {
                if let Err(error) = outcome {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            // Asked after the connection, which moves what it depends on.
            () = &mut too_late => {
                tracing::debug!("closed a connection whose client did not go on");
                return;
            }
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    core: &Core,
    limits: &Limits,
    pace: &Pace,
) -> Result<Response<Full<Bytes>>, Infallible> {
    pace.request_begins();
    let (parts, body) = request.into_parts();
    let expects_continue = parts.headers.contains_key(header::EXPECT);
    let response = match read(expects_continue, body, limits).await {
        Ok(body) => core.call(Request::from_parts(parts, body)).await,
        Err(refused) => {
            // Without the query, which may hold a session's handle or a user's id.
            tracing::debug!(method = %parts.method, path = parts.uri.path(), ?refused, "refused before the core saw it");
            refused.into_response(limits)
        }
    };
    pace.request_ends();
    Ok(response.map(Full::new))
}

/// Why a body was not read.
#[derive(Debug)]
enum Refused {
    TooLong,
    TooSlow,
    Broken,
}

async fn read(expects_continue: bool, mut body: Incoming, limits: &Limits) -> Result<Bytes, Refused> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let is_too_long = body.size_hint().lower() > limits.max_body_bytes as u64;
    if is_too_long && expects_continue {
        // It will not send the body, now that it is not asked to.
        return Err(Refused::TooLong);
    }
    let reading = async {
        if !is_too_long {
            match Limited::new(&mut body, limits.max_body_bytes).collect().await {
                Ok(read) => return Ok(read.to_bytes()),
                Err(error) if error.is::<LengthLimitError>() => {}
                Err(_) => return Err(Refused::Broken),
            }
        }
        // Most clients read an answer only when they have sent all of the request, so let them send somewhat more.
        let mut left = limits.max_body_bytes.saturating_mul(DISCARDED_BODIES);
        while let Some(Ok(frame)) = body.frame().await {
            match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
                Some(rest) => left = rest,
                None => break,
            }
        }
        Err(Refused::TooLong)
    };
    timeout(limits.body_timeout, reading).await.unwrap_or(Err(Refused::TooSlow))
}

impl Refused {
    fn into_response(self, limits: &Limits) -> Response<Bytes> {
        let (status, message) = match self {
            // The core says the same of a body that reaches it.
            Self::TooLong => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("The body must have at most {} bytes\n", limits.max_body_bytes))
            }
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                format!("The body must come within {} s\n", limits.body_timeout.as_secs_f32()),
            ),
            Self::Broken => (StatusCode::BAD_REQUEST, "The body could not be read\n".to_owned()),
        };
        let mut response = Response::new(Bytes::from(message));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html;charset=UTF-8"));
        // What is left of the body would be read as the next request.
        headers.insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        response
    }
}
