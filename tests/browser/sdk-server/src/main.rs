//! An application for `tests/browser`: one program that is a website and its API, on whatever two hosts the tests choose.
//! Its core is in memory, and time stands still until a test moves it.

#![forbid(unsafe_code)]

mod api;
mod options;
mod server;

use std::error::Error;
use std::io::IsTerminal;
use std::net::Ipv4Addr;
use std::sync::Arc;

use clap::Parser;
use supertokens::session::Session;
use supertokens::{AppInfo, Clock, Core, InitError, ManualClock, Recipe, SuperTokens, SystemClock};
use tokio::net::TcpListener;

use crate::options::Options;
use crate::server::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    let options = Options::parse();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let port = listener.local_addr()?.port();
    let (website, api) = (options.address(&options.website, port), options.address(&options.api, port));
    let clock = Arc::new(ManualClock::new(SystemClock.now_ms()));
    let supertokens = build(&options, &website, &api, clock.clone())?;
    let server = Arc::new(Server::new(&options, supertokens.clone(), clock, &website)?);

    println!("listening on {api}");
    tokio::select! {
        () = server::serve(listener, server) => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    supertokens.shutdown().await;
    Ok(())
}

fn build(options: &Options, website: &str, api: &str, clock: Arc<ManualClock>) -> Result<SuperTokens, InitError> {
    let mut session = Session::new();
    if let Some(anti_csrf) = options.anti_csrf {
        session = session.anti_csrf(anti_csrf.into());
    }
    if let Some(domain) = &options.cookie_domain {
        session = session.cookie_domain(domain);
    }
    SuperTokens::builder(AppInfo::new("Browser tests", api, website))
        .core(Core::embedded(":memory:"))
        .clock(clock)
        .recipes(vec![session.boxed()])
        .build()
}
