//! The HTTP APIs, one file per route, and how errors are answered.

mod errors;
mod refresh_post;
mod sign_out_post;
mod verify_session;

pub(crate) use errors::reply_to_error;
pub(crate) use refresh_post::refresh_post;
pub(crate) use sign_out_post::sign_out_post;
