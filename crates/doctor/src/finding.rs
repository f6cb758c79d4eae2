//! One mistake, and what to change.

use std::fmt;

/// One mistake, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// A name that stays the same: `cors-wildcard`.
    pub id: &'static str,
    /// What is wrong, and what comes of it.
    pub problem: String,
    /// What to change.
    pub remedy: String,
}

impl Finding {
    pub(crate) fn new(id: &'static str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { id, problem: problem.into(), remedy: remedy.into() }
    }

    /// Warns of it in the application's log.
    pub fn log(&self) {
        tracing::warn!(target: "supertokens", id = self.id, "{} {}", self.problem, self.remedy);
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  {}", self.id, self.problem, self.remedy)
    }
}
