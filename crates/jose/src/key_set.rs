//! The keys of a set that can be verified with, each parsed once.

use crate::{Jwk, JwkSet, VerifyingKey};

/// The usable keys of a [`JwkSet`], in its order. A key that [`VerifyingKey::from_jwk`] refuses is left out.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    // A list: real sets hold a handful of keys, and a scan of those is faster than a hash.
    keys: Vec<(Option<String>, VerifyingKey)>,
}

impl KeySet {
    /// The first key with this id.
    pub fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|(id, _)| id.as_deref() == Some(kid)).map(|(_, key)| key)
    }

    /// Every key with its id.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &VerifyingKey)> {
        self.keys.iter().map(|(kid, key)| (kid.as_deref(), key))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key to verify with.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl From<&JwkSet> for KeySet {
    fn from(set: &JwkSet) -> Self {
        let usable = |jwk: &Jwk| Some((jwk.kid.clone(), VerifyingKey::from_jwk(jwk).ok()?));
        Self { keys: set.keys.iter().filter_map(usable).collect() }
    }
}
