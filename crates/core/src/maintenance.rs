//! Background work: a thread that wakes once a minute, so that no request waits for what can be done before.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::Ordering,
        mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{JoinHandle, Thread},
    time::Duration,
};

use crate::{
    core::Inner,
    http::ApiError,
    storage::{PUBLIC, TenantKey, UserRecords},
    tenancy::{App, Tenant},
};

/// How often the thread wakes.
const INTERVAL: Duration = Duration::from_secs(60);
/// How often sessions that have ended are cleared away, by the core's clock.
const CLEANING_INTERVAL_MS: u64 = 10 * 60 * 1000;

/// The thread. It ends with the core.
pub(crate) struct Maintenance {
    stop: SyncSender<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Maintenance {
    pub(crate) fn start(core: &Arc<Inner>) -> std::io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        // What has ended when the core begins is cleared away first, however late the thread gets to it.
        let mut begun_ms = Some(core.now_ms());
        let core: Weak<Inner> = Arc::downgrade(core);
        let thread = std::thread::Builder::new().name("supertokens-core".to_owned()).spawn(move || {
            loop {
                match core.upgrade() {
                    Some(core) if !core.is_shut_down() => {
                        let now_ms = begun_ms.take().unwrap_or_else(|| core.now_ms());
                        block_on(core.maintain(now_ms));
                    }
                    _ => return,
                }
                if !matches!(stopped.recv_timeout(INTERVAL), Err(RecvTimeoutError::Timeout)) {
                    return;
                }
            }
        })?;
        Ok(Self { stop, thread: Mutex::new(Some(thread)) })
    }

    /// Tells the thread to end. It does so when it has finished what it is at.
    pub(crate) fn stop(&self) {
        let _ = self.stop.try_send(());
    }
}

impl Drop for Maintenance {
    /// Waits for the thread, so that the storage is free when the last core is gone.
    fn drop(&mut self) {
        self.stop();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Inner {
    /// Makes the keys that are due, and clears away what had ended at `now_ms`.
    pub(crate) async fn maintain(&self, now_ms: u64) {
        if let Err(error) = self.try_maintain(now_ms).await
            && !self.is_shut_down()
        {
            tracing::warn!(?error, "background work of the core failed; it is tried again");
        }
    }

    async fn try_maintain(&self, now_ms: u64) -> Result<(), ApiError> {
        let apps = self.tenancy.apps(self.storage()).await?;
        for app in apps.iter() {
            // Keys of other apps are made when they are first asked for.
            if &*app.id == PUBLIC {
                app.keys.secret(self.storage()).await?;
                app.keys.ring(self.storage(), &app.config, self.now_ms()).await?;
            }
            app.keys.clear_away(self.storage(), &app.config, self.now_ms()).await?;
        }
        self.storage().write_activity(usize::MAX).await?;
        if now_ms >= self.next_cleaning_ms.load(Ordering::SeqCst) {
            self.next_cleaning_ms.store(now_ms.saturating_add(CLEANING_INTERVAL_MS), Ordering::SeqCst);
            let storage = self.storage();
            storage.change_many_users(move |records| records.remove_expired_verification_tokens(now_ms)).await?;
            storage.change_many_users(move |records| records.remove_expired_reset_tokens(now_ms)).await?;
            for app in apps.iter() {
                self.clear_away_codes(app, now_ms).await?;
            }
            let removed = self.storage.remove_expired_sessions(now_ms).await?;
            if removed > 0 {
                tracing::debug!(removed, "cleared away sessions that have ended");
            }
        }
        Ok(())
    }

    async fn clear_away_codes(&self, app: &App, now_ms: u64) -> Result<(), ApiError> {
        let before_ms = |tenant: &Tenant| now_ms.saturating_sub(tenant.config.passwordless_code_lifetime);
        let key = |tenant: &Tenant| TenantKey { app_id: app.id.clone(), tenant_id: tenant.id.clone() };
        let tenants: Vec<_> = app.tenants.iter().map(|tenant| (key(tenant), before_ms(tenant))).collect();
        let remove = move |records: &mut dyn UserRecords| {
            tenants
                .iter()
                .try_for_each(|(tenant, before_ms)| records.remove_devices_before(tenant, *before_ms).map(drop))
        };
        Ok(self.storage().change_many_users(remove).await?)
    }
}

/// Runs a future on this thread. The storage's threads wake it, so no runtime is needed.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
