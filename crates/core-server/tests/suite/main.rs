//! The program `supertokens-core` as its users meet it: started, asked over HTTP, stopped and killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod client;
mod config;
mod crash;
mod database;
mod limits;
mod program;
mod serving;
mod stopping;
