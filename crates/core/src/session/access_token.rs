//! Access tokens of version 5: RS256 JSON Web Tokens that carry the session's identity and the application's payload.

use std::borrow::Cow;

use serde_json::value::RawValue;
use supertokens_jose::{CompactJwt, SignError};

use crate::{
    json_object::{JsonObject, MAX_DEPTH, depth_within, push_member},
    keys::{KeyRing, SignerKey, TokenKind},
};

/// Claims that the core sets, which a payload may not have.
pub(crate) const PROTECTED_CLAIMS: [&str; 9] = [
    "sub",
    "exp",
    "iat",
    "sessionHandle",
    "refreshTokenHash1",
    "parentRefreshTokenHash1",
    "antiCsrfToken",
    "tId",
    "rsub",
];

/// What the core says in a token.
#[derive(Clone)]
pub(crate) struct SessionClaims<'t> {
    pub(crate) user_id: Cow<'t, str>,
    pub(crate) recipe_user_id: Cow<'t, str>,
    pub(crate) tenant_id: Cow<'t, str>,
    pub(crate) session_handle: Cow<'t, str>,
    pub(crate) refresh_token_hash1: Cow<'t, str>,
    pub(crate) parent_refresh_token_hash1: Option<Cow<'t, str>>,
    pub(crate) anti_csrf_token: Option<Cow<'t, str>>,
    /// In seconds since 1970.
    pub(crate) issued_at: u64,
    /// In seconds since 1970.
    pub(crate) expires_at: u64,
}

impl SessionClaims<'_> {
    /// Whether the token is past its end. There is no leeway.
    pub(crate) fn has_expired(&self, now_ms: u64) -> bool {
        self.expires_at.saturating_mul(1000) <= now_ms
    }
}

/// A token that was read, its signature checked.
pub(crate) struct AccessToken<'t> {
    pub(crate) claims: SessionClaims<'t>,
    /// The application's payload.
    pub(crate) payload: JsonObject<'t>,
}

/// Why a token is refused. The texts go to the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessTokenError {
    #[error("Invalid JWT")]
    Malformed,
    #[error("JWT header mismatch - {0}")]
    Header(&'static str),
    #[error("Key not found")]
    UnknownKey,
    #[error("JWT verification failed")]
    Signature,
    #[error("Access token does not contain all the information. Maybe the structure has changed? {0}")]
    MissingClaim(&'static str),
}

/// Signs a token.
pub(crate) fn sign(claims: &SessionClaims<'_>, payload: &JsonObject<'_>, key: &SignerKey) -> Result<String, SignError> {
    let mut text = String::with_capacity(512);
    text.push_str(r#"{"iat":"#);
    text.push_str(&claims.issued_at.to_string());
    text.push_str(r#","exp":"#);
    text.push_str(&claims.expires_at.to_string());
    for (name, value) in [
        ("sub", Some(&claims.user_id)),
        ("tId", Some(&claims.tenant_id)),
        ("rsub", Some(&claims.recipe_user_id)),
        ("sessionHandle", Some(&claims.session_handle)),
        ("refreshTokenHash1", Some(&claims.refresh_token_hash1)),
        // These two are there even if they say nothing.
        ("parentRefreshTokenHash1", claims.parent_refresh_token_hash1.as_ref()),
        ("antiCsrfToken", claims.anti_csrf_token.as_ref()),
    ] {
        text.push(',');
        let value = value.and_then(|value| serde_json::to_string(value).ok());
        push_member(&mut text, name, value.as_deref().unwrap_or("null"));
    }
    for (name, value) in payload.iter().filter(|(name, value)| is_encodable(name, value)) {
        text.push(',');
        push_member(&mut text, name, value.get());
    }
    text.push('}');
    key.sign(TokenKind::AccessToken, text.as_bytes())
}

/// The real core leaves out an `aud` that is neither a string nor a list, and so do we: no verifier could read it.
pub(crate) fn is_encodable(name: &str, value: &RawValue) -> bool {
    name != "aud" || value.get().starts_with(['"', '['])
}

/// Checks a token's signature and reads it. Neither its expiry nor what it says is looked at.
///
/// `json` is where the decoded payload is kept.
pub(crate) fn read<'j>(
    token: &str,
    keys: &KeyRing,
    json: &'j mut Vec<u8>,
) -> Result<AccessToken<'j>, AccessTokenError> {
    let jwt = CompactJwt::split(token).map_err(|_| AccessTokenError::Malformed)?;
    let header = jwt.header().map_err(|_| AccessTokenError::Malformed)?;
    if header.typ.as_deref() != Some("JWT") {
        return Err(AccessTokenError::Header("typ"));
    }
    if header.alg != "RS256" {
        return Err(AccessTokenError::Header("alg"));
    }
    // No older token was ever given by this core.
    if header.version.as_ref().is_none_or(|version| version.as_str() != Some("5")) {
        return Err(AccessTokenError::Header("version"));
    }
    let kid = header.kid.ok_or(AccessTokenError::Header("kid"))?;
    let key = keys.verifying_key(&kid).ok_or(AccessTokenError::UnknownKey)?;
    jwt.verify(key).map_err(|_| AccessTokenError::Signature)?;
    *json = jwt.payload().map_err(|_| AccessTokenError::Malformed)?;
    let text = std::str::from_utf8(json).map_err(|_| AccessTokenError::Malformed)?;
    if !depth_within(text, MAX_DEPTH) {
        return Err(AccessTokenError::Malformed);
    }
    let object = JsonObject::parse(text).ok_or(AccessTokenError::Malformed)?;
    Ok(AccessToken { claims: claims(&object)?, payload: object.filtered(|name| !PROTECTED_CLAIMS.contains(&name)) })
}

fn claims<'t>(object: &JsonObject<'t>) -> Result<SessionClaims<'t>, AccessTokenError> {
    let value = |name: &'static str| object.get(name).ok_or(AccessTokenError::MissingClaim(name));
    let string = |name: &'static str| -> Result<Cow<'t, str>, AccessTokenError> {
        serde_json::from_str(value(name)?.get()).map(Cow::Owned).map_err(|_| AccessTokenError::MissingClaim(name))
    };
    let optional = |name: &'static str| -> Result<Option<Cow<'t, str>>, AccessTokenError> {
        let text: Option<String> =
            serde_json::from_str(value(name)?.get()).map_err(|_| AccessTokenError::MissingClaim(name))?;
        Ok(text.map(Cow::Owned))
    };
    let seconds =
        |name: &'static str| serde_json::from_str(value(name)?.get()).map_err(|_| AccessTokenError::MissingClaim(name));
    Ok(SessionClaims {
        user_id: string("sub")?,
        expires_at: seconds("exp")?,
        issued_at: seconds("iat")?,
        session_handle: string("sessionHandle")?,
        refresh_token_hash1: string("refreshTokenHash1")?,
        parent_refresh_token_hash1: optional("parentRefreshTokenHash1")?,
        anti_csrf_token: optional("antiCsrfToken")?,
        tenant_id: string("tId")?,
        recipe_user_id: string("rsub")?,
    })
}
