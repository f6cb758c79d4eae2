//! The wire contract, HTTP in and HTTP out: what official front-end SDKs send and what they get back. Sections (§) are
//! those of the list of wire facts that was made from the reference SDK.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod access_tokens;
mod anti_csrf;
mod cookies;
mod core_calls;
mod errors;
mod flow;
mod get_session;
mod headers;
mod overrides;
mod refresh;
mod routing;
mod sign_out;
mod support;
mod transfer;
