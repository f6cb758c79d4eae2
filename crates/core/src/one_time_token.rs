//! Tokens that go out in a link of a mail: random, good once, and nowhere but there. The storage has their hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    random::{self, NoRandomness},
    storage::TokenHash,
};

/// A new token, which needs no escaping in a URL.
pub(crate) fn new_token() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::bytes::<48>()?))
}

/// What the storage knows a token by.
pub(crate) fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}
