//! Work that is done after the reply: sending, and whatever would tell by its time that there is something to send.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tracing::Instrument as _;

use crate::error::Error;

/// How many jobs run at once.
const AT_ONCE: usize = 16;
/// How many jobs may wait or run. Those beyond are dropped, as a mail server that is down would drop them.
const LIMIT: usize = 1024;
/// How long one job may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Runs an application's jobs after the reply, a bounded number of them at once. A job that fails is logged, and nobody
/// else is told: the person can ask for another e-mail.
#[derive(Clone)]
pub struct Outbox {
    inner: Arc<Inner>,
}

struct Inner {
    running: Semaphore,
    unfinished: watch::Sender<usize>,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self { inner: Arc::new(Inner { running: Semaphore::new(AT_ONCE), unfinished: watch::Sender::new(0) }) }
    }

    /// Runs `job` later, in the runtime of the caller. `kind` says in the log what failed.
    pub fn spawn(&self, kind: &'static str, job: impl Future<Output = Result<(), Error>> + Send + 'static) {
        let Ok(runtime) = Handle::try_current() else {
            tracing::error!(target: "supertokens", kind, "an e-mail was not sent: there is no Tokio runtime here");
            return;
        };
        let Some(unfinished) = Unfinished::begin(&self.inner) else {
            tracing::error!(target: "supertokens", kind, limit = LIMIT, "an e-mail was not sent: too many are waiting already");
            return;
        };
        let job = async move {
            // The semaphore is never closed.
            let _turn = unfinished.0.running.acquire().await;
            match tokio::time::timeout(TIME_LIMIT, job).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::error!(target: "supertokens", kind, %error, cause, "an e-mail was not sent");
                }
                Err(_) => tracing::error!(
                    target: "supertokens", kind, "an e-mail was not sent: it took longer than {TIME_LIMIT:?}"
                ),
            }
        };
        drop(runtime.spawn(job.in_current_span()));
    }

    /// Waits until every job that was begun has ended, well or not.
    pub async fn flush(&self) {
        // The sender lives as long as this.
        let _ = self.inner.unfinished.subscribe().wait_for(|unfinished| *unfinished == 0).await;
    }

    /// As [`flush`](Self::flush), but no longer than `limit`; what has not ended then is reported to the log.
    pub async fn flush_within(&self, limit: Duration) {
        // A runtime without timers, or none, will do where there is nothing to wait for.
        if *self.inner.unfinished.borrow() == 0 {
            return;
        }
        if tokio::time::timeout(limit, self.flush()).await.is_err() {
            let unfinished = *self.inner.unfinished.borrow();
            tracing::error!(target: "supertokens", unfinished, "e-mails are left unsent at the end of the application");
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").field("unfinished", &*self.inner.unfinished.borrow()).finish_non_exhaustive()
    }
}

/// Counts a job until it has ended, also by a panic.
struct Unfinished(Arc<Inner>);

impl Unfinished {
    fn begin(inner: &Arc<Inner>) -> Option<Self> {
        let has_room = inner.unfinished.send_if_modified(|unfinished| {
            let has_room = *unfinished < LIMIT;
            *unfinished += usize::from(has_room);
            has_room
        });
        has_room.then(|| Self(inner.clone()))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.unfinished.send_modify(|unfinished| *unfinished -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn flushing_waits_for_jobs_that_succeed_fail_and_panic() {
        let outbox = Outbox::new();
        let done = Arc::new(AtomicUsize::new(0));
        for n in 0..30 {
            let done = done.clone();
            outbox.spawn("TEST", async move {
                tokio::task::yield_now().await;
                done.fetch_add(1, Ordering::SeqCst);
                match n % 3 {
                    0 => Ok(()),
                    1 => Err(Error::misuse("no")),
                    _ => panic!("a job panics"),
                }
            });
        }
        outbox.flush().await;
        assert_eq!(done.load(Ordering::SeqCst), 30);
    }

    #[tokio::test]
    async fn no_more_than_so_many_run_at_once_and_wait() {
        let outbox = Outbox::new();
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (ran, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        for _ in 0..LIMIT + 10 {
            let (running, most, ran, go) = (running.clone(), most.clone(), ran.clone(), go.clone());
            outbox.spawn("TEST", async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                let _go = go.acquire().await;
                running.fetch_sub(1, Ordering::SeqCst);
                ran.fetch_add(1, Ordering::SeqCst);
                Ok(())
            });
        }
        go.add_permits(LIMIT);
        outbox.flush().await;
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert_eq!(ran.load(Ordering::SeqCst), LIMIT, "the others were dropped");
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_hangs_ends() {
        let outbox = Outbox::new();
        outbox.spawn("TEST", std::future::pending());
        outbox.flush().await;
    }

    #[test]
    fn without_a_runtime_nothing_panics() {
        Outbox::new().spawn("TEST", async { Ok(()) });
    }
}
