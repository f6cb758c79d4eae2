//! How far a client has come with its request, and until when it must have come further.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::limits::Limits;

/// Where a connection stands. Clones are the same connection's.
#[derive(Clone)]
pub(crate) struct Pace {
    phase: Arc<Mutex<Phase>>,
}

#[derive(Clone, Copy)]
enum Phase {
    /// Nothing of the next request has come.
    Idle { since: Instant },
    /// Its headers are coming.
    Head { since: Instant },
    /// They have come, and the answer has not gone. The body has a time-out of its own.
    Request,
}

impl Pace {
    /// Of a new connection, which is to begin its first request at once.
    pub(crate) fn new() -> Self {
        Self { phase: Arc::new(Mutex::new(Phase::Head { since: Instant::now() })) }
    }

    /// The headers of a request have come.
    pub(crate) fn request_begins(&self) {
        self.set(Phase::Request);
    }

    /// Its answer is on its way.
    pub(crate) fn request_ends(&self) {
        self.set(Phase::Idle { since: Instant::now() });
    }

    /// Whether nothing of a request has come since the last answer.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.get(), Phase::Idle { .. })
    }

    /// Ready when the connection is to be closed, because its client did not go on. To be polled whenever the connection
    /// has been, since that is what changes the time.
    pub(crate) async fn too_late(&self, limits: &Limits) {
        let mut timer = pin!(sleep(limits.head_timeout));
        poll_fn(|cx| {
            // The timer is left to ring too early, rather than be set again for each request.
            while let Some(deadline) = self.deadline(limits) {
                if deadline < timer.deadline() || timer.is_elapsed() {
                    if deadline <= Instant::now() {
                        return Poll::Ready(());
                    }
                    timer.as_mut().reset(deadline);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    break;
                }
            }
            Poll::Pending
        })
        .await;
    }

    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        match self.get() {
            Phase::Idle { since } => since.checked_add(limits.idle_timeout),
            Phase::Head { since } => since.checked_add(limits.head_timeout),
            Phase::Request => None,
        }
    }

    fn bytes_come(&self) {
        if let Phase::Idle { .. } = self.get() {
            self.set(Phase::Head { since: Instant::now() });
        }
    }

    fn get(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }
}

/// A stream that tells when bytes come.
pub(crate) struct PacedStream {
    stream: TcpStream,
    pace: Pace,
}

impl PacedStream {
    pub(crate) fn new(stream: TcpStream, pace: Pace) -> Self {
        Self { stream, pace }
    }
}

impl AsyncRead for PacedStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            this.pace.bytes_come();
        }
        outcome
    }
}

impl AsyncWrite for PacedStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
