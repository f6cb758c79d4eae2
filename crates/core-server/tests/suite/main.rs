//! The program `supertokens-core` as its users meet it: started, asked over HTTP, stopped and killed.

mod client;
mod config;
mod crash;
mod database;
mod limits;
mod program;
mod serving;
mod stopping;
