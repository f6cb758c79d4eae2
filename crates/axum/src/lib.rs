#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod auth_request;
mod check;
#[cfg(feature = "cors")]
mod cors;
mod error;
mod layer;
mod session;

pub use auth_request::AuthRequest;
pub use check::check;
#[cfg(feature = "cors")]
pub use cors::cors;
pub use error::Error;
pub use layer::{ResponseFuture, SuperTokensLayer, SuperTokensService};
pub use session::{DefaultOptions, SessionOptions, VerifiedSession};
pub use supertokens_doctor::Finding;
pub use supertokens_tower::{RequireClaim, VerifySessionLayer};
