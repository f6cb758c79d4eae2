//! A few threads for work that takes long, and a queue before them that ends somewhere.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use crate::http::ApiError;

/// How much may wait for each thread.
const WAITING_PER_THREAD: usize = 64;
/// What a job takes, until it is known.
const GUESSED_MILLIS: u64 = 120;

type Job = Box<dyn FnOnce() + Send>;

/// The threads. They start with the first job, and end with the pool.
pub(super) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    has_work: Condvar,
    max_threads: usize,
    /// What a job takes, of late.
    usual_millis: AtomicU64,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    threads: usize,
    idle: usize,
    is_closed: bool,
}

impl Pool {
    /// A pool of so many threads, else of as many as there are processors but one, which other requests have for
    /// themselves.
    pub(super) fn new(threads: Option<usize>) -> Self {
        let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let shared = Shared {
            queue: Mutex::default(),
            has_work: Condvar::new(),
            max_threads: max_threads(threads, processors),
            usual_millis: AtomicU64::new(GUESSED_MILLIS),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Runs `work` when it is its turn. Refused while too much waits.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (answer, answered) = oneshot::channel();
        self.shared.enqueue(Box::new(move || {
            // Nobody needs what nobody waits for any more.
            if !answer.is_closed() {
                let _ = answer.send(work());
            }
        }))?;
        // The job was dropped: the core is shut down, or the work broke down, which was logged.
        answered.await.map_err(|_| ApiError::Internal)
    }

    pub(super) fn close(&self) {
        let mut queue = self.shared.queue();
        queue.is_closed = true;
        queue.waiting.clear();
        drop(queue);
        self.shared.has_work.notify_all();
    }
}

fn max_threads(wanted: Option<usize>, processors: usize) -> usize {
    wanted.unwrap_or(processors.saturating_sub(1)).max(1)
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(self: &Arc<Self>, job: Job) -> Result<(), ApiError> {
        let mut queue = self.queue();
        if queue.is_closed {
            return Err(ApiError::ShutDown);
        }
        if queue.waiting.len() >= self.max_threads.saturating_mul(WAITING_PER_THREAD) {
            let retry_after_s = self.seconds_of_work(queue.waiting.len());
            return Err(ApiError::Busy { retry_after_s });
        }
        if queue.idle <= queue.waiting.len() && queue.threads < self.max_threads {
            let shared = self.clone();
            let thread = thread::Builder::new().name("supertokens-hash".to_owned());
            match thread.spawn(move || shared.serve()) {
                Ok(_) => queue.threads += 1,
                // Those that there are will do it.
                Err(_) if queue.threads > 0 => {}
                Err(error) => return Err(ApiError::internal(&error)),
            }
        }
        queue.waiting.push_back(job);
        drop(queue);
        self.has_work.notify_one();
        Ok(())
    }

    /// Runs jobs until the pool is closed.
    fn serve(&self) {
        let mut queue = self.queue();
        loop {
            if queue.is_closed {
                return;
            }
            let Some(job) = queue.waiting.pop_front() else {
                queue.idle += 1;
                queue = self.has_work.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.idle -= 1;
                continue;
            };
            drop(queue);
            let begun = Instant::now();
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("hashing a password broke down");
            }
            self.note(begun.elapsed());
            queue = self.queue();
        }
    }

    fn note(&self, took: Duration) {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let usual = self.usual_millis.load(Ordering::Relaxed);
        self.usual_millis.store(usual.saturating_mul(7).saturating_add(took) / 8, Ordering::Relaxed);
    }

    /// How long so many jobs take, at least a second.
    fn seconds_of_work(&self, jobs: usize) -> u64 {
        let rounds = jobs.div_ceil(self.max_threads);
        let millis =
            self.usual_millis.load(Ordering::Relaxed).saturating_mul(u64::try_from(rounds).unwrap_or(u64::MAX));
        millis.div_ceil(1000).max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{Future, poll_fn},
        pin::{Pin, pin},
        sync::{atomic::AtomicUsize, mpsc},
        task::Poll,
    };

    use super::*;

    /// Lets a future begin.
    async fn begin<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
    }

    #[test]
    fn a_processor_is_left_to_others_where_there_are_several() {
        for (wanted, processors, threads) in
            [(None, 1, 1), (None, 2, 1), (None, 8, 7), (Some(0), 8, 1), (Some(1), 8, 1), (Some(16), 8, 16)]
        {
            assert_eq!(max_threads(wanted, processors), threads, "{wanted:?} of {processors}");
        }
    }

    #[tokio::test]
    async fn what_is_too_much_is_refused_with_the_time_to_come_back() {
        let pool = Pool::new(Some(1));
        let (release, released) = mpsc::channel::<()>();
        let mut first = pin!(pool.run(move || released.recv()));
        assert!(begin(first.as_mut()).await.is_pending());
        // The thread has taken the first job when it is not in the queue any more.
        while !pool.shared.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        let mut others = Vec::new();
        for number in 0..WAITING_PER_THREAD {
            let mut other = Box::pin(pool.run(move || number));
            assert!(begin(other.as_mut()).await.is_pending());
            others.push(other);
        }
        match pool.run(|| 0).await {
            Err(ApiError::Busy { retry_after_s }) => assert_eq!(retry_after_s, 64 * GUESSED_MILLIS / 1000 + 1),
            other => panic!("{other:?}"),
        }
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
        for (number, other) in others.into_iter().enumerate() {
            assert_eq!(other.await.unwrap(), number);
        }
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn never_more_jobs_run_than_there_are_threads() {
        let pool = Pool::new(Some(2));
        let running = Arc::new(AtomicUsize::new(0));
        let jobs = (0..50).map(|_| {
            let running = running.clone();
            pool.run(move || {
                let at_once = running.fetch_add(1, Ordering::SeqCst) + 1;
                thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                at_once
            })
        });
        let mut jobs: Vec<_> = jobs.map(Box::pin).collect();
        for job in &mut jobs {
            assert!(begin(job.as_mut()).await.is_pending());
        }
        for job in jobs {
            assert!(job.await.unwrap() <= 2);
        }
        assert!(pool.shared.queue().threads <= 2);
    }

    #[tokio::test]
    async fn work_that_breaks_down_fails_alone() {
        let pool = Pool::new(Some(1));
        assert!(matches!(pool.run(|| -> () { panic!("on purpose") }).await, Err(ApiError::Internal)));
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_closed_pool_refuses_and_leaves_nobody_waiting() {
        let pool = Pool::new(Some(1));
        let (release, released) = mpsc::channel::<()>();
        let mut first = pin!(pool.run(move || released.recv()));
        assert!(begin(first.as_mut()).await.is_pending());
        while !pool.shared.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        let mut second = pin!(pool.run(|| 2));
        assert!(begin(second.as_mut()).await.is_pending());
        pool.close();
        assert!(second.await.is_err());
        assert!(matches!(pool.run(|| 3).await, Err(ApiError::ShutDown)));
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
    }
}
