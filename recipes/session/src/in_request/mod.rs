//! Sessions of HTTP requests: which tokens count, what protects them, and what the response carries.

mod create;
mod get;
mod refresh;

pub(crate) use create::create_new_session;
pub(crate) use get::{get_session, required_claim_validators};
pub(crate) use refresh::refresh_session;
