//! The `supertokens-core` program: the embedded core on a socket.

#![forbid(unsafe_code)]

mod address;
mod error;
mod options;

use std::{
    future::Future,
    io::{self, IsTerminal, Write},
    net::SocketAddr,
    path::Path,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use supertokens_core::Core;
use supertokens_core_server::{Limits, serve};
use supertokens_core_sqlite::SqliteStorage;
use tokio::net::TcpListener;
use tracing_subscriber::{Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use self::{error::StartError, options::Options};

/// How long the last writes may take.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("supertokens-core: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, StartError> {
    let is_terminal = io::stderr().is_terminal();
    let log = fmt::layer().with_writer(io::stderr).with_ansi(is_terminal).with_filter(options.log_level.clone());
    tracing_subscriber::registry().with(log).init();

    let config = options.core_config()?;
    if config.test_mode {
        tracing::warn!("test mode: tokens and keys may live too short for anything but tests");
    }
    let listener = address::listen(&config)?;
    let storage = SqliteStorage::builder().synchronous(options.synchronous.into()).open(&options.database)?;
    let core = Core::builder(storage).config(config).build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before anybody can know that the program is there, so that nobody ends it the hard way.
        let stop = stop_signal()?;
        let listener = TcpListener::from_std(listener)?;
        announce(listener.local_addr()?, &options.database);
        serve(listener, core.clone(), Limits::default(), stop).await;
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, core.shutdown()).await.is_err() {
            tracing::error!("the database took too long to close; what was answered is safe");
            return Ok(ExitCode::FAILURE);
        }
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    })
}

fn announce(address: SocketAddr, database: &Path) {
    let place = match std::path::absolute(database) {
        Ok(absolute) if database != Path::new(":memory:") => absolute,
        _ => database.to_owned(),
    };
    // Whoever started the program may not be reading.
    let _ = writeln!(io::stdout(), "supertokens-core listens on http://{address} (database: {})", place.display());
}

/// Ready when the program is to end. The signals are caught from now on, not from the first poll.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!("{name}: finishing what is under way");
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
