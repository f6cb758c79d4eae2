//! Overrides as an application sees them: layers, late binding, APIs, the user context, several applications.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod apis;
mod applications;
mod documented;
mod guides;
mod late_binding;
mod layers;
mod support;
mod user_context;
