//! Sessions.

use async_trait::async_trait;
use supertokens_core::storage::{
    DecideChange, Reach, SessionKey, SessionStorage, SessionsOf, StorageError, StoredSession,
};

use super::{SqliteStorage, if_unknown_tenant};
use crate::tables::sessions;

#[async_trait]
impl SessionStorage for SqliteStorage {
    async fn create_session(&self, key: SessionKey, session: StoredSession) -> Result<(), StorageError> {
        let tenant = key.tenant.clone();
        let result =
            self.threads.write(Reach::Few, move |connection| sessions::create(connection, &key, &session)).await;
        result.map_err(|error| if_unknown_tenant(error, tenant))
    }

    async fn session(&self, key: SessionKey) -> Result<Option<StoredSession>, StorageError> {
        self.threads.read(Reach::Few, move |connection| sessions::find(connection, &key)).await
    }

    async fn change_session(&self, key: SessionKey, decide: DecideChange) -> Result<(), StorageError> {
        self.threads.write(Reach::Few, move |connection| sessions::change(connection, &key, decide)).await
    }

    async fn session_handles(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError> {
        self.threads.read(Reach::Many, move |connection| sessions::handles(connection, &of, now_ms)).await
    }

    async fn remove_sessions(&self, keys: Vec<SessionKey>) -> Result<Vec<String>, StorageError> {
        self.threads.write(Reach::Many, move |connection| sessions::remove(connection, keys)).await
    }

    async fn remove_sessions_of(&self, of: SessionsOf, now_ms: u64) -> Result<Vec<String>, StorageError> {
        self.threads.write(Reach::Many, move |connection| sessions::remove_of(connection, &of, now_ms)).await
    }

    async fn remove_expired_sessions(&self, now_ms: u64) -> Result<usize, StorageError> {
        let mut removed = 0;
        let mut after: Option<SessionKey> = None;
        loop {
            // They are looked for beside the writer, which then has little to do.
            let look = move |connection: &_| sessions::ended(connection, after.as_ref(), now_ms);
            let (ended, last) = self.threads.read(Reach::Many, look).await?;
            if !ended.is_empty() {
                let remove = move |connection: &_| sessions::remove_ended(connection, &ended, now_ms);
                removed += self.threads.write(Reach::Many, remove).await?;
            }
            if last.is_none() {
                return Ok(removed);
            }
            after = last;
        }
    }
}
