//! Why a database could not be opened.

use std::path::PathBuf;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteError {
    /// The file, or the one beside it that locks it, cannot be created or opened.
    #[error("the database file {path} cannot be opened: {source}; check that its directory exists and may be written")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has the database.
    #[error(
        "the database {path} is in use by another process: one process owns a database; run the program \
         `supertokens-core` on it and let both processes use that one's address"
    )]
    Locked {
        /// Which database.
        path: PathBuf,
    },
    /// The file is damaged, or is no SQLite database.
    #[error("the database {path} is damaged: {detail}; restore it from a backup")]
    Corrupt {
        /// Which database.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// The file is an SQLite database of some other program.
    #[error("the database {path} belongs to another program: choose another file")]
    Foreign {
        /// Which database.
        path: PathBuf,
    },
    /// The database was written by a newer version.
    #[error("the database {path} has schema version {found}, newer than {newest}, which this version knows: update it")]
    TooNew {
        /// Which database.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest known.
        newest: u32,
    },
    /// SQLite failed.
    #[error("the database {path} cannot be opened: {source}")]
    Sqlite {
        /// Which database.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A thread could not be started.
    #[error("a thread for the database could not be started: the system refuses new threads")]
    Thread(#[source] std::io::Error),
}
