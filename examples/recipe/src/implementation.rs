//! What the functions do unless they are overridden.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::VisitsError;
use crate::functions::{RecordVisit, VisitsFunctions};
use crate::types::VisitCounter;

/// The original functions.
pub struct Implementation {
    pub(crate) book: Arc<Book>,
    pub(crate) limit: u64,
}

impl Implementation {
    pub(crate) async fn record_visit(&self, input: RecordVisit, _top: &VisitsFunctions) -> Result<u64, VisitsError> {
        let limit = self.limit;
        self.book.add_one(&input.user_id, limit).ok_or(VisitsError::LimitReached { limit })
    }
}

/// How often each user has visited, while the program runs.
#[derive(Default)]
pub(crate) struct Book(Mutex<HashMap<String, u64>>);

impl Book {
    fn add_one(&self, user_id: &str, limit: u64) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(user_id.to_owned()).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(*count)
    }
}

impl VisitCounter for Book {
    fn visits_of(&self, user_id: &str) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(user_id).copied().unwrap_or_default()
    }
}
