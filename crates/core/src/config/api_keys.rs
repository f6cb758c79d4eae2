//! The API keys that a core demands.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

const MIN_LENGTH: usize = 20;

/// Any number of API keys. `Debug` shows how many, never one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApiKeys {
    keys: Vec<Zeroizing<String>>,
}

/// A rule that an API key breaks. The messages are the real core's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// Fewer than 20 characters.
    #[error("One of the API keys is too short. Please use at least 20 characters")]
    TooShort,
    /// A character outside `A-Za-z0-9=-`.
    #[error("Invalid characters in API key. Please only use '=', '-' and alpha-numeric (including capitals)")]
    Characters,
}

impl ApiKeys {
    /// Reads keys separated by commas; white space around them does not count. Each has at least 20 characters, of
    /// `A-Z`, `a-z`, `0-9`, `=` and `-`.
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let keys: Vec<_> = text.split(',').map(|key| Zeroizing::new(key.trim().to_owned())).collect();
        for key in &keys {
            if key.len() < MIN_LENGTH {
                return Err(ApiKeyError::TooShort);
            }
            if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'=' || byte == b'-') {
                return Err(ApiKeyError::Characters);
            }
        }
        Ok(Self { keys })
    }

    /// Whether no key is demanded.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether `given` is one of the keys. The time does not tell which, nor how much of it was right.
    pub(crate) fn accept(&self, given: &[u8]) -> bool {
        let one_of_them =
            self.keys.iter().fold(Choice::from(0), |accepted, key| accepted | key.as_bytes().ct_eq(given));
        one_of_them.into()
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({} keys)", self.keys.len())
    }
}
