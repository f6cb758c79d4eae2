//! Which users were active, until it is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What waits to be written.
#[derive(Default)]
pub(crate) struct Activity(Mutex<Noted>);

/// When users were last active, by app and user.
#[derive(Default)]
pub(crate) struct Noted(HashMap<(Arc<str>, String), u64>);

impl Activity {
    /// Notes a user, and gives how many are noted.
    pub(crate) fn note(&self, app_id: &Arc<str>, user_id: &str, now_ms: u64) -> usize {
        let mut noted = self.lock();
        noted.add((app_id.clone(), user_id.to_owned()), now_ms);
        noted.0.len()
    }

    pub(crate) fn take(&self) -> Noted {
        std::mem::take(&mut *self.lock())
    }

    /// Notes what was taken again, because it was not written.
    pub(crate) fn put_back(&self, noted: Noted) {
        self.lock().extend(noted);
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.0.iter().map(|((app_id, user_id), at_ms)| (&**app_id, user_id.as_str(), *at_ms))
    }

    pub(crate) fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|(user, at_ms)| self.add(user, at_ms));
    }

    fn add(&mut self, user: (Arc<str>, String), at_ms: u64) {
        let last = self.0.entry(user).or_default();
        *last = at_ms.max(*last);
    }
}
