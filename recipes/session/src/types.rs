//! What the recipe's functions speak of.

use std::sync::Arc;

use supertokens_kernel::{BoxFuture, RecipeUserId, TenantId, UserContext};

use crate::claims::{ClaimValidationError, ClaimValidator};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::payload::Payload;

/// How tokens travel: in cookies or in headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenTransferMethod {
    /// `HttpOnly` cookies, for browsers.
    Cookie,
    /// `Authorization: Bearer` in and `st-access-token`, `st-refresh-token` out, for everything else.
    Header,
}

impl TokenTransferMethod {
    /// Both, in the order in which they are looked at.
    pub const ALL: [Self; 2] = [Self::Cookie, Self::Header];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cookie => Self::Header,
            Self::Header => Self::Cookie,
        }
    }
}

/// Which ways of transferring tokens a request may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedTransferMethod {
    /// This one alone.
    Only(TokenTransferMethod),
    /// Both.
    Any,
}

impl AllowedTransferMethod {
    pub(crate) fn allows(self, method: TokenTransferMethod) -> bool {
        self == Self::Any || self == Self::Only(method)
    }
}

/// One of a session's two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// The access token, sent with each request.
    Access,
    /// The refresh token, sent to the refresh route only.
    Refresh,
}

/// How requests are protected against being made by other sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AntiCsrf {
    /// By `SameSite` cookies alone.
    None,
    /// By a token that the `anti-csrf` header has to repeat.
    ViaToken,
    /// By a header (`rid`) that other sites cannot send without asking.
    ViaCustomHeader,
}

/// A session as the core keeps it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SessionInformation {
    /// The session's handle.
    pub session_handle: String,
    /// Its user.
    pub user_id: String,
    /// The way in which the user signed in.
    pub recipe_user_id: RecipeUserId,
    /// The data that stays in the core's database (`sessionDataInDatabase` in the Node SDK).
    pub session_data: Payload,
    /// When the session ends if it is not refreshed, in milliseconds since the Unix epoch.
    pub expiry_ms: u64,
    /// The application's part of the access token's payload, as the next token will have it.
    pub custom_claims_in_access_token_payload: Payload,
    /// When the session was made, in milliseconds since the Unix epoch.
    pub time_created_ms: u64,
    /// Its tenant.
    pub tenant_id: TenantId,
}

/// All tokens of a session. Whoever has them is the user.
#[derive(Clone)]
#[non_exhaustive]
pub struct SessionTokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token; there after creating and refreshing.
    pub refresh_token: Option<String>,
    /// What the front end may read.
    pub front_token: String,
    /// What the `anti-csrf` header has to say, in the mode `VIA_TOKEN`.
    pub anti_csrf_token: Option<String>,
    /// Whether access and front token are newer than those of the request.
    pub access_and_front_token_updated: bool,
}

impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionTokens").field("updated", &self.access_and_front_token_updated).finish_non_exhaustive()
    }
}

/// What validating claims found.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ValidatedClaims {
    /// What failed.
    pub invalid_claims: Vec<ClaimValidationError>,
    /// The payload with claims that were fetched anew, if any were.
    pub access_token_payload_update: Option<Payload>,
}

impl ValidatedClaims {
    /// A result without an update.
    pub fn new(invalid_claims: Vec<ClaimValidationError>) -> Self {
        Self { invalid_claims, access_token_payload_update: None }
    }
}

/// A claim's value in a session.
#[derive(Clone, Debug, PartialEq)]
pub enum GetClaimValueResponse<T = serde_json::Value> {
    /// The session exists; the value, if the claim is in its payload.
    Ok(Option<T>),
    /// There is no such session.
    SessionDoesNotExist,
}

/// What validating the claims of a session handle found.
#[derive(Clone, Debug, PartialEq)]
pub enum ValidateClaimsForSessionHandleResponse {
    /// The session exists; what failed.
    Ok(Vec<ClaimValidationError>),
    /// There is no such session.
    SessionDoesNotExist,
}

/// An access token made anew with another payload.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegeneratedAccessToken {
    /// The session's handle.
    pub session_handle: String,
    /// Its user.
    pub user_id: String,
    /// The way in which the user signed in.
    pub recipe_user_id: RecipeUserId,
    /// The application's part of the payload.
    pub jwt_payload: Payload,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// The new token; none if the old one had expired meanwhile.
    pub access_token: Option<NewAccessToken>,
}

/// A token that the core has just made.
#[derive(Clone)]
#[non_exhaustive]
pub struct NewAccessToken {
    /// The token.
    pub token: String,
    /// When it expires, in milliseconds since the Unix epoch.
    pub expiry_ms: u64,
}

impl std::fmt::Debug for NewAccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAccessToken").field("expiry_ms", &self.expiry_ms).finish_non_exhaustive()
    }
}

type OverrideValidators = Arc<
    dyn Fn(Vec<ClaimValidator>, SessionContainer, UserContext) -> BoxFuture<Result<Vec<ClaimValidator>, SessionError>>
        + Send
        + Sync,
>;

/// What is demanded of a request's session.
///
/// ```
/// use supertokens_session::VerifySessionOptions;
///
/// // Ask the core each time, so that a revoked session is refused at once.
/// let strict = VerifySessionOptions::new().check_database(true);
/// # let _ = strict;
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct VerifySessionOptions {
    /// Whether a request without a session is refused; `true` unless said otherwise.
    pub session_required: bool,
    /// Whether the anti-CSRF check is made; unless said otherwise, for all methods but `GET`.
    pub anti_csrf_check: Option<bool>,
    /// Whether the core is asked each time, so that a revoked session is refused at once; `false` unless said
    /// otherwise.
    pub check_database: bool,
    /// Changes the validators that every session is checked with.
    pub override_global_claim_validators: Option<OverrideValidators>,
}

impl Default for VerifySessionOptions {
    fn default() -> Self {
        Self {
            session_required: true,
            anti_csrf_check: None,
            check_database: false,
            override_global_claim_validators: None,
        }
    }
}

impl VerifySessionOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a request without a session is refused.
    #[must_use]
    pub fn session_required(mut self, required: bool) -> Self {
        self.session_required = required;
        self
    }

    /// Whether the anti-CSRF check is made, whatever the method.
    #[must_use]
    pub fn anti_csrf_check(mut self, check: bool) -> Self {
        self.anti_csrf_check = Some(check);
        self
    }

    /// Whether the core is asked each time.
    #[must_use]
    pub fn check_database(mut self, check: bool) -> Self {
        self.check_database = check;
        self
    }

    /// Changes the validators that every session is checked with: gets the global ones, gives those to use.
    #[must_use]
    pub fn override_global_claim_validators<F, Fut>(mut self, change: F) -> Self
    where
        F: Fn(Vec<ClaimValidator>, SessionContainer, UserContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<ClaimValidator>, SessionError>> + Send + 'static,
    {
        self.override_global_claim_validators =
            Some(Arc::new(move |global, session, context| Box::pin(change(global, session, context))));
        self
    }

    /// Demands something of the session's claims, beside what every session is checked with.
    ///
    /// ```
    /// use supertokens_session::VerifySessionOptions;
    /// use supertokens_session::claims::BooleanClaim;
    ///
    /// let over_18 = BooleanClaim::new("over-18", async |_input| Ok(Some(true)));
    /// let adults = VerifySessionOptions::new().require_claim(over_18.is_true(None));
    /// # let _ = adults;
    /// ```
    #[must_use]
    pub fn require_claim(self, validator: ClaimValidator) -> Self {
        let earlier = self.override_global_claim_validators.clone();
        self.override_global_claim_validators(move |global, session, context| {
            let (earlier, validator) = (earlier.clone(), validator.clone());
            async move {
                let mut validators = match earlier {
                    Some(change) => change(global, session, context).await?,
                    None => global,
                };
                validators.push(validator);
                Ok(validators)
            }
        })
    }
}

impl std::fmt::Debug for VerifySessionOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifySessionOptions")
            .field("session_required", &self.session_required)
            .field("anti_csrf_check", &self.anti_csrf_check)
            .field("check_database", &self.check_database)
            .finish_non_exhaustive()
    }
}
