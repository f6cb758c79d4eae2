//! Refresh tokens: `<sealed content>.<nonce>.V2`, as the real core shapes them.
//!
//! The content is sealed with AES-256-GCM under a key of its own, HMAC-SHA-256 of the token's 256-bit nonce with the
//! app's secret. So a token that was tampered with, or made for another app, is refused without asking the storage, and
//! nobody but the core reads it. A key is used for one token only, which is why the cipher's own nonce may be constant.

use std::borrow::Cow;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::token_hash::hex;
use crate::{random, storage::AppSecret};

const VERSION: &str = "V2";
const NONCE_BYTES: usize = 32;
/// Longer than any token that was ever made: user ids are not part of it.
const MAX_LENGTH: usize = 2048;

/// What a refresh token says.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq, Eq))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefreshTokenContent<'t> {
    pub(crate) session_handle: Cow<'t, str>,
    /// Hash 1 of the refresh token that this one was given for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent_refresh_token_hash1: Option<Cow<'t, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) anti_csrf_token: Option<Cow<'t, str>>,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefreshTokenError {
    #[error("version of refresh token not recognised")]
    Version,
    #[error("Invalid refresh token")]
    Invalid,
}

/// Makes a token.
pub(crate) fn seal(content: &RefreshTokenContent<'_>, secret: &AppSecret) -> Result<String, random::NoRandomness> {
    let nonce: [u8; NONCE_BYTES] = random::bytes()?;
    // Strings always serialize, and a key of the right length is always taken.
    let mut sealed = serde_json::to_vec(content).map_err(|_| random::NoRandomness)?;
    let key = token_key(secret, &nonce).ok_or(random::NoRandomness)?;
    key.seal_in_place_append_tag(constant_nonce(), Aad::empty(), &mut sealed).map_err(|_| random::NoRandomness)?;
    Ok(format!("{}.{}.{VERSION}", STANDARD.encode(sealed), hex(&nonce)))
}

/// Reads a token, if it is one of this app's.
pub(crate) fn open(token: &str, secret: &AppSecret) -> Result<RefreshTokenContent<'static>, RefreshTokenError> {
    let (rest, version) = token.rsplit_once('.').ok_or(RefreshTokenError::Version)?;
    if version != VERSION {
        return Err(RefreshTokenError::Version);
    }
    if token.len() > MAX_LENGTH {
        return Err(RefreshTokenError::Invalid);
    }
    open_sealed(rest, secret).ok_or(RefreshTokenError::Invalid)
}

fn open_sealed(text: &str, secret: &AppSecret) -> Option<RefreshTokenContent<'static>> {
    let (sealed, nonce) = text.split_once('.')?;
    let mut sealed = Zeroizing::new(STANDARD.decode(sealed).ok()?);
    let key = token_key(secret, &from_hex(nonce)?)?;
    let content = key.open_in_place(constant_nonce(), Aad::empty(), &mut sealed).ok()?;
    serde_json::from_slice(content).ok()
}

fn token_key(secret: &AppSecret, nonce: &[u8; NONCE_BYTES]) -> Option<LessSafeKey> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_slice()).ok()?;
    mac.update(b"refresh token ");
    mac.update(nonce);
    let key = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).ok()?))
}

fn constant_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Exactly 64 hexadecimal digits in lower case: a token has one spelling.
fn from_hex(text: &str) -> Option<[u8; NONCE_BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; NONCE_BYTES];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != NONCE_BYTES || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> RefreshTokenContent<'static> {
        RefreshTokenContent {
            session_handle: "handle_t1".into(),
            parent_refresh_token_hash1: Some("00ff".into()),
            anti_csrf_token: None,
        }
    }

    #[test]
    fn a_token_is_read_back_by_its_app_only() {
        let (ours, theirs) = (Zeroizing::new([1; 32]), Zeroizing::new([2; 32]));
        let token = seal(&content(), &ours).unwrap();
        assert_eq!(open(&token, &ours), Ok(content()));
        assert_eq!(open(&token, &theirs), Err(RefreshTokenError::Invalid));
        assert!(!token.contains("handle"));
        assert_ne!(seal(&content(), &ours).unwrap(), token);
    }

    #[test]
    fn a_token_with_any_character_changed_is_refused() {
        let secret = Zeroizing::new([1; 32]);
        let token = seal(&content(), &secret).unwrap();
        for (index, original) in token.char_indices() {
            let other = if original == 'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(index..=index, other);
            assert!(open(&changed, &secret).is_err(), "character {index}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let secret = Zeroizing::new([1; 32]);
        let token = seal(&content(), &secret).unwrap();
        for garbage in ["", "garbage", "a.b.c", "..", "....", "é.é.é"] {
            assert_eq!(open(garbage, &secret), Err(RefreshTokenError::Version), "{garbage}");
        }
        for garbage in [".V2", "..V2", "é.é.V2"] {
            assert_eq!(open(garbage, &secret), Err(RefreshTokenError::Invalid), "{garbage}");
        }
        assert!(open(&token.to_uppercase(), &secret).is_err());
        assert!(open(&format!("{token} "), &secret).is_err());
        assert!(open(&format!("x.{token}"), &secret).is_err());
    }
}
