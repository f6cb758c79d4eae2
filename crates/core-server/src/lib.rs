//! The embedded core on a socket: HTTP/1.1 with limits that no client can hold a server up with.
//!
//! The program `supertokens-core` is this library with a command line in front of it. TLS is the business of a proxy.

#![forbid(unsafe_code)]

mod connection;
mod limits;
mod pace;
mod server;

pub use self::{limits::Limits, server::serve};
