//! Futures that never wait.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What a future gives that is done when it is first looked at: no runtime disturbs what is measured.
///
/// # Panics
///
/// If it waits for anything.
#[allow(clippy::panic, reason = "the measurement would be worth nothing")]
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("expected a future that never waits"),
    }
}
