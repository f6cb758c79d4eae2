//! The threads of a database: who runs what, and how they end.

use std::{
    fs::File,
    io,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Sender, channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use supertokens_core::storage::{Reach, StorageError};
use tokio::sync::{oneshot, watch};

use crate::{
    log::Log,
    readers::{self, Read},
    shared::{Here, Shared, at_one_moment},
    writer::{self, Job},
};

/// The ways to the threads of one database.
pub(crate) struct Threads {
    queues: RwLock<Option<Queues>>,
    next_reader: AtomicUsize,
    reads_here: Here,
    /// None where each commit waits for the disk.
    changes_here: Option<Here>,
    log: Arc<Log>,
    ended: watch::Receiver<bool>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// Whether a commit takes as long as the disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commits {
    WaitForDisk,
    DoNotWait,
}

#[derive(Clone)]
struct Queues {
    writes: Sender<Job>,
    unfinished_writes: Arc<AtomicUsize>,
    /// Empty: the writer reads too. They are asked in turn.
    reads: Arc<[Sender<Box<dyn Read>>]>,
}

impl Threads {
    /// Starts them. The writer ends last: it closes the database and gives the lock back.
    pub(crate) fn start(
        writer: Connection,
        readers: Vec<Connection>,
        lock: Option<File>,
        commits: Commits,
    ) -> io::Result<Self> {
        let (writes, writes_waiting) = channel();
        let (ended, has_ended) = watch::channel(false);
        let writer = Arc::new(Shared::new(writer));
        let readers: Vec<_> = readers.into_iter().map(|reader| Arc::new(Shared::new(reader))).collect();
        let unfinished_writes = Arc::new(AtomicUsize::new(0));
        let unfinished = unfinished_writes.clone();
        let log = Arc::new(Log::default());
        let log_of_writer = log.clone();
        let changes_here = match commits {
            Commits::WaitForDisk => None,
            Commits::DoNotWait => Some(Here::new([writer.clone()].into())),
        };
        let reads_here =
            Here::new(if readers.is_empty() { [writer.clone()].into() } else { readers.as_slice().into() });
        let mut reads = Vec::with_capacity(readers.len());
        let mut reader_threads = Vec::with_capacity(readers.len());
        for reader in readers {
            let (queue, reads_waiting) = channel();
            reads.push(queue);
            let thread = thread::Builder::new().name("supertokens-read".to_owned());
            reader_threads.push(thread.spawn(move || readers::run(&reader, &reads_waiting))?);
        }
        let thread = thread::Builder::new().name("supertokens-write".to_owned());
        let writer = thread.spawn(move || {
            writer::run(&writer, &writes_waiting, &unfinished, &log_of_writer);
            for reader in reader_threads {
                // It ends with its queue. A panic there was its own.
                let _ = reader.join();
            }
            if let Some(Err((_, error))) = writer.take().map(Connection::close) {
                tracing::warn!(%error, "the database could not be closed; what was committed is safe");
            }
            drop(lock);
            ended.send_replace(true);
        })?;
        Ok(Self {
            queues: RwLock::new(Some(Queues { writes, unfinished_writes, reads: reads.into() })),
            next_reader: AtomicUsize::new(0),
            reads_here,
            changes_here,
            log,
            ended: has_ended,
            writer: Mutex::new(Some(writer)),
        })
    }

    /// Makes a change. The answer comes when it is committed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        reach: Reach,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.write_transaction(reach, |connection| change(connection).map_err(failed)).await
    }

    /// Likewise, where an error may be another than SQLite's. It undoes the change.
    pub(crate) async fn write_transaction<T: Send + 'static>(
        &self,
        reach: Reach,
        change: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let queues = self.queues()?;
        // No change overtakes one that was asked for before it.
        let here = self.changes_here.as_ref().filter(|_| {
            reach == Reach::Few && !self.log.is_long() && queues.unfinished_writes.load(Ordering::Acquire) == 0
        });
        let made = match here {
            Some(here) => here.change(change, &self.log),
            None => Err(change),
        };
        let change = match made {
            Ok(result) => return result,
            Err(change) => change,
        };
        let (answer, answered) = oneshot::channel();
        queues.unfinished_writes.fetch_add(1, Ordering::Relaxed);
        queues.writes.send(writer::job(change, answer)).map_err(|_| StorageError::Closed)?;
        drop(queues);
        answered.await.map_err(|_| StorageError::Closed)?
    }

    /// Runs a query of one statement beside the writer.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reach: Reach,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run_read(reach, |connection| query(connection).map_err(failed)).await
    }

    /// Runs several queries beside the writer, which see one moment.
    pub(crate) async fn read_transaction<T: Send + 'static>(
        &self,
        reach: Reach,
        query: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run_read(reach, |connection| at_one_moment(connection, query)).await
    }

    async fn run_read<T: Send + 'static, Q>(&self, reach: Reach, query: Q) -> Result<T, StorageError>
    where
        Q: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let for_thread = match reach {
            Reach::Few => self.reads_here.run(query),
            Reach::Many => Err(query),
        };
        let query = match for_thread {
            Ok(result) => return result,
            Err(query) => query,
        };
        let (answer, answered) = oneshot::channel();
        let job = readers::job(query, answer);
        let queues = self.queues()?;
        let turn = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let sent = match turn.checked_rem(queues.reads.len()).and_then(|turn| queues.reads.get(turn)) {
            Some(reader) => reader.send(job).is_ok(),
            None => queues.writes.send(Job::Read(job)).is_ok(),
        };
        if !sent {
            return Err(StorageError::Closed);
        }
        drop(queues);
        answered.await.map_err(|_| StorageError::Closed)?
    }

    /// Lets the threads finish what waits, and ends them.
    pub(crate) async fn close(&self) {
        self.hang_up();
        let mut ended = self.ended.clone();
        // An error means that the thread is gone, which is as good.
        let _ = ended.wait_for(|ended| *ended).await;
    }

    fn queues(&self) -> Result<Queues, StorageError> {
        self.queues.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StorageError::Closed)
    }

    fn hang_up(&self) {
        self.queues.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Threads {
    /// Waits for the last commit, so that whoever opens the file next finds it free.
    fn drop(&mut self) {
        self.hang_up();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
    }
}

/// A failure of SQLite, for the core's log.
pub(crate) fn failed(error: rusqlite::Error) -> StorageError {
    StorageError::Failed(Box::new(error))
}
