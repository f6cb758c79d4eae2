//! What the functions of the recipe do unless overridden, in files by subject.
//!
//! Each original takes the top of the stack, so that what it calls may be overridden too.

mod claims;
mod data;
mod revoke;
mod tokens;
mod wire;

use std::sync::Arc;

use crate::error::SessionError;
use crate::shared::Shared;

/// The originals of the recipe's functions.
pub struct SessionImplementation {
    pub(crate) shared: Arc<Shared>,
}

type Result<T> = std::result::Result<T, SessionError>;
