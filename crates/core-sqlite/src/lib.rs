//! SQLite storage for the embedded SuperTokens core: one file, no other program.
//!
//! ```no_run
//! use supertokens_core::Core;
//! use supertokens_core_sqlite::SqliteStorage;
//!
//! let core = Core::builder(SqliteStorage::open("supertokens.db")?).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! One thread writes and gathers the writes that wait into one transaction; several read beside it (WAL). What reads or
//! changes few records is done where it is asked for while that is quick, as it is unless it waits for the disk. A write is
//! answered when it is committed. With [`Synchronous::Normal`] a commit survives the end of the process at any moment,
//! and a power cut may cost the last ones; with [`Synchronous::Full`] it survives that too, for a disk write per commit.
//!
//! A file belongs to one process: a second one is refused. The file and those beside it (`-wal`, `-shm`, `-lock`) are
//! created readable by their owner only.

mod activity;
mod error;
mod log;
mod migrations;
mod open;
mod readers;
mod shared;
mod storage;
mod tables;
mod threads;
mod writer;

pub use self::{
    error::SqliteError,
    open::{SqliteBuilder, Synchronous},
    storage::SqliteStorage,
};
