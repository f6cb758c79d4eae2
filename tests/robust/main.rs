//! What goes wrong, and what is then seen: many refreshes at once, a core that fails, input that nobody expects.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod bad_input;
mod core_failures;
mod fuzz_bodies;
mod fuzzing;
mod key_failures;
mod parallel_refresh;
mod support;
