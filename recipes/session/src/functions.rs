//! The functions of the recipe, each of which an application may override.

use std::sync::Arc;

use supertokens_kernel::{RecipeUserId, TenantId, input, overridable};

use crate::claims::{AnyClaim, ClaimValidator};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::implementation::SessionImplementation;
use crate::payload::Payload;
use crate::tokens::AccessToken;
use crate::types::{
    GetClaimValueResponse, RegeneratedAccessToken, SessionInformation, ValidatedClaims, VerifySessionOptions,
};

overridable! {
    /// The functions of the session recipe.
    pub SessionFunctions, SessionFunctionsBuilder, SessionOverride, SessionLayer, SessionFunction,
    recipe "session", original SessionImplementation, error SessionError;

    /// Makes a session for a user.
    async fn create_new_session(CreateNewSession) -> SessionContainer;
    /// The validators that every session is checked with.
    async fn get_global_claim_validators(GetGlobalClaimValidators) -> Vec<ClaimValidator>;
    /// Verifies an access token; `None` if there is none and none is required.
    async fn get_session(GetSession) -> Option<SessionContainer>;
    /// Exchanges a refresh token for a new pair of tokens.
    async fn refresh_session(RefreshSession) -> SessionContainer;
    /// What the core knows of a session; `None` if it does not exist.
    async fn get_session_information(GetSessionInformation) -> Option<SessionInformation>;
    /// Ends all sessions of a user, and gives their handles.
    async fn revoke_all_sessions_for_user(RevokeAllSessionsForUser) -> Vec<String>;
    /// The handles of all sessions of a user.
    async fn get_all_session_handles_for_user(GetAllSessionHandlesForUser) -> Vec<String>;
    /// Ends a session; `false` if it did not exist.
    async fn revoke_session(RevokeSession) -> bool;
    /// Ends several sessions, and gives the handles of those that existed.
    async fn revoke_multiple_sessions(RevokeMultipleSessions) -> Vec<String>;
    /// Replaces the data that the core keeps with a session; `false` if it does not exist.
    async fn update_session_data_in_database(UpdateSessionDataInDatabase) -> bool;
    /// Changes the payload of a session's next access token; `false` if the session does not exist.
    async fn merge_into_access_token_payload(MergeIntoAccessTokenPayload) -> bool;
    /// Makes an access token anew with another payload; `None` if the session does not exist.
    async fn regenerate_access_token(RegenerateAccessToken) -> Option<RegeneratedAccessToken>;
    /// Checks claims, fetching anew those that are old.
    async fn validate_claims(ValidateClaims) -> ValidatedClaims;
    /// Fetches a claim anew and stores it; `false` if the session does not exist.
    async fn fetch_and_set_claim(FetchAndSetClaim) -> bool;
    /// Stores a claim's value; `false` if the session does not exist.
    async fn set_claim_value(SetClaimValue) -> bool;
    /// A claim's value.
    async fn get_claim_value(GetClaimValue) -> GetClaimValueResponse;
    /// Removes a claim; `false` if the session does not exist.
    async fn remove_claim(RemoveClaim) -> bool;
}

input! {
    /// Input of [`create_new_session`](SessionFunctions::create_new_session).
    ///
    /// ```
    /// use supertokens_session::{CreateNewSession, Payload};
    ///
    /// # fn main() -> Result<(), supertokens_session::PayloadError> {
    /// let mut jwt_payload = Payload::new();
    /// jwt_payload.insert("role", "admin")?;
    /// let input = CreateNewSession::new("public", "user-1").jwt_payload(jwt_payload);
    /// # let _ = input;
    /// # Ok(())
    /// # }
    /// ```
    CreateNewSession {
        /// The session's tenant.
        tenant_id: TenantId,
        /// The way in which the user signed in; for a user without linked accounts, the user's id.
        recipe_user_id: RecipeUserId,
    } with {
        /// The user's id, where it is known to be another than `recipe_user_id`. The core decides; overrides and
        /// claims see this.
        user_id: Option<String> = None,
        /// What goes into the access token, readable by whoever holds it (`accessTokenPayload` in the Node SDK).
        jwt_payload: Payload = Payload::new(),
        /// What stays in the core's database under the session's handle (`sessionDataInDatabase` in the Node SDK).
        session_data: Payload = Payload::new(),
        /// Whether the session goes without an anti-CSRF token in the mode `VIA_TOKEN`; so for tokens in headers.
        disable_anti_csrf: bool = false,
    }
}

impl CreateNewSession {
    /// The user's id as far as it is known before the core has answered.
    pub fn known_user_id(&self) -> &str {
        self.user_id.as_deref().unwrap_or(self.recipe_user_id.as_str())
    }
}

input! {
    /// Input of [`get_global_claim_validators`](SessionFunctions::get_global_claim_validators).
    GetGlobalClaimValidators {
        /// The session's tenant.
        tenant_id: TenantId,
        /// The session's user.
        user_id: String,
        /// The way in which the user signed in.
        recipe_user_id: RecipeUserId,
        /// What other recipes demand.
        claim_validators_added_by_other_recipes: Vec<ClaimValidator>,
    } with {}
}

input! {
    /// Input of [`get_session`](SessionFunctions::get_session).
    GetSession {} with {
        /// The access token.
        access_token: Option<AccessToken> = None,
        /// The value of the `anti-csrf` header.
        anti_csrf_token: Option<String> = None,
        /// What is demanded.
        options: VerifySessionOptions = VerifySessionOptions::default(),
    }
}

input! {
    /// Input of [`refresh_session`](SessionFunctions::refresh_session).
    RefreshSession {
        /// The refresh token.
        refresh_token: RefreshToken,
    } with {
        /// The value of the `anti-csrf` header.
        anti_csrf_token: Option<String> = None,
        /// Whether the session goes without an anti-CSRF token.
        disable_anti_csrf: bool = false,
    }
}

input! {
    /// Input of [`get_session_information`](SessionFunctions::get_session_information).
    GetSessionInformation {
        /// The session's handle.
        session_handle: String,
    } with {}
}

input! {
    /// Input of [`revoke_all_sessions_for_user`](SessionFunctions::revoke_all_sessions_for_user).
    RevokeAllSessionsForUser {
        /// The user.
        user_id: String,
    } with {
        /// Whether sessions of linked accounts end too; so unless said otherwise.
        revoke_sessions_for_linked_accounts: bool = true,
        /// The tenant whose sessions end; of all tenants unless said otherwise.
        tenant_id: Option<TenantId> = None,
    }
}

input! {
    /// Input of [`get_all_session_handles_for_user`](SessionFunctions::get_all_session_handles_for_user).
    GetAllSessionHandlesForUser {
        /// The user.
        user_id: String,
    } with {
        /// Whether sessions of linked accounts count too; so unless said otherwise.
        fetch_sessions_for_all_linked_accounts: bool = true,
        /// The tenant whose sessions count; of all tenants unless said otherwise.
        tenant_id: Option<TenantId> = None,
    }
}

input! {
    /// Input of [`revoke_session`](SessionFunctions::revoke_session).
    RevokeSession {
        /// The session's handle.
        session_handle: String,
    } with {}
}

input! {
    /// Input of [`revoke_multiple_sessions`](SessionFunctions::revoke_multiple_sessions).
    RevokeMultipleSessions {
        /// The sessions' handles.
        session_handles: Vec<String>,
    } with {}
}

input! {
    /// Input of [`update_session_data_in_database`](SessionFunctions::update_session_data_in_database).
    UpdateSessionDataInDatabase {
        /// The session's handle.
        session_handle: String,
        /// What the core keeps from now on.
        new_session_data: Payload,
    } with {}
}

input! {
    /// Input of [`merge_into_access_token_payload`](SessionFunctions::merge_into_access_token_payload).
    MergeIntoAccessTokenPayload {
        /// The session's handle.
        session_handle: String,
        /// What is stored in the payload; a `null` removes.
        access_token_payload_update: Payload,
    } with {}
}

input! {
    /// Input of [`regenerate_access_token`](SessionFunctions::regenerate_access_token).
    RegenerateAccessToken {
        /// The token that is replaced.
        access_token: AccessToken,
    } with {
        /// The application's part of the new payload; empty unless said otherwise.
        new_access_token_payload: Payload = Payload::new(),
    }
}

input! {
    /// Input of [`validate_claims`](SessionFunctions::validate_claims).
    ValidateClaims {
        /// The session's user.
        user_id: String,
        /// The way in which the user signed in.
        recipe_user_id: RecipeUserId,
        /// The access token's payload.
        access_token_payload: Arc<Payload>,
        /// What is checked.
        claim_validators: Vec<ClaimValidator>,
    } with {}
}

input! {
    /// Input of [`fetch_and_set_claim`](SessionFunctions::fetch_and_set_claim).
    FetchAndSetClaim {
        /// The session's handle.
        session_handle: String,
        /// The claim.
        claim: AnyClaim,
    } with {}
}

input! {
    /// Input of [`set_claim_value`](SessionFunctions::set_claim_value).
    SetClaimValue {
        /// The session's handle.
        session_handle: String,
        /// The claim.
        claim: AnyClaim,
        /// Its value as JSON.
        value: serde_json::Value,
    } with {}
}

input! {
    /// Input of [`get_claim_value`](SessionFunctions::get_claim_value).
    GetClaimValue {
        /// The session's handle.
        session_handle: String,
        /// The claim.
        claim: AnyClaim,
    } with {}
}

input! {
    /// Input of [`remove_claim`](SessionFunctions::remove_claim).
    RemoveClaim {
        /// The session's handle.
        session_handle: String,
        /// The claim.
        claim: AnyClaim,
    } with {}
}

/// A refresh token, which shows itself to nobody.
#[derive(Clone)]
pub struct RefreshToken(String);

impl RefreshToken {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for RefreshToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl From<&str> for RefreshToken {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}
