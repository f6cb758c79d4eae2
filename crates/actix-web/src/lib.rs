#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod auth_request;
mod check;
mod convert;
#[cfg(feature = "cors")]
mod cors;
mod error;
mod future;
mod middleware;
mod session;
mod verify;

pub use auth_request::AuthRequest;
pub use check::check;
#[cfg(feature = "cors")]
pub use cors::cors;
pub use error::Error;
pub use future::ResponseFuture;
pub use middleware::{SuperTokensMiddleware, SuperTokensService};
pub use session::{OptionalSession, VerifiedSession};
pub use supertokens_doctor::Finding;
#[doc(inline)]
pub use supertokens_session::{DefaultOptions, SessionOptions};
pub use verify::{RequireClaim, VerifySession, VerifySessionFuture, VerifySessionService};
