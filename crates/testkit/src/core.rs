//! A core of a test's own, in memory, which has its signing keys already.

use std::sync::Arc;

use supertokens_core::storage::{KeyKind, KeyStorage, PUBLIC, StoredSigningKey};
use supertokens_core::{Config, Core};
use supertokens_core_sqlite::SqliteStorage;
use supertokens_kernel::{Clock, ManualClock};
use zeroize::Zeroizing;

/// Making a key takes a tenth of a second. These two are for tests, known to everybody, and protect nothing.
const DYNAMIC_KEY: &[u8] = include_bytes!("dynamic-key.pkcs8.der");
const STATIC_KEY: &[u8] = include_bytes!("static-key.pkcs8.der");

/// The default configuration, but that a sign-up does not take a tenth of a second and 85 MB.
pub(crate) fn quick_config() -> Config {
    let mut config = Config::default();
    config.argon2_memory_kb = 64;
    config.argon2_parallelism = 1;
    config
}

/// A core with nothing in it.
pub(crate) async fn open(config: Config, clock: Arc<ManualClock>) -> Core {
    let storage = SqliteStorage::memory().expect("a database in memory can be opened");
    let now_ms = clock.now_ms();
    let keys = [
        (format!("d-{now_ms}"), KeyKind::Dynamic, DYNAMIC_KEY),
        ("s-00000000-0000-4000-8000-000000000000".to_owned(), KeyKind::Static, STATIC_KEY),
    ];
    for (kid, kind, pkcs8) in keys {
        let key = StoredSigningKey { kid, kind, created_at_ms: now_ms, pkcs8: Zeroizing::new(pkcs8.to_vec()) };
        storage.add_signing_key(PUBLIC.into(), key).await.expect("an empty database takes a key");
    }
    let core = Core::builder(storage).config(config).clock(CoreClock(clock)).build();
    core.unwrap_or_else(|error| panic!("the core's configuration cannot be used: {error}"))
}

/// The application's clock, for the core.
struct CoreClock(Arc<ManualClock>);

impl supertokens_core::Clock for CoreClock {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }
}
