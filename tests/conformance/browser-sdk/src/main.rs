//! An application that the official browser SDK's own tests drive, on each port an application of its own: the routes
//! and answers of the official Node SDK's `test/frontendIntegration/index.js`.
//!
//! * `options.rs`: the command line;
//! * `server.rs`: sockets, and what applies to every response;
//! * `app.rs`: the application on one port, which tests set up anew again and again;
//! * `routes.rs`: what it answers;
//! * `pages.rs`: the files that it serves;
//! * `core.rs`: calls to the core that no SDK makes.

#![forbid(unsafe_code)]

mod app;
mod core;
mod options;
mod pages;
mod reply;
mod routes;
mod server;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use crate::app::App;
use crate::options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("browser-sdk-conformance: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let mut ports = Vec::new();
    for port in &options.ports {
        ports.push(server::listen(*port).await?);
    }
    // The pages of all applications come from the first one.
    let website = format!("http://localhost:{}", ports.first().map_or(0, |listening| listening.port));
    let options = Arc::new(options);
    for listening in ports {
        let app = Arc::new(App::new(options.clone(), listening.port, website.clone())?);
        println!("listening on http://localhost:{}", listening.port);
        for listener in listening.listeners {
            tokio::spawn(server::serve(listener, app.clone()));
        }
    }
    Ok(tokio::signal::ctrl_c().await?)
}
