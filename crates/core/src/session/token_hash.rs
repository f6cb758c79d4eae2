//! The hashes that tie an access token, a refresh token and the stored session together.
//!
//! "Hash 1" of a refresh token is the hexadecimal SHA-256 of it and travels in access tokens. "Hash 2" is the SHA-256 of
//! that text; it alone lies in the storage, so neither a copy of the storage nor an access token gives a refresh token.

use sha2::{Digest, Sha256};

use crate::storage::TokenHash;

/// Hash 1: SHA-256 as 64 hexadecimal digits.
pub(crate) fn hash1(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Hash 2, of a hash 1.
pub(crate) fn hash2(hash1: &str) -> TokenHash {
    TokenHash(Sha256::digest(hash1.as_bytes()).into())
}

/// Hexadecimal digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_1_is_the_known_sha_256_and_hash_2_its_own() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash1("abc"), abc);
        assert_eq!(hex(&hash2(abc).0), hash1(abc));
    }
}
