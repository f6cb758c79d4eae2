//! The embedded core as a transport: no socket, the same HTTP messages.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use supertokens_core_sqlite::SqliteStorage;
use supertokens_kernel::core_client::TransportError;
use supertokens_kernel::{BoxFuture, Clock, CoreTransport, InitError};

/// An embedded core to be opened.
pub(crate) struct Embedded {
    pub(crate) database: PathBuf,
    pub(crate) config: supertokens_core::Config,
}

impl Embedded {
    pub(crate) fn new(database: PathBuf) -> Self {
        Self { database, config: supertokens_core::Config::default() }
    }

    pub(crate) fn open(self, clock: Arc<dyn Clock>) -> Result<Arc<dyn CoreTransport>, InitError> {
        let storage = if self.database.as_os_str() == ":memory:" {
            SqliteStorage::memory()
        } else {
            SqliteStorage::open(&self.database)
        };
        let storage = storage.map_err(|error| InitError::Core {
            message: format!("the database {} cannot be opened: {error}", self.database.display()),
            source: Some(error.into()),
        })?;
        let core = supertokens_core::Core::builder(storage)
            .config(self.config)
            .clock(Arc::new(SameClock(clock)))
            .build()
            .map_err(|error| InitError::Core { message: error.to_string(), source: Some(error.into()) })?;
        Ok(Arc::new(InProcess(core)))
    }
}

/// The application's clock, for the core.
struct SameClock(Arc<dyn Clock>);

impl supertokens_core::Clock for SameClock {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }
}

/// A core in this process.
pub(crate) struct InProcess(pub(crate) supertokens_core::Core);

impl CoreTransport for InProcess {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        let core = self.0.clone();
        Box::pin(async move { Ok(core.call(request).await) })
    }

    fn shutdown(&self) -> BoxFuture<()> {
        let core = self.0.clone();
        Box::pin(async move { core.shutdown().await })
    }
}
