//! The storage that a core is given, one file per area.

mod keys;
mod sessions;
mod tenants;
mod user_metadata;
mod user_roles;
mod users;

use std::{fmt, path::Path, sync::Arc};

use async_trait::async_trait;
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use supertokens_core::storage::{ActivityStorage, Storage, StorageError, TenantKey};

use crate::{activity::Activity, error::SqliteError, open::SqliteBuilder, threads::Threads};

/// A core's data in an SQLite database. Dropping it writes what is left, and waits for the last commit.
pub struct SqliteStorage {
    threads: Threads,
    activity: Arc<Activity>,
}

impl SqliteStorage {
    /// Opens the database in a file, making it if it is not there; `:memory:` is [`Self::memory`].
    ///
    /// Fails if the file is damaged, belongs to another program, or is in use by another process.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        SqliteBuilder::default().open(path)
    }

    /// A database that lives as long as the storage does, and nowhere on disk.
    pub fn memory() -> Result<Self, SqliteError> {
        SqliteBuilder::default().memory()
    }

    /// For settings that are not the usual ones.
    pub fn builder() -> SqliteBuilder {
        SqliteBuilder::default()
    }

    pub(crate) fn new(threads: Threads) -> Self {
        Self { threads, activity: Arc::default() }
    }
}

impl Drop for SqliteStorage {
    /// A core that is dropped without having been shut down loses nothing either.
    fn drop(&mut self) {
        self.leave_activity();
    }
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage").finish_non_exhaustive()
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn close(&self) {
        // One that fails is in the log.
        let _ = self.write_activity(usize::MAX).await;
        self.threads.close().await;
    }
}

/// A row that refers to an app or a tenant that is not there.
pub(crate) fn if_unknown_tenant(error: StorageError, tenant: TenantKey) -> StorageError {
    let StorageError::Failed(cause) = &error else { return error };
    match cause.downcast_ref::<rusqlite::Error>() {
        Some(rusqlite::Error::SqliteFailure(failure, _)) if failure.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY => {
            StorageError::UnknownTenant(tenant)
        }
        _ => error,
    }
}
