//! The storage that a core is given.

use std::{fmt, path::Path, sync::Arc};

use async_trait::async_trait;
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use supertokens_core::storage::{
    AppSecret, DecideChange, PUBLIC, SessionKey, SessionsOf, Storage, StorageError, StoredSession, StoredSigningKey,
    StoredTenant, TenantKey,
};

use crate::{
    error::SqliteError,
    open::SqliteBuilder,
    tables::{apps, sessions},
    threads::Threads,
};

/// A core's data in an SQLite database. Dropping it waits for the last commit.
pub struct SqliteStorage {
    threads: Threads,
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
        Self { threads }
    }
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage").finish_non_exhaustive()
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn tenants(&self) -> Result<Vec<StoredTenant>, StorageError> {
        self.threads.read(apps::tenants).await
    }

    async fn put_tenant(&self, tenant: StoredTenant) -> Result<(), StorageError> {
        let key = tenant.key.clone();
        let result = self.threads.write(move |connection| apps::put_tenant(connection, &tenant)).await;
        result.map_err(|error| if_unknown_tenant(error, key))
    }

    async fn remove_tenant(&self, tenant: TenantKey) -> Result<(), StorageError> {
        self.threads.write(move |connection| apps::remove_tenant(connection, &tenant)).await
    }

    async fn app_secret(&self, app_id: Arc<str>, candidate: AppSecret) -> Result<AppSecret, StorageError> {
        let key = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let secret = self.threads.write(move |connection| apps::app_secret(connection, &app_id, &candidate)).await?;
        secret.ok_or(StorageError::UnknownTenant(key))
    }

    async fn signing_keys(&self, app_id: Arc<str>) -> Result<Vec<StoredSigningKey>, StorageError> {
        self.threads.read(move |connection| apps::signing_keys(connection, &app_id)).await
    }

    async fn add_signing_key(&self, app_id: Arc<str>, key: StoredSigningKey) -> Result<(), StorageError> {
        let tenant = TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() };
        let result = self.threads.write(move |connection| apps::add_signing_key(connection, &app_id, &key)).await;
        result.map_err(|error| if_unknown_tenant(error, tenant))
    }

    async fn remove_signing_keys(&self, app_id: Arc<str>, before_ms: u64) -> Result<(), StorageError> {
        self.threads.write(move |connection| apps::remove_signing_keys(connection, &app_id, before_ms)).await
    }

    async fn create_session(&self, key: SessionKey, session: StoredSession) -> Result<(), StorageError> {
        let tenant = key.tenant.clone();
        let result = self.threads.write(move |connection| sessions::create(connection, &key, &session)).await;
        result.map_err(|error| if_unknown_tenant(error, tenant))
    }

    async fn session(&self, key: SessionKey) -> Result<Option<StoredSession>, StorageError> {
        self.threads.read(move |connection| sessions::find(connection, &key)).await
    }

    async fn change_session(&self, key: SessionKey, decide: DecideChange) -> Result<(), StorageError> {
        self.threads.write(move |connection| sessions::change(connection, &key, decide)).await
    }

    async fn session_handles(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError> {
        self.threads.read(move |connection| sessions::handles(connection, &of, now_ms)).await
    }

    async fn remove_sessions(&self, keys: Vec<SessionKey>) -> Result<Vec<String>, StorageError> {
        self.threads.write(move |connection| sessions::remove(connection, keys)).await
    }

    async fn remove_sessions_of(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError> {
        self.threads.write(move |connection| sessions::remove_of(connection, &of, now_ms)).await
    }

    async fn remove_expired_sessions(&self, now_ms: u64) -> Result<usize, StorageError> {
        let mut removed = 0;
        let mut after: Option<SessionKey> = None;
        loop {
            // They are looked for beside the writer, which then has little to do.
            let look = move |connection: &_| sessions::ended(connection, after.as_ref(), now_ms);
            let (ended, last) = self.threads.read(look).await?;
            if !ended.is_empty() {
                let remove = move |connection: &_| sessions::remove_ended(connection, &ended, now_ms);
                removed += self.threads.write(remove).await?;
            }
            if last.is_none() {
                return Ok(removed);
            }
            after = last;
        }
    }

    async fn close(&self) {
        self.threads.close().await;
    }
}

/// A row that refers to an app or a tenant that is not there.
fn if_unknown_tenant(error: StorageError, tenant: TenantKey) -> StorageError {
    let StorageError::Failed(cause) = &error else { return error };
    match cause.downcast_ref::<rusqlite::Error>() {
        Some(rusqlite::Error::SqliteFailure(failure, _)) if failure.extended_code == SQLITE_CONSTRAINT_FOREIGNKEY => {
            StorageError::UnknownTenant(tenant)
        }
        _ => error,
    }
}
