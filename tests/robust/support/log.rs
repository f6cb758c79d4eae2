//! Everything that is logged, to look for what must not be.

#[path = "../../support/log.rs"]
mod text;

use tracing_subscriber::fmt::format::FmtSpan;

use self::text::Log;

/// Runs `work` on this thread and gives every event and span of it, whoever wrote it, with all fields.
pub(crate) async fn logged<T>(work: impl Future<Output = T>) -> (T, String) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let result = work.await;
    drop(guard);
    (result, log.text())
}
