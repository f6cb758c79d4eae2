//! The write-ahead log: how long it is, and when it is folded into the database.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;

/// After so many rows the write-ahead log is folded into the database. A row takes some five pages of it at the most.
const MAX_LOG_ROWS: i64 = 1024;

/// How many rows were written to the write-ahead log since it was folded into the database: the thread does that, which
/// waits for the disk. SQLite would do it in the commit of whoever comes next.
#[derive(Default)]
pub(crate) struct Log {
    rows: AtomicI64,
    folded_rows: AtomicI64,
}

impl Log {
    /// It is the thread's to fold it: nobody else adds to it before.
    pub(crate) fn is_long(&self) -> bool {
        self.rows.load(Ordering::Relaxed) - self.folded_rows.load(Ordering::Relaxed) >= MAX_LOG_ROWS
    }

    /// Notes how much the connection has written by now.
    pub(crate) fn note(&self, connection: &Connection) {
        let rows = connection
            .prepare_cached("SELECT total_changes()")
            .and_then(|mut total| total.query_row([], |row| row.get(0)));
        // Where that cannot be told, it is one more: the log is folded a little later.
        self.rows.store(rows.unwrap_or_else(|_| self.rows.load(Ordering::Relaxed) + 1), Ordering::Relaxed);
    }

    /// For the thread, before it makes a change.
    pub(crate) fn fold(&self, connection: &Connection) {
        self.folded_rows.store(self.rows.load(Ordering::Relaxed), Ordering::Relaxed);
        // What is still being read stays in the log until the next time. Nor does a failure lose anything.
        if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the write-ahead log could not be folded into the database");
        }
    }
}
