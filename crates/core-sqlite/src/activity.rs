//! Which users were active, until it is written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What waits to be written.
#[derive(Default)]
pub(crate) struct Activity(Mutex<Noted>);

/// When users were last active, by app and user: in the order in which they lie in the database, so that those that are
/// written together are near each other.
#[derive(Default)]
pub(crate) struct Noted(BTreeMap<(Arc<str>, String), u64>);

impl Activity {
    /// Notes a user, and gives how many are noted.
    pub(crate) fn note(&self, app_id: &Arc<str>, user_id: &str, now_ms: u64) -> usize {
        let mut noted = self.lock();
        noted.add((app_id.clone(), user_id.to_owned()), now_ms);
        noted.0.len()
    }

    /// How many users are noted.
    pub(crate) fn len(&self) -> usize {
        self.lock().0.len()
    }

    /// Takes the first so many.
    pub(crate) fn take(&self, most: usize) -> Noted {
        let mut noted = self.lock();
        let rest = match noted.0.keys().nth(most).cloned() {
            Some(next) => noted.0.split_off(&next),
            None => BTreeMap::new(),
        };
        Noted(std::mem::replace(&mut noted.0, rest))
    }

    /// Takes what there is of a user.
    pub(crate) fn take_of(&self, app_id: &str, user_id: &str) -> Noted {
        let taken = self.lock().0.remove_entry(&(app_id.into(), user_id.to_owned()));
        Noted(taken.into_iter().collect())
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
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn users(noted: &Noted) -> Vec<(&str, u64)> {
        noted.iter().map(|(_, user_id, at_ms)| (user_id, at_ms)).collect()
    }

    #[test]
    fn what_is_taken_is_noted_no_more_until_it_is_put_back() {
        let (activity, app) = (Activity::default(), Arc::from("public"));
        for (user, at_ms) in [("c", 3), ("a", 1), ("b", 2), ("a", 9), ("a", 4)] {
            activity.note(&app, user, at_ms);
        }
        assert_eq!(activity.len(), 3);
        let first = activity.take(2);
        assert_eq!(users(&first), [("a", 9), ("b", 2)]);
        assert_eq!(users(&activity.take_of("public", "b")), []);
        assert_eq!(activity.note(&app, "b", 1), 2);
        activity.put_back(first);
        assert_eq!(users(&activity.take_of("public", "b")), [("b", 2)]);
        assert_eq!(users(&activity.take(10)), [("a", 9), ("c", 3)]);
        assert_eq!(activity.len(), 0);
    }
}
