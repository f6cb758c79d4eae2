//! Work that others do for a future while its caller does something else.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

/// A future that has been polled once, so what it asks others for is under way.
pub(crate) enum Begun<'f, T> {
    Done(T),
    UnderWay(Pin<Box<dyn Future<Output = T> + Send + 'f>>),
}

/// Begins a future.
pub(crate) async fn begin<T>(mut future: Pin<Box<dyn Future<Output = T> + Send + '_>>) -> Begun<'_, T> {
    match poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
        Poll::Ready(output) => Begun::Done(output),
        Poll::Pending => Begun::UnderWay(future),
    }
}

impl<T> Begun<'_, T> {
    /// Waits for the rest.
    pub(crate) async fn finish(self) -> T {
        match self {
            Self::Done(output) => output,
            Self::UnderWay(future) => future.await,
        }
    }
}
