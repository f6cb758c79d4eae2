//! The core's published keys, kept between requests.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use supertokens_jose::{JwkSet, KeySet, VerifyingKey};
use supertokens_kernel::{Clock, CoreClient};
use tokio::sync::{Mutex, MutexGuard};

use super::parse::TokenHeader;

/// How long after a fetch an unknown key id does not cause another.
const COOL_DOWN_MS: u64 = 500;
/// How many header segments are remembered with one set of keys; a core's tokens have one per key and version.
const MAX_HEADERS: usize = 32;

/// The core's published keys: fetched once for any number of waiting requests, again when they are old, and again for
/// an unknown key id, at most once per cool-down. Keys that cannot be fetched anew stay in use: a core that is away
/// does not sign anybody out, and one that is slow keeps only one request waiting.
pub(super) struct Jwks {
    core: CoreClient,
    clock: Arc<dyn Clock>,
    refresh_interval_ms: u64,
    current: RwLock<Option<Arc<Keys>>>,
    /// Held while fetching; holds when the last try was.
    last_try_ms: Mutex<Option<u64>>,
}

/// One set of keys as fetched.
pub(super) struct Keys {
    set: KeySet,
    text: Vec<u8>,
    fetched_ms: u64,
    /// Counts sets that differ; what was verified with an older one is verified anew.
    pub(super) generation: u64,
    headers: RwLock<Vec<(String, TokenHeader)>>,
}

impl Jwks {
    pub(super) fn new(core: CoreClient, clock: Arc<dyn Clock>, refresh_interval_ms: u64) -> Self {
        let (current, last_try_ms) = (RwLock::new(None), Mutex::new(None));
        Self { core, clock, refresh_interval_ms, current, last_try_ms }
    }

    /// The keys at hand, without waiting for anything; none before the first fetch.
    pub(super) fn at_hand(&self) -> Option<Arc<Keys>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys, fetched if there are none yet or they are old.
    pub(super) async fn keys(&self, now_ms: u64) -> Option<Arc<Keys>> {
        let old = match self.at_hand() {
            Some(keys) if !self.is_old(&keys, now_ms) => return Some(keys),
            old => old,
        };
        match (self.last_try_ms.try_lock(), old) {
            // Somebody is fetching; what is at hand serves until then.
            (Err(_), Some(old)) => Some(old),
            // Boxes, so that what every request waits for does not have room for what few do.
            (Ok(turn), old) => Box::pin(self.fetch(turn, old)).await,
            (Err(_), None) => Box::pin(async { self.fetch(self.last_try_ms.lock().await, None).await }).await,
        }
    }

    /// The keys after one was not found among `seen`: newer ones, if the cool-down allows asking.
    pub(super) async fn newer_than(&self, seen: &Arc<Keys>) -> Option<Arc<Keys>> {
        let newer = Box::pin(async { self.fetch(self.last_try_ms.lock().await, Some(seen.clone())).await }).await?;
        (newer.generation != seen.generation).then_some(newer)
    }

    fn is_old(&self, keys: &Keys, now_ms: u64) -> bool {
        now_ms >= keys.fetched_ms.saturating_add(self.refresh_interval_ms)
    }

    /// Fetches, unless somebody else has since `seen` was read, or the last try was just now.
    async fn fetch(&self, mut last_try_ms: MutexGuard<'_, Option<u64>>, seen: Option<Arc<Keys>>) -> Option<Arc<Keys>> {
        let current = self.at_hand();
        let is_newer = match (&current, &seen) {
            (Some(current), Some(seen)) => !Arc::ptr_eq(current, seen),
            (current, None) => current.is_some(),
            (None, Some(_)) => false,
        };
        let now_ms = self.clock.now_ms();
        let cooling_down = last_try_ms.is_some_and(|last| now_ms < last.saturating_add(COOL_DOWN_MS));
        if is_newer || cooling_down {
            return current;
        }
        *last_try_ms = Some(now_ms);
        let read = |text: &Bytes| JwkSet::parse(text).map(|set| (KeySet::from(&set), text.to_vec()));
        match self.core.fetch_jwks(read).await {
            Ok((set, text)) => Some(self.replace(current, set, text, now_ms)),
            Err(error) => {
                tracing::warn!(target: "supertokens", %error, "the core's keys cannot be fetched");
                current
            }
        }
    }

    fn replace(&self, old: Option<Arc<Keys>>, set: KeySet, text: Vec<u8>, fetched_ms: u64) -> Arc<Keys> {
        let generation = match &old {
            Some(old) if old.text == text => old.generation,
            Some(old) => old.generation + 1,
            None => 1,
        };
        let keys = Arc::new(Keys { set, text, fetched_ms, generation, headers: RwLock::default() });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(keys.clone());
        keys
    }
}

impl Keys {
    pub(super) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.set.get(kid)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &VerifyingKey> {
        self.set.iter().map(|(_, key)| key)
    }

    /// What a header segment says, if a good token had it before.
    pub(super) fn known_header(&self, segment: &str) -> Option<TokenHeader> {
        let headers = self.headers.read().unwrap_or_else(PoisonError::into_inner);
        headers.iter().find(|(known, _)| known == segment).map(|(_, header)| header.clone())
    }

    /// Remembers the header of a token that these keys verified.
    pub(super) fn remember_header(&self, segment: &str, version: u8, kid: &Arc<str>) {
        if self.known_header(segment).is_some() {
            return;
        }
        let mut headers = self.headers.write().unwrap_or_else(PoisonError::into_inner);
        if headers.len() < MAX_HEADERS {
            headers.push((segment.to_owned(), TokenHeader { version, kid: kid.clone() }));
        }
    }
}
