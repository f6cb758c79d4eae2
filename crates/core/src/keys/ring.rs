//! The keys of an app at one moment, parsed and ready.

use supertokens_jose::{Jwk, SignError, SigningKey, VerifyingKey, sign_compact};

use crate::{
    config::Config,
    storage::{KeyKind, StoredSigningKey},
};

/// A dynamic key stays good for this many lives of an access token after it is replaced.
const LIVES_AFTER_REPLACEMENT: u64 = 2;
/// A dynamic key is published for so long before it signs.
const OVERLAP_MS: u64 = 60_000;

/// A private key with what is derived from it once.
#[derive(Debug)]
pub(crate) struct SignerKey {
    kid: String,
    kind: KeyKind,
    created_at_ms: u64,
    key: SigningKey,
    verifying_key: VerifyingKey,
    jwk: Jwk,
    access_token_header: String,
    jwt_header: String,
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    AccessToken,
    Jwt,
}

impl SignerKey {
    pub(crate) fn new(kid: String, kind: KeyKind, created_at_ms: u64, key: SigningKey) -> Self {
        Self {
            // Ids are made by us: `d-<ms>` or `s-<uuid>`, nothing that JSON would have to escape.
            access_token_header: format!(r#"{{"kid":"{kid}","typ":"JWT","version":"5","alg":"RS256"}}"#),
            jwt_header: format!(r#"{{"kid":"{kid}","typ":"JWT","alg":"RS256"}}"#),
            verifying_key: key.verifying_key(),
            jwk: key.public_jwk(&kid),
            kid,
            kind,
            created_at_ms,
            key,
        }
    }

    pub(crate) fn stored(&self) -> StoredSigningKey {
        StoredSigningKey {
            kid: self.kid.clone(),
            kind: self.kind,
            created_at_ms: self.created_at_ms,
            pkcs8: self.key.to_pkcs8(),
        }
    }

    /// A token with the given payload, which is the text of a JSON object.
    pub(crate) fn sign(&self, kind: TokenKind, payload: &[u8]) -> Result<String, SignError> {
        let header = match kind {
            TokenKind::AccessToken => &self.access_token_header,
            TokenKind::Jwt => &self.jwt_header,
        };
        sign_compact(header.as_bytes(), payload, &self.key)
    }
}

/// All keys of an app, never empty: one static and at least one dynamic key.
#[derive(Debug)]
pub(crate) struct KeyRing {
    /// The newest first.
    dynamic: Vec<SignerKey>,
    static_keys: Vec<SignerKey>,
}

/// How long keys serve, from the app's configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyLives {
    interval_ms: u64,
    overlap_ms: u64,
    total_ms: u64,
}

impl KeyLives {
    pub(crate) fn new(config: &Config) -> Self {
        let interval_ms = config.key_update_interval_ms();
        // Tests let keys live for seconds: the overlap is then a part of that.
        let overlap_ms = if interval_ms < OVERLAP_MS { interval_ms / 5 } else { OVERLAP_MS };
        let total_ms =
            interval_ms.saturating_add(config.access_token_validity_ms().saturating_mul(LIVES_AFTER_REPLACEMENT));
        Self { interval_ms, overlap_ms, total_ms }
    }

    /// As if a dynamic key were due only when the one before it signs no more.
    pub(crate) fn without_overlap(self) -> Self {
        Self { overlap_ms: 0, ..self }
    }

    /// Dynamic keys that were made before this are of no use any more.
    pub(crate) fn useless_before_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.total_ms)
    }
}

impl KeyRing {
    pub(crate) fn new(keys: Vec<SignerKey>) -> Self {
        let (mut dynamic, static_keys): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| key.kind == KeyKind::Dynamic);
        dynamic.sort_by_key(|key| std::cmp::Reverse(key.created_at_ms));
        Self { dynamic, static_keys }
    }

    /// Which kinds lack a key to sign with. A dynamic one is due so early that it is published before it signs.
    pub(crate) fn missing(&self, now_ms: u64, lives: KeyLives) -> Vec<KeyKind> {
        let mut missing = Vec::new();
        let dynamic_until = self.dynamic.first().map(|key| key.created_at_ms.saturating_add(lives.interval_ms));
        if dynamic_until.is_none_or(|until| now_ms.saturating_add(lives.overlap_ms) > until) {
            missing.push(KeyKind::Dynamic);
        }
        if self.static_keys.is_empty() {
            missing.push(KeyKind::Static);
        }
        missing
    }

    /// The key that signs now.
    pub(crate) fn signer(&self, kind: KeyKind, now_ms: u64, lives: KeyLives) -> Option<&SignerKey> {
        if kind == KeyKind::Static {
            return self.static_keys.first();
        }
        let newest = self.dynamic.first()?;
        let is_fresh = newest.created_at_ms.saturating_add(lives.overlap_ms) > now_ms;
        // Caches of key sets may not know the newest yet: the one before signs as long as it may.
        let before = self.dynamic.get(1).filter(|key| now_ms < key.created_at_ms.saturating_add(lives.interval_ms));
        Some(if is_fresh { before.unwrap_or(newest) } else { newest })
    }

    /// The key of that id, be it good or not: see [`Self::published`].
    pub(crate) fn verifying_key(&self, kid: &str) -> Option<&VerifyingKey> {
        self.iter().find(|key| key.kid == kid).map(|key| &key.verifying_key)
    }

    /// What is published: dynamic keys that a token in use may be signed with, and static ones.
    pub(crate) fn published(&self, now_ms: u64, lives: KeyLives) -> Vec<&Jwk> {
        self.iter().filter(|key| key.is_good(now_ms, lives)).map(|key| &key.jwk).collect()
    }

    /// For how many seconds the published set may be cached: until the next key is made, but at least one.
    pub(crate) fn cache_seconds(&self, now_ms: u64, lives: KeyLives) -> u64 {
        let next_key_ms = self.dynamic.first().map_or(now_ms, |newest| {
            newest.created_at_ms.saturating_add(lives.interval_ms).saturating_sub(lives.overlap_ms)
        });
        (next_key_ms.saturating_sub(now_ms) / 1000).max(1)
    }

    /// Whether a key is there that is of no use any more.
    pub(crate) fn has_useless(&self, now_ms: u64, lives: KeyLives) -> bool {
        self.iter().any(|key| !key.is_good(now_ms, lives))
    }

    fn iter(&self) -> impl Iterator<Item = &SignerKey> {
        self.dynamic.iter().chain(&self.static_keys)
    }
}

impl SignerKey {
    fn is_good(&self, now_ms: u64, lives: KeyLives) -> bool {
        self.kind == KeyKind::Static || self.created_at_ms >= lives.useless_before_ms(now_ms)
    }
}
