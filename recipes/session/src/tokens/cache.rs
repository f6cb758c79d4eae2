//! Tokens that were found good before.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::info::AccessTokenInfo;

/// How many bytes the tokens in the cache may occupy, about.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// About how many tokens that is.
const EXPECTED_TOKENS: usize = 4096;

/// The SHA-256 of a whole token, signature included.
pub(crate) type Digest = [u8; 32];

/// Tokens whose signature and structure were found good, by the digest of the whole token. Nothing else about them is
/// remembered as good: expiry, kind of key, anti-CSRF and claims are looked at on every use.
pub(super) struct VerifiedTokens(Cache<Digest, Verified, ByBytes>);

/// A good token, and the generation of the keys that it was found good with.
#[derive(Clone)]
struct Verified {
    generation: u64,
    info: Arc<AccessTokenInfo>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Digest, Verified> for ByBytes {
    fn weight(&self, _digest: &Digest, verified: &Verified) -> u64 {
        (verified.info.weight() + size_of::<(Digest, Verified)>()) as u64
    }
}

impl VerifiedTokens {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(EXPECTED_TOKENS, MAX_BYTES, ByBytes))
    }

    /// The token, if it was found good with keys of this generation.
    pub(super) fn get(&self, digest: &Digest, generation: u64) -> Option<Arc<AccessTokenInfo>> {
        self.0.get(digest).filter(|verified| verified.generation == generation).map(|verified| verified.info)
    }

    pub(super) fn insert(&self, digest: Digest, generation: u64, info: Arc<AccessTokenInfo>) {
        self.0.insert(digest, Verified { generation, info });
    }

    pub(super) fn clear(&self) {
        self.0.clear();
    }
}

pub(super) fn digest_of(token: &str) -> Digest {
    let mut bytes = Digest::default();
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    bytes
}
