//! The one application that `init` makes.

use once_cell::sync::OnceCell;
use supertokens_kernel::{Error, InitError};

use crate::supertokens::SuperTokens;

static GLOBAL: OnceCell<SuperTokens> = OnceCell::new();

pub(crate) fn get() -> Result<&'static SuperTokens, Error> {
    GLOBAL.get().ok_or(Error::NotInitialised)
}

/// Builds with `build` and keeps the result, unless there is an application already. A failed build may be repeated.
pub(crate) fn init(build: impl FnOnce() -> Result<SuperTokens, InitError>) -> Result<SuperTokens, InitError> {
    let mut is_first = false;
    let supertokens = GLOBAL.get_or_try_init(|| {
        is_first = true;
        build()
    })?;
    if is_first { Ok(supertokens.clone()) } else { Err(InitError::AlreadyInitialised) }
}
