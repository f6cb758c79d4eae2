//! Answers about sessions.

use serde::Serialize;

use super::Reply;
use crate::{http::json, json_object::JsonObject, session::access_token::SessionClaims};

/// A session, and the tokens that are given for it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionReply<'r> {
    pub(super) session: SessionPart<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) access_token: Option<TokenReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refresh_token: Option<TokenReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anti_csrf_token: Option<&'r str>,
    /// Whether the stored payload is another than the token's (5.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload_update_available: Option<bool>,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionPart<'r> {
    handle: &'r str,
    user_id: &'r str,
    recipe_user_id: &'r str,
    #[serde(rename = "userDataInJWT")]
    user_data_in_jwt: &'r JsonObject<'r>,
    tenant_id: &'r str,
}

/// A token; times in milliseconds since 1970.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenReply {
    pub(super) token: String,
    pub(super) expiry: u64,
    pub(super) created_time: u64,
}

/// No success, and why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal<'r> {
    pub(super) status: &'static str,
    pub(super) message: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recent_token_reuse_subtype: Option<&'static str>,
}

impl<'r> SessionReply<'r> {
    /// A session without new tokens.
    pub(super) fn new(claims: &'r SessionClaims<'r>, payload: &'r JsonObject<'r>) -> Self {
        Self {
            session: SessionPart {
                handle: &claims.session_handle,
                user_id: &claims.user_id,
                recipe_user_id: &claims.recipe_user_id,
                user_data_in_jwt: payload,
                tenant_id: &claims.tenant_id,
            },
            access_token: None,
            refresh_token: None,
            anti_csrf_token: None,
            payload_update_available: None,
            status: "OK",
        }
    }
}

/// The caller has no session.
pub(super) fn unauthorised(message: &str) -> Reply {
    json(&Refusal { status: "UNAUTHORISED", message, recent_token_reuse_subtype: None })
}

/// The access token is of no use; a refresh may give one.
pub(super) fn try_refresh_token(message: &str) -> Reply {
    json(&Refusal { status: "TRY_REFRESH_TOKEN", message, recent_token_reuse_subtype: None })
}
