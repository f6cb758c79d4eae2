//! The HTTP APIs, one file per route.

mod visit_post;

pub(crate) use visit_post::{VISIT_API, visit_post};

/// What the APIs do unless they are overridden.
pub struct ApiImplementation;
