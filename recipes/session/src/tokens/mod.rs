//! Access tokens: what is in them, and whether they are good.

mod cache;
mod info;
mod jwks;
mod parse;
mod verifier;

pub use info::{AccessToken, AccessTokenInfo};
pub(crate) use verifier::{AccessTokenVerifier, Inspected, Verification};

use std::sync::Arc;

use supertokens_kernel::Error;

/// Reads a token that the core has just made.
pub(crate) fn read_new_token(token: &str) -> Result<Arc<AccessTokenInfo>, Error> {
    match parse::parse(token, |_| None) {
        Ok(info) => Ok(Arc::new(info)),
        Err(error) => Err(Error::misuse(format!("the core gave an access token that cannot be read: {error}"))),
    }
}
