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
pub use session::VerifiedSession;
pub use supertokens_doctor::Finding;
#[doc(inline)]
pub use supertokens_session::{DefaultOptions, SessionOptions};
pub use supertokens_tower::{RequireClaim, VerifySessionLayer};
