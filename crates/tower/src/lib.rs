#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod future;
mod service;
mod verify;

pub use future::ResponseFuture;
pub use service::{SuperTokensLayer, SuperTokensService};
pub use verify::{VerifySessionFuture, VerifySessionLayer, VerifySessionService};
