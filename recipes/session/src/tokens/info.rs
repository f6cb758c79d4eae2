//! What an access token says.

use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use supertokens_kernel::{RecipeUserId, TenantId};

use super::verifier::Inspected;
use crate::payload::{Payload, PayloadError};

/// What an access token says about its session.
#[derive(Debug)]
#[non_exhaustive]
pub struct AccessTokenInfo {
    /// The token's version: 2 to 5.
    pub version: u8,
    /// The id of the key that it is signed with: `d-..` for one that rotates, `s-..` for one that does not. Tokens of
    /// version 2 do not tell.
    pub kid: Option<Arc<str>>,
    /// The session's handle.
    pub session_handle: String,
    /// The session's user.
    pub user_id: String,
    /// The way in which the user signed in.
    pub recipe_user_id: RecipeUserId,
    /// The session's tenant.
    pub tenant_id: TenantId,
    /// Set on a token of a refresh that has not been used yet: the core promotes it on first use (interface 5.4).
    pub parent_refresh_token_hash1: Option<String>,
    /// What the `anti-csrf` header has to say, in the mode `VIA_TOKEN`.
    pub anti_csrf_token: Option<String>,
    /// When it expires, in milliseconds since the Unix epoch.
    pub expiry_ms: u64,
    /// When it was made, in milliseconds since the Unix epoch.
    pub time_created_ms: u64,
    pub(super) payload_json: String,
    pub(super) payload: OnceLock<Arc<Payload>>,
}

impl AccessTokenInfo {
    /// The whole payload, with the session's own claims; for tokens of version 2 only the application's part.
    pub fn payload(&self) -> &Arc<Payload> {
        // That it is an object was seen when the token was parsed.
        self.payload.get_or_init(|| Arc::new(super::parse::payload_of(self.version, &self.payload_json)))
    }

    /// The payload as a type, read from the token's own text: nothing of it is kept that the type does not ask for.
    pub(crate) fn parse_payload<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        if self.version > 2 {
            return serde_json::from_str(&self.payload_json).map_err(PayloadError::Mismatch);
        }
        self.payload().parse()
    }

    /// Whether it is signed with a key that rotates; tokens of version 2 do not tell.
    pub fn uses_dynamic_key(&self) -> Option<bool> {
        self.kid.as_ref().map(|kid| kid.starts_with("d-"))
    }

    /// About how many bytes it occupies.
    pub(super) fn weight(&self) -> usize {
        // A parsed payload takes a few times its text.
        size_of::<Self>() + 4 * self.payload_json.len()
    }
}

/// An access token as it came, not known to be good.
///
/// ```
/// use supertokens_session::AccessToken;
///
/// let token = AccessToken::from("eyJ...");
/// assert_eq!(token.as_str(), "eyJ...");
/// ```
#[derive(Clone)]
pub struct AccessToken {
    text: String,
    /// What a first look found, so that the text is hashed and parsed once. Never outlives the text.
    pub(crate) inspected: Option<Inspected>,
}

impl AccessToken {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    pub(crate) fn inspected(text: String, inspected: Inspected) -> Self {
        Self { text, inspected: Some(inspected) }
    }
}

impl From<String> for AccessToken {
    fn from(text: String) -> Self {
        Self { text, inspected: None }
    }
}

impl From<&str> for AccessToken {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(..)")
    }
}
