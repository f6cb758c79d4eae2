//! The memory of responses that are done, for those that come.

use std::sync::Mutex;

use supertokens_kernel::ResponseChanges;

/// So many are kept: more than are ever at work at one time on one processor.
const KEPT: usize = 64;

/// The memory of responses that are done. Every request needs a little, and most do nothing with it.
///
/// Nobody ever waits for it: where two requests come at one time, one of them allocates.
#[derive(Default)]
pub(crate) struct SpareResponses(Mutex<Vec<ResponseChanges>>);

impl SpareResponses {
    pub(crate) fn take(&self) -> ResponseChanges {
        self.0.try_lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_default()
    }

    /// Keeps what nobody else holds any more.
    pub(crate) fn put(&self, response: ResponseChanges) {
        let Some(unused) = response.into_unused() else { return };
        if let Ok(mut spare) = self.0.try_lock()
            && spare.len() < KEPT
        {
            spare.push(unused);
        }
    }
}
