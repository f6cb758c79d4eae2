//! The answers that the core gave within one request.

use std::collections::HashMap;

use bytes::Bytes;

/// The answers that the core gave to `GET`s of one [`UserContext`](crate::UserContext), until something is changed.
#[derive(Default)]
pub(crate) struct CoreCallCache {
    answers: HashMap<String, Bytes>,
    /// How many changing calls had been made, by anyone, when the oldest answer was asked for.
    writes: u64,
}

impl CoreCallCache {
    /// The answer to `key`. When others have changed something since, all answers are dropped, unless `keep_alive`:
    /// what is seen within one HTTP request stays consistent.
    pub(crate) fn get(&mut self, key: &str, writes: u64, keep_alive: bool) -> Option<Bytes> {
        if self.writes != writes && !keep_alive {
            self.answers.clear();
        }
        self.answers.get(key).cloned()
    }

    /// Keeps an answer that was asked for when `writes` changing calls had been made.
    pub(crate) fn put(&mut self, key: String, answer: Bytes, writes: u64) {
        if self.answers.is_empty() {
            self.writes = writes;
        }
        self.answers.insert(key, answer);
    }

    /// Drops all answers.
    pub(crate) fn clear(&mut self) {
        self.answers.clear();
    }
}
