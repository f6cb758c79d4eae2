//! Base64url as JOSE wants it (RFC 7515 §2): no padding, no white space, one spelling per value.

use base64::{DecodeSliceError, Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The text is no base64url, or what it holds does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base64UrlError {
    /// A character outside `A-Za-z0-9-_`, padding, an impossible length, or bits set behind the last byte.
    #[error("the text is not base64url without padding")]
    Invalid,
    /// The output slice is shorter than the decoded bytes.
    #[error("the decoded bytes do not fit the buffer: give one of at least 3/4 of the text's length")]
    BufferTooSmall,
}

/// Encodes without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes without padding to the end of `text`.
pub fn encode_to(bytes: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Decodes strictly: padding, other characters and unused bits that are not zero are errors.
pub fn decode(text: &str) -> Result<Vec<u8>, Base64UrlError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Base64UrlError::Invalid)
}

/// Decodes as [`decode`] does, into the front of `output`, and returns that front.
pub fn decode_to_slice<'o>(text: &str, output: &'o mut [u8]) -> Result<&'o [u8], Base64UrlError> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, output).map_err(|error| match error {
        DecodeSliceError::DecodeError(_) => Base64UrlError::Invalid,
        DecodeSliceError::OutputSliceTooSmall => Base64UrlError::BufferTooSmall,
    })?;
    output.get(..length).ok_or(Base64UrlError::BufferTooSmall)
}

/// How many bytes `length` characters decode to.
pub(crate) const fn decoded_length(length: usize) -> usize {
    length / 4 * 3 + (length % 4 * 3) / 4
}

/// How many characters `length` bytes take.
pub(crate) const fn encoded_length(length: usize) -> usize {
    length / 3 * 4 + (length % 3 * 4).div_ceil(3)
}

/// Whether the alphabet and the length allow `text` to be base64url. The bits behind the last byte are checked when it
/// is decoded.
pub(crate) fn looks_encoded(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_');
    // Without early exit the compiler makes vector code of it, which pays: a token is read in full anyway.
    text.len() % 4 != 1 && text.bytes().fold(true, |all, byte| all & is_letter(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_spelling_and_no_padding() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (&[0xfb, 0xff], "-_8"),
            (&[0; 4], "AAAAAA"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).unwrap(), bytes);
            let mut exact = vec![0; bytes.len()];
            assert_eq!(decode_to_slice(text, &mut exact).unwrap(), bytes);
            if !bytes.is_empty() {
                let error = decode_to_slice(text, &mut exact[1..]).unwrap_err();
                assert_eq!(error, Base64UrlError::BufferTooSmall);
            }
        }
        for text in ["Zg==", "Zm8=", "Zh", "Zm9", "+_8", "-/8", "Z", "Zm9vZ", "Zg\n", " Zg", "Z.g"] {
            assert_eq!(decode(text), Err(Base64UrlError::Invalid), "{text:?}");
            assert_eq!(decode_to_slice(text, &mut [0; 8]), Err(Base64UrlError::Invalid), "{text:?}");
        }
    }

    #[test]
    fn lengths_are_known_before_encoding_and_decoding() {
        for length in 0..70 {
            let text = encode(&vec![0; length]);
            assert_eq!(encoded_length(length), text.len());
            assert_eq!(decoded_length(text.len()), length);
        }
    }

    #[test]
    fn what_decodes_looks_encoded_and_other_letters_do_not() {
        for letter in '\0'..='\u{ff}' {
            let text = format!("AAA{letter}");
            assert_eq!(looks_encoded(&text), decode(&text).is_ok(), "{text:?}");
        }
        assert!(!looks_encoded("A"), "no bytes have this length");
    }
}
