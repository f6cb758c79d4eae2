//! One connection: its requests, one after the other, and its end.

use std::{convert::Infallible, future::poll_fn, pin::pin, sync::Arc, task::Poll};

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
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};

use crate::{
    limits::Limits,
    pace::{Pace, PacedStream},
};

/// Below this, hyper refuses to work.
const LEAST_BUFFER: usize = 8 * 1024;

/// Serves a connection to its end. When `is_stopping` becomes true, that is after the request under way.
pub(crate) async fn serve(stream: TcpStream, core: Core, limits: Arc<Limits>, mut is_stopping: watch::Receiver<bool>) {
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
    let mut stop = pin!(is_stopping.wait_for(|stopping| *stopping));
    let mut is_told = false;
    let mut timer = pin!(sleep_until(Instant::now() + limits.head_timeout));
    let outcome = poll_fn(|cx| {
        if !is_told && stop.as_mut().poll(cx).is_ready() {
            is_told = true;
            connection.as_mut().graceful_shutdown();
        }
        if let Poll::Ready(outcome) = connection.as_mut().poll(cx) {
            return Poll::Ready(Some(outcome));
        }
        // The timer is left to ring too early, rather than be set again for each request.
        while let Some(deadline) = pace.deadline(&limits) {
            if deadline < timer.deadline() || timer.is_elapsed() {
                if deadline <= Instant::now() {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(cx).is_pending() {
                break;
            }
        }
        Poll::Pending
    });
    match outcome.await {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::debug!(%error, "a connection broke"),
        None => tracing::debug!("closed a connection whose client did not go on"),
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
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    let response = match read(body, limits).await {
        Ok(body) => core.call(Request::from_parts(parts, body)).await,
        Err(refused) => refused.into_response(limits),
    };
    // Without the query, which may hold a session's handle or a user's id.
    tracing::debug!(%method, path = uri.path(), status = response.status().as_u16(), "answered");
    pace.request_ends();
    Ok(response.map(Full::new))
}

/// Why a body was not read.
enum Refused {
    TooLong,
    TooSlow,
    Broken,
}

async fn read(body: Incoming, limits: &Limits) -> Result<Bytes, Refused> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limits.max_body_bytes as u64 {
        return Err(Refused::TooLong);
    }
    match timeout(limits.body_timeout, Limited::new(body, limits.max_body_bytes).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::TooLong),
        Ok(Err(_)) => Err(Refused::Broken),
        Err(_) => Err(Refused::TooSlow),
    }
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
