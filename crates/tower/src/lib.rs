#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod future;
mod service;
mod unanswered;
mod verify;

pub use future::ResponseFuture;
pub use service::{SuperTokensLayer, SuperTokensService};
pub use unanswered::Unanswered;
pub use verify::{RequireClaim, VerifySessionFuture, VerifySessionLayer, VerifySessionService};
