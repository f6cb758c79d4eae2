//! Opening a database: its files, its settings, its threads.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::{
    error::SqliteError,
    migrations::{MigrationError, migrate},
    storage::SqliteStorage,
    threads::{Commits, Threads},
};

/// What a commit waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// The operating system has it: it survives the end of the process, and a power cut may cost the last commits.
    #[default]
    Normal,
    /// The disk has it.
    Full,
}

/// How a database is opened.
#[derive(Clone, Debug)]
#[must_use]
pub struct SqliteBuilder {
    synchronous: Synchronous,
    readers: usize,
}

/// Another program, a backup say, may have the database for a moment. Nobody else of ours ever has.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Files up to this size are checked whole when they are opened, which takes milliseconds.
const CHECKED_SIZE: u64 = 8 * 1024 * 1024;
/// More than there are: none is compiled twice.
const STATEMENTS_KEPT: usize = 256;
/// Larger than in a file: fewer pages are split, and none is written anywhere.
const MEMORY_PAGE_BYTES: i64 = 8192;
const WRITER_CACHE_KIB: i64 = 4096;
/// A page of users has room in it, with the inner pages that lead to them in a large database.
const READER_CACHE_KIB: i64 = 8 * 1024;
const MAX_WAL_BYTES: i64 = 16 * 1024 * 1024;

impl Default for SqliteBuilder {
    fn default() -> Self {
        let parallelism = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { synchronous: Synchronous::default(), readers: parallelism.clamp(1, 4) }
    }
}

impl SqliteBuilder {
    /// What a commit waits for; [`Synchronous::Normal`] otherwise.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How many threads read, 0 for none beside the one that writes. As many as processors otherwise, at most 4.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers;
        self
    }

    /// Opens the database in a file, making it if it is not there. `:memory:` is [`Self::memory`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<SqliteStorage, SqliteError> {
        let path = path.as_ref();
        if path == Path::new(":memory:") {
            return self.memory();
        }
        let path = resolved(path)?;
        let lock = lock(&path)?;
        let file = create_private(&path).map_err(|source| SqliteError::File { path: path.clone(), source })?;
        warn_if_others_may_read(&path, &file);
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        drop(file);

        let mut writer = connect(&path)?;
        self.set_up_writer(&mut writer, size <= CHECKED_SIZE).map_err(|error| error.of(&path))?;
        let mut readers = Vec::with_capacity(self.readers);
        for _ in 0..self.readers {
            let reader = connect(&path)?;
            set_up_reader(&reader).map_err(|source| SetUpError::from(source).of(&path))?;
            readers.push(reader);
        }
        let commits = match self.synchronous {
            Synchronous::Normal => Commits::DoNotWait,
            Synchronous::Full => Commits::WaitForDisk,
        };
        Ok(SqliteStorage::new(Threads::start(writer, readers, Some(lock), commits).map_err(SqliteError::Thread)?))
    }

    /// A database that lives as long as the storage does, and nowhere on disk. It has one connection.
    pub fn memory(&self) -> Result<SqliteStorage, SqliteError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory()
            .and_then(|connection| connection.pragma_update(None, "page_size", MEMORY_PAGE_BYTES).map(|()| connection));
        let mut connection = connection.map_err(|source| SqliteError::Sqlite { path: path.to_owned(), source })?;
        self.set_up_writer(&mut connection, false).map_err(|error| error.of(path))?;
        let threads = Threads::start(connection, Vec::new(), None, Commits::DoNotWait);
        Ok(SqliteStorage::new(threads.map_err(SqliteError::Thread)?))
    }

    fn set_up_writer(&self, connection: &mut Connection, check: bool) -> Result<(), SetUpError> {
        set_up(connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // The answer is the mode that it has now, which is another one for a database in memory.
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
        // The writer's thread folds the log into the database, see `Log`. Its file may stay so long after that.
        for setting in ["wal_autocheckpoint = 0".to_owned(), format!("journal_size_limit = {MAX_WAL_BYTES}")] {
            // Each answers with the value that it has now.
            connection.query_row(&format!("PRAGMA {setting}"), [], |row| row.get::<_, i64>(0))?;
        }
        let synchronous = match self.synchronous {
            Synchronous::Normal => "NORMAL",
            Synchronous::Full => "FULL",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        if check {
            let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if found != "ok" {
                return Err(SetUpError::Damaged(found));
            }
        }
        migrate(connection)?;
        Ok(())
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Otherwise a statement whose plan could depend on the values is compiled again for each new value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

fn set_up_reader(connection: &Connection) -> rusqlite::Result<()> {
    set_up(connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)
}

fn connect(path: &Path) -> Result<Connection, SqliteError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    Connection::open_with_flags(path, flags).map_err(|source| SetUpError::from(source).of(path))
}

/// Takes the lock that says which process owns the database. It is a file beside it, because SQLite has locks of its own
/// on the database and would lose them when this process closes that file.
fn lock(path: &Path) -> Result<File, SqliteError> {
    let lock_path = with_suffix(path, "-lock");
    let file = create_private(&lock_path).map_err(|source| SqliteError::File { path: lock_path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SqliteError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(SqliteError::File { path: lock_path, source }),
    }
}

/// The path without links in it, so that a database has one lock whatever it is called.
fn resolved(path: &Path) -> Result<PathBuf, SqliteError> {
    let fail = |source| SqliteError::File { path: path.to_owned(), source };
    if path.exists() {
        return path.canonicalize().map_err(fail);
    }
    let name = path.file_name().ok_or_else(|| fail(io::Error::from(io::ErrorKind::InvalidInput)))?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(directory.canonicalize().map_err(fail)?.join(name))
}

/// Opens a file, made readable by its owner only if it was not there. SQLite gives `-wal` and `-shm` the same mode.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn warn_if_others_may_read(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt;

    let mode = file.metadata().map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), mode = format!("{:o}", mode & 0o777), "others may read the database");
    }
}

#[cfg(not(unix))]
fn warn_if_others_may_read(_path: &Path, _file: &File) {}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut text = path.as_os_str().to_owned();
    text.push(suffix);
    PathBuf::from(text)
}

/// Why a connection could not be set up, before it is known of which file.
enum SetUpError {
    Damaged(String),
    Migration(MigrationError),
}

impl From<rusqlite::Error> for SetUpError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Migration(MigrationError::Sqlite(error))
    }
}

impl From<MigrationError> for SetUpError {
    fn from(error: MigrationError) -> Self {
        Self::Migration(error)
    }
}

impl SetUpError {
    fn of(self, path: &Path) -> SqliteError {
        let path = path.to_owned();
        match self {
            Self::Damaged(detail) => SqliteError::Corrupt { path, detail },
            Self::Migration(MigrationError::Foreign) => SqliteError::Foreign { path },
            Self::Migration(MigrationError::TooNew { found, newest }) => SqliteError::TooNew { path, found, newest },
            Self::Migration(MigrationError::Sqlite(source)) => match source.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    SqliteError::Corrupt { path, detail: source.to_string() }
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqliteError::Locked { path },
                _ => SqliteError::Sqlite { path, source },
            },
        }
    }
}
