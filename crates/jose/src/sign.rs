//! Making a token.

use crate::{Algorithm, HeaderError, MAX_TOKEN_LENGTH, SigningKey, base64url, header::BorrowedHeader};

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The header is not one that would be accepted.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The header names another algorithm than the key's.
    #[error("the header's `alg` is not that of the key: expected {expected}")]
    AlgorithmMismatch {
        /// The key's algorithm.
        expected: Algorithm,
    },
    /// The token would be longer than [`MAX_TOKEN_LENGTH`].
    #[error(
        "the token would have {length} characters, more than the {MAX_TOKEN_LENGTH} that are read: shorten the payload"
    )]
    TooLong {
        /// The length that the token would have.
        length: usize,
    },
    /// The key could not sign.
    #[error("the key could not sign")]
    Failed,
}

/// Signs a token with RS256 out of the JSON of its header and payload, whose bytes are kept as they are.
///
/// A token that [`CompactJwt`](crate::CompactJwt) would refuse is not made: the header has to say `"alg":"RS256"`.
pub fn sign_compact(header_json: &[u8], payload_json: &[u8], key: &SigningKey) -> Result<String, SignError> {
    let expected = Algorithm::Rs256;
    if BorrowedHeader::parse(header_json)?.alg != expected.as_str() {
        return Err(SignError::AlgorithmMismatch { expected });
    }
    let length = [header_json.len(), payload_json.len(), key.signature_length()]
        .map(base64url::encoded_length)
        .iter()
        .sum::<usize>()
        + 2;
    if length > MAX_TOKEN_LENGTH {
        return Err(SignError::TooLong { length });
    }
    let mut token = String::with_capacity(length);
    base64url::encode_to(header_json, &mut token);
    token.push('.');
    base64url::encode_to(payload_json, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    base64url::encode_to(&signature, &mut token);
    Ok(token)
}
