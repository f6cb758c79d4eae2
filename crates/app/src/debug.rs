//! The `debug` switch: what the SDK does, on standard error.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes the SDK's events to standard error, unless the application has a subscriber of its own.
pub(crate) fn log_to_stderr() {
    // An application with a subscriber gets the events there.
    let _ = tracing::subscriber::set_global_default(ToStderr { next_span: AtomicU64::new(1) });
}

struct ToStderr {
    next_span: AtomicU64,
}

impl Subscriber for ToStderr {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("supertokens")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        eprintln!("{} > {}", span.metadata().target(), span.metadata().name());
        Id::from_u64(self.next_span.fetch_add(1, Ordering::Relaxed).max(1))
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().target(), event.metadata().level()));
        event.record(&mut line);
        eprintln!("{}", line.0);
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a String does not fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
