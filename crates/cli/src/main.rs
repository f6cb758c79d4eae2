//! The program `supertokens`: what an application's developer wants to know from outside.

#![forbid(unsafe_code)]

mod doctor;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "supertokens", version, about = "Tools for applications with SuperTokens.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Doctor(doctor::Arguments),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Doctor(arguments) => doctor::run(arguments).await,
    }
}
