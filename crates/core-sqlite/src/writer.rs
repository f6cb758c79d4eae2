//! The thread that writes: what waits while it is at work becomes the next transaction.

use std::sync::{Arc, mpsc::Receiver};

use rusqlite::Connection;
use supertokens_core::storage::StorageError;
use tokio::sync::oneshot;

/// The most changes of one transaction.
const MAX_BATCH: usize = 256;

/// A change that waits.
pub(crate) trait Write: Send {
    /// Makes the change, inside a savepoint. An error is rolled back, and answered.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Answers, after the commit.
    fn answer(self: Box<Self>, committed: &Result<(), Arc<rusqlite::Error>>);
}

struct WriteJob<T, F> {
    change: Option<F>,
    result: Option<Result<T, StorageError>>,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<T: Send, F: FnOnce(&Connection) -> Result<T, StorageError> + Send> Write for WriteJob<T, F> {
    fn run(&mut self, connection: &Connection) -> bool {
        self.result = self.change.take().map(|change| change(connection));
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, committed: &Result<(), Arc<rusqlite::Error>>) {
        let answer = match (self.result, committed) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(StorageError::Failed(Box::new(error.clone()))),
            (Some(Ok(result)), Ok(())) => Ok(result),
            (None, Ok(())) => Err(StorageError::Closed),
        };
        // Whoever asked may have gone away.
        let _ = self.answer.send(answer);
    }
}

pub(crate) fn job<T: Send + 'static>(
    change: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    answer: oneshot::Sender<Result<T, StorageError>>,
) -> Box<dyn Write> {
    Box::new(WriteJob { change: Some(change), result: None, answer })
}

/// Serves changes until nobody can send more.
pub(crate) fn run(connection: &Connection, waiting: &Receiver<Box<dyn Write>>) {
    let mut batch = Vec::new();
    while let Ok(first) = waiting.recv() {
        let committed = run_batch(connection, waiting, first, &mut batch).map_err(Arc::new);
        if let Err(error) = &committed {
            tracing::error!(%error, changes = batch.len(), "a transaction failed");
            // Nothing to roll back if it did not begin.
            let _ = execute(connection, "ROLLBACK");
        }
        for job in batch.drain(..) {
            job.answer(&committed);
        }
    }
    // Statistics for the query planner; without them it plans as before.
    let _ = connection.execute_batch("PRAGMA optimize");
}

fn run_batch(
    connection: &Connection,
    waiting: &Receiver<Box<dyn Write>>,
    first: Box<dyn Write>,
    batch: &mut Vec<Box<dyn Write>>,
) -> rusqlite::Result<()> {
    let mut next = Some(first);
    // The job must be among the batch before anything can fail, or nobody would be answered.
    let mut begun = false;
    while let Some(job) = next.take() {
        batch.push(job);
        if !begun {
            execute(connection, "BEGIN IMMEDIATE")?;
            begun = true;
        }
        if let Some(job) = batch.last_mut() {
            run_in_savepoint(connection, &mut **job)?;
        }
        if batch.len() < MAX_BATCH {
            next = waiting.try_recv().ok();
        }
    }
    execute(connection, "COMMIT")
}

/// One change that fails leaves the others of the transaction alone.
fn run_in_savepoint(connection: &Connection, job: &mut dyn Write) -> rusqlite::Result<()> {
    execute(connection, "SAVEPOINT change")?;
    if !job.run(connection) {
        execute(connection, "ROLLBACK TO change")?;
    }
    execute(connection, "RELEASE change")
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
