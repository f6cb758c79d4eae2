//! Bcrypt: `$2b$<cost>$<salt and hash>`. Of a password, the first 72 bytes count.

use super::PasswordError;
use crate::random;

/// Hashes that would take longer are not taken from elsewhere: one sign-in must not stop the others. 16 takes some
/// seconds.
const MAX_COST: u32 = 16;
const COST_RANGE: std::ops::RangeInclusive<u32> = 4..=MAX_COST;
/// Prefix, two digits of cost, a dollar, 22 characters of salt, 31 of hash.
const TEXT_BYTES: usize = 60;

/// A hash, read, in the form that is checked.
pub(crate) struct BcryptHash {
    cost: u32,
    text: String,
}

pub(super) fn hash(log_rounds: u32, password: &[u8]) -> Result<String, PasswordError> {
    let salt = random::bytes()?;
    let parts = bcrypt::hash_with_salt(password, cost(log_rounds), salt).map_err(PasswordError::Bcrypt)?;
    Ok(parts.format_for_version(bcrypt::Version::TwoA))
}

/// The reference takes fewer rounds than the algorithm has, and makes the fewest of them.
fn cost(log_rounds: u32) -> u32 {
    log_rounds.clamp(*COST_RANGE.start(), 31)
}

impl BcryptHash {
    /// The letters tell which fault of old implementations a hash may have. All of them are checked in the same way.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = ["$2a$", "$2b$", "$2x$", "$2y$"].into_iter().find_map(|prefix| text.strip_prefix(prefix))?;
        let (cost, encoded) = rest.split_once('$')?;
        let is_cost = cost.len() == 2;
        let cost = cost.parse().ok().filter(|cost| is_cost && COST_RANGE.contains(cost))?;
        let is_encoded = encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'));
        (is_encoded && text.len() == TEXT_BYTES).then(|| Self { cost, text: format!("$2b${rest}") })
    }

    /// Whether a new hash would be made in the same way.
    pub(super) fn is_made_by(&self, log_rounds: u32) -> bool {
        self.cost == cost(log_rounds)
    }

    pub(super) fn is_of(&self, password: &[u8]) -> Result<bool, PasswordError> {
        bcrypt::verify(password, &self.text).map_err(PasswordError::Bcrypt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_its_password_only() {
        let text = hash(4, b"pass word").unwrap();
        assert!(text.starts_with("$2a$04$"), "{text}");
        let stored = BcryptHash::parse(&text).unwrap();
        assert!(stored.is_of(b"pass word").unwrap());
        assert!(!stored.is_of(b"password").unwrap());
        assert!(!stored.is_of(b"").unwrap());
    }

    /// The hash is that of the recorded exchanges' import, by jBCrypt.
    #[test]
    fn all_prefixes_are_read() {
        for letter in ['a', 'b', 'x', 'y'] {
            let text = format!("$2{letter}$10$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm");
            let stored = BcryptHash::parse(&text).unwrap();
            assert!(stored.is_of(b"testPass123").unwrap(), "{text}");
            assert!(!stored.is_of(b"testPass124").unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_or_would_take_too_long_is_not_read() {
        for text in [
            "",
            "$2a",
            "$2a$10$short",
            "$2c$10$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm",
            "$2a$31$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm",
            "$2a$03$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZkmm",
            "$2a$10$GzEm3vKoAqnJCTWesRARCe/ovjt/07qjvcH9jbLUg44Fn77gMZk?m",
        ] {
            assert!(BcryptHash::parse(text).is_none(), "{text}");
        }
    }
}
