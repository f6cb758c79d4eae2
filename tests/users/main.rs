//! Users of an application on an embedded core, as applications see them: found, listed, counted, deleted, mapped to ids
//! of the application's own, and linked.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod automatic_linking;
mod deleting;
mod linking;
mod listing;
mod mapping;
mod session_linking;
mod support;
