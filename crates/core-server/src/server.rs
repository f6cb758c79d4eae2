//! Accepting connections, and ending them when the server is told to stop.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use supertokens_core::Core;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    connection::{self, Order},
    limits::Limits,
};

/// How long a client waits for room before connections that are idle have to make some.
const PATIENCE_FOR_ROOM: Duration = Duration::from_millis(500);
/// How long nothing is accepted after the system had no file left for a connection.
const PAUSE_WITHOUT_FILES: Duration = Duration::from_millis(100);

/// Answers requests on `listener` with `core` until `stop` is ready. Then it accepts nothing more, ends idle connections,
/// and lets requests that are under way be answered, for [`Limits::drain_timeout`] at most.
///
/// The core is not shut down; that is up to whoever made it.
pub async fn serve(listener: TcpListener, core: Core, limits: Limits, stop: impl Future<Output = ()>) {
    let limits = Arc::new(limits);
    let slots = Arc::new(Semaphore::new(limits.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let (orders, _) = watch::channel(Order::Serve);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, slot) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &slots, &orders) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let (core, limits, orders) = (core.clone(), limits.clone(), orders.subscribe());
        connections.spawn(async move {
            connection::serve(stream, core, limits, orders).await;
            drop(slot);
        });
    }
    drop(listener);
    orders.send_replace(Order::Stop);
    let drained = timeout(limits.drain_timeout, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(connections = connections.len(), "ending connections whose requests take too long to finish");
    }
}

/// The next connection, when there is room for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    orders: &watch::Sender<Order>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    let stream = loop {
        match listener.accept().await {
            Ok((stream, _)) => break stream,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted for the moment");
                sleep(PAUSE_WITHOUT_FILES).await;
            }
        }
    };
    loop {
        match timeout(PATIENCE_FOR_ROOM, slots.clone().acquire_owned()).await {
            // The semaphore is never closed, so there always is a slot.
            Ok(slot) => return (stream, slot.ok()),
            Err(_) => orders.send_replace(Order::MakeRoom),
        };
    }
}

/// Whether the error says that a connection was gone before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
