//! The wire contract, HTTP in and HTTP out: what official front-end SDKs send and what they get back.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod flow;
mod support;
