//! Keys between the storage and the ring: loaded once, made when they are due, cleared away when they are useless.

use std::sync::{Arc, PoisonError, RwLock};

use supertokens_jose::SigningKey;
use tokio::sync::{Mutex, OnceCell, oneshot};

use super::ring::{KeyLives, KeyRing, SignerKey};
use crate::{
    config::Config,
    http::ApiError,
    random,
    storage::{AppSecret, KeyKind, Storage},
};

/// The keys and the secret of one app.
#[derive(Debug)]
pub(crate) struct AppKeys {
    app_id: Arc<str>,
    ring: RwLock<Option<Arc<KeyRing>>>,
    /// Held while keys are loaded or made, so that it happens once.
    changing: Mutex<()>,
    secret: OnceCell<Secret>,
}

/// An app's secret, which `Debug` does not show.
struct Secret(AppSecret);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl AppKeys {
    pub(crate) fn new(app_id: Arc<str>) -> Self {
        Self { app_id, ring: RwLock::default(), changing: Mutex::default(), secret: OnceCell::new() }
    }

    /// The secret of the app's refresh tokens.
    pub(crate) async fn secret(&self, storage: &dyn Storage) -> Result<&AppSecret, ApiError> {
        let load = async || {
            let candidate = AppSecret::new(random::bytes().map_err(|error| ApiError::internal(&error))?);
            Ok(Secret(storage.app_secret(self.app_id.clone(), candidate).await?))
        };
        self.secret.get_or_try_init(load).await.map(|secret| &secret.0)
    }

    /// The keys, after making those that are due. Who finds another at that is not kept waiting as long as all kinds sign.
    pub(crate) async fn ring(
        &self,
        storage: &dyn Storage,
        config: &Config,
        now_ms: u64,
    ) -> Result<Arc<KeyRing>, ApiError> {
        let lives = KeyLives::new(config);
        if let Some(ring) = self.complete_ring(now_ms, lives) {
            return Ok(ring);
        }
        let _changing = match (self.changing.try_lock(), self.complete_ring(now_ms, lives.without_overlap())) {
            (Ok(changing), _) => changing,
            (Err(_), Some(ring)) => return Ok(ring),
            (Err(_), None) => self.changing.lock().await,
        };
        // Somebody else may have done it in the meantime.
        match self.complete_ring(now_ms, lives) {
            Some(ring) => Ok(ring),
            None => self.load(storage, now_ms, lives).await,
        }
    }

    /// Removes keys that no token in use can be signed with.
    pub(crate) async fn clear_away(&self, storage: &dyn Storage, config: &Config, now_ms: u64) -> Result<(), ApiError> {
        let lives = KeyLives::new(config);
        if !self.cached().is_some_and(|ring| ring.has_useless(now_ms, lives)) {
            return Ok(());
        }
        let _changing = self.changing.lock().await;
        storage.remove_signing_keys(self.app_id.clone(), lives.useless_before_ms(now_ms)).await?;
        self.load(storage, now_ms, lives).await?;
        Ok(())
    }

    fn complete_ring(&self, now_ms: u64, lives: KeyLives) -> Option<Arc<KeyRing>> {
        self.cached().filter(|ring| ring.missing(now_ms, lives).is_empty())
    }

    fn cached(&self) -> Option<Arc<KeyRing>> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn load(&self, storage: &dyn Storage, now_ms: u64, lives: KeyLives) -> Result<Arc<KeyRing>, ApiError> {
        let mut ring = self.load_stored(storage).await?;
        let missing = ring.missing(now_ms, lives);
        if !missing.is_empty() {
            // Both kinds are missing at an app's first start: they are made side by side.
            let making: Vec<_> = missing.into_iter().map(|kind| (kind, generate())).collect();
            for (kind, key) in making {
                let key = key?.await.map_err(|error| ApiError::internal(&error))?;
                let key = key.map_err(|error| ApiError::internal(&error))?;
                let kid = match kind {
                    KeyKind::Dynamic => format!("d-{now_ms}"),
                    KeyKind::Static => format!("s-{}", random::uuid().map_err(|error| ApiError::internal(&error))?),
                };
                let key = SignerKey::new(kid, kind, now_ms, key).stored();
                let kid = key.kid.clone();
                storage.add_signing_key(self.app_id.clone(), key).await?;
                tracing::info!(app = %self.app_id, kid, "made a signing key");
            }
            ring = self.load_stored(storage).await?;
        }
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(ring.clone());
        Ok(ring)
    }

    async fn load_stored(&self, storage: &dyn Storage) -> Result<KeyRing, ApiError> {
        let mut keys = Vec::new();
        for stored in storage.signing_keys(self.app_id.clone()).await? {
            let key = SigningKey::from_pkcs8(&stored.pkcs8).map_err(|error| ApiError::internal(&error))?;
            keys.push(SignerKey::new(stored.kid, stored.kind, stored.created_at_ms, key));
        }
        Ok(KeyRing::new(keys))
    }
}

/// Makes a key on a thread of its own: it takes far too long for one that serves requests.
fn generate() -> Result<oneshot::Receiver<Result<SigningKey, supertokens_jose::KeyError>>, ApiError> {
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("supertokens-key".to_owned())
        .spawn(move || {
            // Nobody waits any more if the request was given up. The next one makes a key again.
            let _ = sender.send(SigningKey::generate());
        })
        .map_err(|error| ApiError::internal(&error))?;
    Ok(receiver)
}
