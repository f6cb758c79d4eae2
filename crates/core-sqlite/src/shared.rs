//! A connection: its thread's, and between that thread's jobs anybody's who asks for little.

use std::{
    sync::{
        Arc, Mutex, PoisonError, TryLockError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode};
use supertokens_core::storage::StorageError;

use crate::{log::Log, open::BUSY_TIMEOUT, threads::failed};

/// What takes longer waited for the disk, or for a processor.
const QUICK: Duration = Duration::from_millis(1);
/// So many more are then for the threads before another is tried.
const AFTER_A_SLOW_ONE: u32 = 32;

/// A connection that is used by one at a time. Empty once its thread has closed it.
pub(crate) struct Shared(Mutex<Option<Connection>>);

impl Shared {
    pub(crate) fn new(connection: Connection) -> Self {
        Self(Mutex::new(Some(connection)))
    }

    /// For its thread, which waits for whoever has it.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&Connection) -> T) -> Result<T, StorageError> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.as_ref().map(work).ok_or(StorageError::Closed)
    }

    /// Takes it away from everybody.
    pub(crate) fn take(&self) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// For others, who do not wait: the work comes back if the connection is in use.
    fn try_lend<T, W: FnOnce(&Connection) -> T>(&self, work: W) -> Result<T, W> {
        let connection = match self.0.try_lock() {
            Ok(connection) => connection,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(work),
        };
        match connection.as_ref() {
            Some(connection) => Ok(work(connection)),
            None => Err(work),
        }
    }
}

/// What is done where it is asked for: handing it to a thread and waking up for the answer costs ten times what it takes
/// to find a record in memory, and more than a commit that does not wait for the disk. While the disk is slow it is not,
/// since that would hold up a runtime.
pub(crate) struct Here {
    connections: Box<[Arc<Shared>]>,
    for_threads: AtomicU32,
}

impl Here {
    pub(crate) fn new(connections: Box<[Arc<Shared>]>) -> Self {
        Self { connections, for_threads: AtomicU32::new(0) }
    }

    /// Makes a change, in a transaction of its own. It comes back if it is for a thread, or if another program has the
    /// database at this moment, which a thread waits for.
    pub(crate) fn change<T, C>(&self, wanted: C, log: &Log) -> Result<Result<T, StorageError>, C>
    where
        C: FnOnce(&Connection) -> Result<T, StorageError>,
    {
        let mut kept = Some(wanted);
        let made = self.run(|connection| match begin_unless_busy(connection) {
            Ok(transaction) => {
                let result = transaction?.run(kept.take()?);
                log.note(connection);
                Some(result)
            }
            Err(error) => Some(Err(failed(error))),
        });
        match (made.ok().flatten(), kept) {
            (Some(result), _) => Ok(result),
            (None, Some(kept)) => Err(kept),
            (None, None) => Ok(Err(StorageError::Closed)),
        }
    }

    /// The work comes back if it is for a thread.
    pub(crate) fn run<T, W: FnOnce(&Connection) -> T>(&self, mut work: W) -> Result<T, W> {
        if self.for_threads.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            return Err(work);
        }
        for connection in &self.connections {
            let begun = Instant::now();
            match connection.try_lend(work) {
                Ok(result) => {
                    if begun.elapsed() > QUICK {
                        self.for_threads.store(AFTER_A_SLOW_ONE, Ordering::Relaxed);
                    }
                    return Ok(result);
                }
                Err(back) => work = back,
            }
        }
        Err(work)
    }
}

/// Runs queries that see one moment.
pub(crate) fn at_one_moment<T>(
    connection: &Connection,
    query: impl FnOnce(&Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    Transaction::begin(connection, "BEGIN").map_err(failed)?.run(query)
}

/// Begins a change. None if another program is at one.
fn begin_unless_busy(connection: &Connection) -> rusqlite::Result<Option<Transaction<'_>>> {
    connection.busy_timeout(Duration::ZERO)?;
    let begun = Transaction::begin(connection, "BEGIN IMMEDIATE");
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match begun {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(None),
        begun => begun.map(Some),
    }
}

/// A transaction, which is undone if it was not committed, also when its work breaks down: nobody else gets the connection
/// in it.
struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    fn begin(connection: &'c Connection, begin: &str) -> rusqlite::Result<Self> {
        execute(connection, begin)?;
        Ok(Self(connection))
    }

    /// Does the work and commits it.
    fn run<T>(self, work: impl FnOnce(&Connection) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let result = work(self.0)?;
        execute(self.0, "COMMIT").map_err(failed)?;
        Ok(result)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.0.is_autocommit() {
            return;
        }
        if let Err(error) = execute(self.0, "ROLLBACK") {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }
}

/// Runs a statement that has neither values nor rows.
pub(crate) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    fn here() -> Here {
        let connection = Connection::open_in_memory().unwrap();
        Here::new([Arc::new(Shared::new(connection))].into())
    }

    fn one(connection: &Connection) -> i64 {
        connection.query_row("SELECT 1", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_slow_read_sends_the_next_ones_to_the_threads() {
        let here = here();
        assert!(here.run(one).is_ok());
        assert!(here.run(|_| thread::sleep(QUICK * 2)).is_ok());
        for _ in 0..AFTER_A_SLOW_ONE {
            assert!(here.run(one).is_err());
        }
        assert!(here.run(one).is_ok());
    }

    #[test]
    fn a_connection_in_use_is_not_waited_for() {
        let here = here();
        let (begun, has_begun) = mpsc::channel();
        let (end, may_end) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let connection = here.connections[0].clone();
            scope.spawn(move || {
                connection.lend(|_| {
                    begun.send(()).unwrap();
                    may_end.recv().unwrap();
                })
            });
            has_begun.recv().unwrap();
            assert!(here.run(one).is_err());
            end.send(()).unwrap();
        });
        assert!(here.run(one).is_ok());
    }

    #[test]
    fn a_closed_connection_is_nobodys() {
        let here = here();
        assert!(here.connections[0].take().is_some());
        assert!(here.run(one).is_err());
        assert!(matches!(here.connections[0].lend(one), Err(StorageError::Closed)));
    }

    #[test]
    fn a_query_that_breaks_down_leaves_no_transaction_behind() {
        let here = here();
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            here.run(|connection| at_one_moment::<()>(connection, |_| panic!("on purpose"))).is_ok()
        }));
        assert!(broken.is_err());
        assert!(matches!(here.run(|connection| at_one_moment(connection, |c| Ok(one(c)))), Ok(Ok(1))));
    }
}
