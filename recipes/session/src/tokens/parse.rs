//! Reading an access token of version 2 to 5, without looking at its signature.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::STANDARD};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use supertokens_jose::{CompactJwt, JwtError, base64url};
use supertokens_kernel::{RecipeUserId, TenantId};

use super::info::AccessTokenInfo;
use crate::payload::Payload;

const LENIENT_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const LEGACY_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT_PADDING);
/// RS256 with a key of 2,048 to 4,096 bits.
pub(super) const MAX_SIGNATURE_BYTES: usize = 512;

/// Why a text is not an access token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParseError {
    #[error("Invalid JWT: {0}")]
    Jwt(#[from] JwtError),
    #[error("Invalid JWT: {0}")]
    Malformed(&'static str),
    #[error("Wrong token type")]
    WrongTokenType,
    #[error("Access token does not contain all the information. Maybe the structure has changed?")]
    Structure,
}

/// What the header of a token says, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenHeader {
    pub(crate) version: u8,
    pub(crate) kid: Arc<str>,
}

/// Reads a token; nothing that it says is known to be true. `known_header` may know a header segment from before, so
/// that it is not read again.
pub(crate) fn parse(
    token: &str,
    known_header: impl FnOnce(&str) -> Option<TokenHeader>,
) -> Result<AccessTokenInfo, ParseError> {
    if is_legacy_header(header_segment(token)) {
        return parse_legacy(token);
    }
    let jwt = CompactJwt::split(token)?;
    let header = match known_header(jwt.header_segment()) {
        Some(header) => header,
        None => read_header(&jwt)?,
    };
    info_of_json(header.version, Some(header.kid), jwt.payload()?)
}

/// The first part of a token.
pub(super) fn header_segment(token: &str) -> &str {
    token.split('.').next().unwrap_or_default()
}

/// The signed text of a token that could be read, and its signature in `buffer`.
pub(super) fn split_signature<'t, 'b>(
    token: &'t str,
    version: u8,
    buffer: &'b mut [u8; MAX_SIGNATURE_BYTES],
) -> Option<(&'t [u8], &'b [u8])> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = if version > 2 {
        base64url::decode_to_slice(signature, buffer).ok()?
    } else {
        let length = LEGACY_BASE64.decode_slice(signature, buffer.as_mut_slice()).ok()?;
        buffer.get(..length)?
    };
    Some((signed.as_bytes(), signature))
}

/// The header of a token of version 3 or above.
fn read_header(jwt: &CompactJwt<'_>) -> Result<TokenHeader, ParseError> {
    let header = jwt.header()?;
    let version = match &header.version {
        None => 3,
        Some(version) => version
            .as_str()
            .and_then(|version| version.parse::<u8>().ok())
            .filter(|version| *version >= 3)
            .ok_or(ParseError::Malformed("the version is not a number of 3 or more as a string"))?,
    };
    if header.typ.as_deref() != Some("JWT") {
        return Err(ParseError::Malformed("the type is not JWT"));
    }
    if header.alg != "RS256" {
        return Err(ParseError::Malformed("the algorithm is not RS256"));
    }
    let Some(kid) = header.kid else {
        return Err(ParseError::Malformed("there is no key id"));
    };
    Ok(TokenHeader { version, kid: kid.into() })
}

/// The application's part of a payload whose form has been checked.
pub(super) fn payload_of(version: u8, json: &str) -> Payload {
    let payload: Payload = serde_json::from_str(json).unwrap_or_default();
    if version > 2 {
        return payload;
    }
    let user_data = payload.get("userData").cloned().unwrap_or_default();
    serde_json::from_value(user_data).unwrap_or_default()
}

/// Tokens of cores before 3.19 have one of two headers, standard base64, and no key id.
fn is_legacy_header(segment: &str) -> bool {
    static LEGACY: OnceLock<[String; 2]> = OnceLock::new();
    let legacy = LEGACY.get_or_init(|| {
        ["1", "2"].map(|version| STANDARD.encode(format!(r#"{{"alg":"RS256","typ":"JWT","version":"{version}"}}"#)))
    });
    legacy.iter().any(|header| header == segment)
}

fn parse_legacy(token: &str) -> Result<AccessTokenInfo, ParseError> {
    let not_three = ParseError::Malformed("expected three parts divided by dots");
    let Some((signed, _)) = token.rsplit_once('.') else { return Err(not_three) };
    let Some((_, payload)) = signed.split_once('.') else { return Err(not_three) };
    let payload_json = LEGACY_BASE64.decode(payload).map_err(|_| ParseError::Malformed("the payload is not base64"))?;
    info_of_json(2, None, payload_json)
}

/// The claims that a session's token has; all others are skipped here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims<'j> {
    #[serde(borrow)]
    sub: Claim<'j>,
    exp: Claim<'j>,
    iat: Claim<'j>,
    #[serde(rename = "sessionHandle")]
    session_handle: Claim<'j>,
    #[serde(rename = "refreshTokenHash1")]
    refresh_token_hash1: Claim<'j>,
    #[serde(rename = "parentRefreshTokenHash1")]
    parent_refresh_token_hash1: Claim<'j>,
    #[serde(rename = "antiCsrfToken")]
    anti_csrf_token: Claim<'j>,
    rsub: Claim<'j>,
    #[serde(rename = "tId")]
    tenant_id: Claim<'j>,
    stt: Claim<'j>,
    // Of version 2.
    #[serde(rename = "userId")]
    user_id: Claim<'j>,
    #[serde(rename = "userData")]
    user_data: Claim<'j>,
    #[serde(rename = "expiryTime")]
    expiry_time: Claim<'j>,
    #[serde(rename = "timeCreated")]
    time_created: Claim<'j>,
}

fn info_of_json(version: u8, kid: Option<Arc<str>>, payload_json: Vec<u8>) -> Result<AccessTokenInfo, ParseError> {
    const NOT_AN_OBJECT: ParseError = ParseError::Malformed("the payload is not a JSON object");
    // At once, which is cheaper than for each string, and also where a claim is skipped.
    let payload_json = String::from_utf8(payload_json).map_err(|_| NOT_AN_OBJECT)?;
    // serde would also read a struct from a list.
    if !payload_json.trim_ascii_start().starts_with('{') {
        return Err(NOT_AN_OBJECT);
    }
    let claims: Claims<'_> = serde_json::from_str(&payload_json).map_err(|_| NOT_AN_OBJECT)?;
    if !matches!(claims.stt, Claim::Absent | Claim::Number(0.0)) {
        return Err(ParseError::WrongTokenType);
    }
    // Must be there, but nothing here needs its value.
    if !matches!(claims.refresh_token_hash1, Claim::Text(_)) {
        return Err(ParseError::Structure);
    }
    let (user_id, expiry_ms, time_created_ms) = if version > 2 {
        (claims.sub.text()?, claims.exp.number()? * 1000.0, claims.iat.number()? * 1000.0)
    } else {
        if matches!(claims.user_data, Claim::Absent) {
            return Err(ParseError::Structure);
        }
        (claims.user_id.text()?, claims.expiry_time.number()?, claims.time_created.number()?)
    };
    let recipe_user_id = if version >= 5 { claims.rsub.text()? } else { user_id.clone() };
    let tenant_id = if version >= 4 { TenantId::new(claims.tenant_id.text()?) } else { TenantId::default() };
    Ok(AccessTokenInfo {
        version,
        kid,
        session_handle: claims.session_handle.text()?,
        user_id,
        recipe_user_id: RecipeUserId::new(recipe_user_id),
        tenant_id,
        parent_refresh_token_hash1: claims.parent_refresh_token_hash1.text().ok(),
        anti_csrf_token: claims.anti_csrf_token.text().ok(),
        expiry_ms: milliseconds(expiry_ms),
        time_created_ms: milliseconds(time_created_ms),
        payload_json,
        payload: OnceLock::new(),
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cast from f64 saturates, and NaN is not JSON
fn milliseconds(value: f64) -> u64 {
    value as u64
}

/// A claim as far as its type matters.
#[derive(Default)]
enum Claim<'j> {
    #[default]
    Absent,
    Text(Cow<'j, str>),
    Number(f64),
    /// Null, a boolean, a list or an object.
    Other,
}

impl Claim<'_> {
    fn text(self) -> Result<String, ParseError> {
        match self {
            Self::Text(text) => Ok(text.into_owned()),
            _ => Err(ParseError::Structure),
        }
    }

    fn number(&self) -> Result<f64, ParseError> {
        match self {
            Self::Number(number) => Ok(*number),
            _ => Err(ParseError::Structure),
        }
    }
}

impl<'de: 'j, 'j> Deserialize<'de> for Claim<'j> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ClaimVisitor)
    }
}

struct ClaimVisitor;

impl<'de> Visitor<'de> for ClaimVisitor {
    type Value = Claim<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a claim")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Claim::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Claim::Text(Cow::Owned(text.to_owned())))
    }

    #[allow(clippy::cast_precision_loss)] // a time in milliseconds fits
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Claim::Number(number as f64))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Claim::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Claim::Number(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Claim::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Claim::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Claim::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Claim::Other)
    }
}

#[cfg(test)]
mod tests;
