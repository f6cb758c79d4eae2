//! Listing sessions and ending them.

use serde::{Deserialize, Serialize};
use supertokens_kernel::{CorePath, TenantId, UserContext};

use super::{Result, SessionImplementation};
use crate::functions::{
    GetAllSessionHandlesForUser, RevokeAllSessionsForUser, RevokeMultipleSessions, RevokeSession, SessionFunctions,
};

const REMOVE: &str = "/recipe/session/remove";
const OF_USER: &str = "/recipe/session/user";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RemoveOfUser<'a> {
    user_id: &'a str,
    revoke_sessions_for_linked_accounts: bool,
    revoke_across_all_tenants: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RemoveByHandle<'a> {
    session_handles: &'a [String],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revoked {
    session_handles_revoked: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handles {
    session_handles: Vec<String>,
}

impl SessionImplementation {
    pub(crate) async fn revoke_all_sessions_for_user(
        &self,
        input: RevokeAllSessionsForUser,
        _top: &SessionFunctions,
    ) -> Result<Vec<String>> {
        let body = RemoveOfUser {
            user_id: &input.user_id,
            revoke_sessions_for_linked_accounts: input.revoke_sessions_for_linked_accounts,
            revoke_across_all_tenants: input.tenant_id.is_none(),
        };
        let path = path_of(input.tenant_id.as_ref(), REMOVE);
        let revoked: Revoked = self.shared.core.post(path, &body, &input.user_context).await?;
        Ok(revoked.session_handles_revoked)
    }

    pub(crate) async fn get_all_session_handles_for_user(
        &self,
        input: GetAllSessionHandlesForUser,
        _top: &SessionFunctions,
    ) -> Result<Vec<String>> {
        let query = [
            ("userId", input.user_id.as_str()),
            ("fetchSessionsForAllLinkedAccounts", text(input.fetch_sessions_for_all_linked_accounts)),
            ("fetchAcrossAllTenants", text(input.tenant_id.is_none())),
        ];
        let path = path_of(input.tenant_id.as_ref(), OF_USER);
        let handles: Handles = self.shared.core.get(path, &query, &input.user_context).await?;
        Ok(handles.session_handles)
    }

    pub(crate) async fn revoke_session(&self, input: RevokeSession, _top: &SessionFunctions) -> Result<bool> {
        let revoked = self.remove(&[input.session_handle], &input.user_context).await?;
        Ok(revoked.len() == 1)
    }

    pub(crate) async fn revoke_multiple_sessions(
        &self,
        input: RevokeMultipleSessions,
        _top: &SessionFunctions,
    ) -> Result<Vec<String>> {
        self.remove(&input.session_handles, &input.user_context).await
    }

    async fn remove(&self, session_handles: &[String], context: &UserContext) -> Result<Vec<String>> {
        let body = RemoveByHandle { session_handles };
        let revoked: Revoked = self.shared.core.post(CorePath::app(REMOVE), &body, context).await?;
        Ok(revoked.session_handles_revoked)
    }
}

/// Of one tenant, or of all.
fn path_of<'t>(tenant_id: Option<&'t TenantId>, path: &'static str) -> CorePath<'t> {
    tenant_id.map_or(CorePath::app(path), |tenant_id| CorePath::tenant(tenant_id, path))
}

fn text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
