//! The threads that read.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use supertokens_core::storage::StorageError;
use tokio::sync::oneshot;

use crate::shared::Shared;

/// A query that waits.
pub(crate) trait Read: Send {
    /// Asks and answers.
    fn run(self: Box<Self>, connection: &Connection);
}

struct ReadJob<T, F> {
    query: F,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T, StorageError> + Send> Read for ReadJob<T, F> {
    fn run(self: Box<Self>, connection: &Connection) {
        // Whoever asked may have gone away.
        let _ = self.answer.send((self.query)(connection));
    }
}

pub(crate) fn job<T: Send + 'static>(
    query: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    answer: oneshot::Sender<Result<T, StorageError>>,
) -> Box<dyn Read> {
    Box::new(ReadJob { query, answer })
}

/// Serves queries until nobody can send more, and closes the connection.
pub(crate) fn run(connection: &Shared, waiting: &Receiver<Box<dyn Read>>) {
    while let Ok(job) = waiting.recv() {
        // Only this thread closes it.
        let _ = connection.lend(|connection| job.run(connection));
    }
    drop(connection.take());
}
