//! Sessions: their two tokens, and what happens to them when they are verified and refreshed.

pub(crate) mod access_token;
pub(crate) mod handle;
pub(crate) mod refresh;
pub(crate) mod refresh_token;
pub(crate) mod token_hash;
