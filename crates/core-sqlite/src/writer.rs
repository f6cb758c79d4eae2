//! The thread that writes: what waits while it is at work becomes the next transaction.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
    mpsc::Receiver,
};

use rusqlite::Connection;
use supertokens_core::storage::StorageError;
use tokio::sync::oneshot;

use crate::{
    log::Log,
    readers::Read,
    shared::{Shared, execute},
};

/// The most changes of one transaction.
const MAX_BATCH: usize = 256;

/// What the thread is asked for.
pub(crate) enum Job {
    Write(Box<dyn Write>),
    /// Where there is no thread that reads: a database in memory has one connection.
    Read(Box<dyn Read>),
}

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
) -> Job {
    Job::Write(Box::new(WriteJob { change: Some(change), result: None, answer }))
}

/// Serves until nobody can send more. `unfinished` is how many changes have been sent and not been made yet.
pub(crate) fn run(connection: &Shared, waiting: &Receiver<Job>, unfinished: &AtomicUsize, log: &Log) {
    let mut batch = Vec::new();
    let mut next = None;
    while let Some(job) = next.take().or_else(|| waiting.recv().ok()) {
        // Only this thread closes the connection, so it is always there.
        let committed = connection.lend(|connection| match job {
            Job::Write(first) => {
                if log.is_long() {
                    // Before the change, not after it: what begins the log anew waits for the disk as well.
                    log.fold(connection);
                }
                let committed = commit(connection, waiting, first, &mut batch, &mut next);
                log.note(connection);
                committed
            }
            Job::Read(read) => {
                read.run(connection);
                Ok(())
            }
        });
        let Ok(committed) = committed else { return };
        unfinished.fetch_sub(batch.len(), Ordering::Release);
        for job in batch.drain(..) {
            job.answer(&committed);
        }
    }
    // Statistics for the query planner; without them it plans as before.
    let _ = connection.lend(|connection| connection.execute_batch("PRAGMA optimize"));
}

fn commit(
    connection: &Connection,
    waiting: &Receiver<Job>,
    first: Box<dyn Write>,
    batch: &mut Vec<Box<dyn Write>>,
    next: &mut Option<Job>,
) -> Result<(), Arc<rusqlite::Error>> {
    run_batch(connection, waiting, first, batch, next).map_err(|error| {
        tracing::error!(%error, changes = batch.len(), "a transaction failed");
        // Nothing to roll back if it did not begin.
        let _ = execute(connection, "ROLLBACK");
        Arc::new(error)
    })
}

/// Runs the first change and those that wait behind it, up to one that reads: that one is `next`, after the commit.
fn run_batch(
    connection: &Connection,
    waiting: &Receiver<Job>,
    first: Box<dyn Write>,
    batch: &mut Vec<Box<dyn Write>>,
    next: &mut Option<Job>,
) -> rusqlite::Result<()> {
    // The job must be among the batch before anything can fail, or nobody would be answered.
    batch.push(first);
    execute(connection, "BEGIN IMMEDIATE")?;
    while let Some(job) = batch.last_mut() {
        run_in_savepoint(connection, &mut **job)?;
        if batch.len() >= MAX_BATCH {
            break;
        }
        match waiting.try_recv() {
            Ok(Job::Write(job)) => batch.push(job),
            Ok(read) => {
                *next = Some(read);
                break;
            }
            Err(_) => break,
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
