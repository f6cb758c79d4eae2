//! The compact form of a signed token, `header.payload.signature` (RFC 7515 §7.1).

use std::fmt;

use crate::{
    Algorithm, Header, HeaderError, SignatureError, VerifyingKey, base64url, header::BorrowedHeader,
    verifying_key::MAX_SIGNATURE_LENGTH,
};

/// The longest token that is read, in characters.
pub const MAX_TOKEN_LENGTH: usize = 64 * 1024;

/// Headers up to this length are decoded on the stack.
const USUAL_HEADER_LENGTH: usize = 512;

/// A token cut into its three parts, which are borrowed. Nothing about it is known to be true before
/// [`verify`](Self::verify).
#[derive(Clone, Copy)]
pub struct CompactJwt<'a> {
    signing_input: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first: what the token is signed with.
    Header,
    /// The second: the claims.
    Payload,
    /// The third.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a token is refused. No message repeats anything out of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// Longer than [`MAX_TOKEN_LENGTH`].
    #[error("the token has {length} characters, more than the {MAX_TOKEN_LENGTH} that are read")]
    TooLong {
        /// The token's length.
        length: usize,
    },
    /// Not three parts.
    #[error("expected a token of three parts divided by dots")]
    NotThreeParts,
    /// A part has nothing in it.
    #[error("the token's {0} is empty")]
    Empty(Part),
    /// A part is not base64url without padding.
    #[error("the token's {0} is not base64url without padding")]
    Encoding(Part),
    /// The header is not one that can be accepted.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The header's `alg` is not the algorithm of the key.
    #[error("the token's `alg` is not that of its key: expected {expected}")]
    AlgorithmMismatch {
        /// The key's algorithm.
        expected: Algorithm,
    },
    /// The signature is not one of this token by this key.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl<'a> CompactJwt<'a> {
    /// Cuts a token at its dots and checks its alphabet. Allocates nothing.
    pub fn split(token: &'a str) -> Result<Self, JwtError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(JwtError::TooLong { length: token.len() });
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JwtError::NotThreeParts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwtError::NotThreeParts)?;
        let parts = [(Part::Header, header), (Part::Payload, payload), (Part::Signature, signature)];
        if let Some(error) = parts.iter().find_map(|(part, text)| fault(*part, text)) {
            // A further dot can only be in the payload, and is looked for only here, where time does not matter.
            return Err(if payload.contains('.') { JwtError::NotThreeParts } else { error });
        }
        Ok(Self { signing_input, header, payload, signature })
    }

    /// The header as it stands in the token, encoded.
    pub fn header_segment(&self) -> &'a str {
        self.header
    }

    /// The payload as it stands in the token, encoded.
    pub fn payload_segment(&self) -> &'a str {
        self.payload
    }

    /// The signature as it stands in the token, encoded.
    pub fn signature_segment(&self) -> &'a str {
        self.signature
    }

    /// What the signature is over: header, dot and payload, encoded.
    pub fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// The header, to look a key up with; not to be trusted for more.
    pub fn header(&self) -> Result<Header, JwtError> {
        self.read_header(|header| header.into_owned())
    }

    /// The payload's bytes. They are to be trusted only after [`verify`](Self::verify).
    pub fn payload(&self) -> Result<Vec<u8>, JwtError> {
        base64url::decode(self.payload).map_err(|_| JwtError::Encoding(Part::Payload))
    }

    /// Checks that the token is signed by `key`, with the algorithm of `key`. Allocates nothing for a header of usual
    /// length.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), JwtError> {
        if !key.has_accepted(self.header) {
            let expected = key.algorithm();
            if !self.read_header(|header| header.alg == expected.as_str())? {
                return Err(JwtError::AlgorithmMismatch { expected });
            }
        }
        if base64url::decoded_length(self.signature.len()) > MAX_SIGNATURE_LENGTH {
            return Err(SignatureError::Mismatch.into());
        }
        let mut buffer = [0; MAX_SIGNATURE_LENGTH];
        let signature =
            base64url::decode_to_slice(self.signature, &mut buffer).map_err(|_| JwtError::Encoding(Part::Signature))?;
        key.verify(self.signing_input.as_bytes(), signature)?;
        key.remember_accepted(self.header);
        Ok(())
    }

    fn read_header<T>(&self, read: impl FnOnce(BorrowedHeader<'_>) -> T) -> Result<T, JwtError> {
        let mut stack = [0; USUAL_HEADER_LENGTH];
        let heap;
        let decoded = if base64url::decoded_length(self.header.len()) <= USUAL_HEADER_LENGTH {
            base64url::decode_to_slice(self.header, &mut stack)
        } else {
            heap = base64url::decode(self.header);
            heap.as_deref().map_err(|error| *error)
        };
        let json = decoded.map_err(|_| HeaderError::Encoding)?;
        Ok(read(BorrowedHeader::parse(json)?))
    }
}

fn fault(part: Part, text: &str) -> Option<JwtError> {
    if text.is_empty() {
        return Some(JwtError::Empty(part));
    }
    (!base64url::looks_encoded(text)).then_some(JwtError::Encoding(part))
}

impl fmt::Debug for CompactJwt<'_> {
    // A token that verifies is a credential, so neither it nor its signature is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJwt").finish_non_exhaustive()
    }
}
