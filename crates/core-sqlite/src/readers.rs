//! The threads that read.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use supertokens_core::storage::StorageError;
use tokio::sync::oneshot;

use crate::threads::failed;

/// Of how many moments the statements of a query see the data.
#[derive(Clone, Copy)]
pub(crate) enum Snapshot {
    /// Each its own: for queries of one statement.
    PerStatement,
    /// All the same.
    One,
}

/// A query that waits.
pub(crate) trait Read: Send {
    /// Asks and answers.
    fn run(self: Box<Self>, connection: &Connection);
}

struct ReadJob<T, F> {
    query: F,
    snapshot: Snapshot,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T, StorageError> + Send> Read for ReadJob<T, F> {
    fn run(self: Box<Self>, connection: &Connection) {
        let result = match self.snapshot {
            Snapshot::PerStatement => (self.query)(connection),
            Snapshot::One => in_transaction(connection, self.query),
        };
        // Whoever asked may have gone away.
        let _ = self.answer.send(result);
    }
}

pub(crate) fn job<T: Send + 'static>(
    query: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    snapshot: Snapshot,
    answer: oneshot::Sender<Result<T, StorageError>>,
) -> Box<dyn Read> {
    Box::new(ReadJob { query, snapshot, answer })
}

/// Serves queries until nobody can send more.
pub(crate) fn run(connection: &Connection, waiting: &Receiver<Box<dyn Read>>) {
    while let Ok(job) = waiting.recv() {
        job.run(connection);
    }
}

fn in_transaction<T>(
    connection: &Connection,
    query: impl FnOnce(&Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    execute(connection, "BEGIN").map_err(failed)?;
    let result = query(connection);
    // There is nothing to keep, so this only lets the moment go.
    execute(connection, "COMMIT").map_err(failed)?;
    result
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
