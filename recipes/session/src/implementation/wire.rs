//! What is sent to the core and what it answers (core interface 5.4 to 5.6).

use http::Method;
use serde::{Deserialize, Serialize};
use supertokens_kernel::CoreError;

use crate::error::SessionError;
use crate::payload::Payload;
use crate::types::NewAccessToken;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateBody<'a> {
    pub(super) user_id: &'a str,
    #[serde(rename = "userDataInJWT")]
    pub(super) user_data_in_jwt: &'a Payload,
    pub(super) user_data_in_database: &'a Payload,
    pub(super) use_dynamic_signing_key: bool,
    pub(super) enable_anti_csrf: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerifyBody<'a> {
    pub(super) access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anti_csrf_token: Option<&'a str>,
    pub(super) do_anti_csrf_check: bool,
    pub(super) enable_anti_csrf: bool,
    pub(super) check_database: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefreshBody<'a> {
    pub(super) refresh_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anti_csrf_token: Option<&'a str>,
    pub(super) enable_anti_csrf: bool,
    pub(super) use_dynamic_signing_key: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegenerateBody<'a> {
    pub(super) access_token: &'a str,
    /// Without it the core takes the payload that it keeps.
    #[serde(rename = "userDataInJWT", skip_serializing_if = "Option::is_none")]
    pub(super) user_data_in_jwt: Option<&'a Payload>,
}

/// The answer to creating, verifying, refreshing and regenerating: what is in it depends on `status`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionAnswer {
    pub(super) status: String,
    pub(super) message: Option<String>,
    pub(super) session: Option<CoreSession>,
    pub(super) access_token: Option<CoreToken>,
    pub(super) refresh_token: Option<CoreToken>,
    pub(super) anti_csrf_token: Option<String>,
    /// Interface 5.6: the payload that the core keeps is not that of the token.
    #[serde(default)]
    pub(super) payload_update_available: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CoreSession {
    pub(super) handle: String,
    pub(super) user_id: String,
    pub(super) recipe_user_id: String,
    #[serde(rename = "userDataInJWT", default)]
    pub(super) user_data_in_jwt: Payload,
    #[serde(default = "public")]
    pub(super) tenant_id: String,
}

#[derive(Deserialize)]
pub(super) struct CoreToken {
    pub(super) token: String,
    pub(super) expiry: u64,
}

impl From<CoreToken> for NewAccessToken {
    fn from(token: CoreToken) -> Self {
        Self { token: token.token, expiry_ms: token.expiry }
    }
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) status: String,
}

impl Status {
    pub(super) fn is_ok(&self) -> bool {
        self.status == "OK"
    }
}

/// An answer without what its status promises.
pub(super) fn unexpected(path: &str, status: &str) -> SessionError {
    CoreError::unexpected_answer(Method::POST, path, format!("the status `{status}` without what belongs to it")).into()
}

fn public() -> String {
    supertokens_kernel::DEFAULT_TENANT_ID.to_owned()
}
