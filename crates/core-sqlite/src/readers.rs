//! The threads that read.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use supertokens_core::storage::StorageError;
use tokio::sync::oneshot;

use crate::threads::failed;

/// A query that waits.
pub(crate) trait Read: Send {
    /// Asks and answers.
    fn run(self: Box<Self>, connection: &Connection);
}

struct ReadJob<T, F> {
    query: F,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<T: Send, F: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Read for ReadJob<T, F> {
    fn run(self: Box<Self>, connection: &Connection) {
        // Whoever asked may have gone away.
        let _ = self.answer.send((self.query)(connection).map_err(failed));
    }
}

pub(crate) fn job<T: Send + 'static>(
    query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    answer: oneshot::Sender<Result<T, StorageError>>,
) -> Box<dyn Read> {
    Box::new(ReadJob { query, answer })
}

/// Serves queries until nobody can send more.
pub(crate) fn run(connection: &Connection, waiting: &Receiver<Box<dyn Read>>) {
    while let Ok(job) = waiting.recv() {
        job.run(connection);
    }
}
