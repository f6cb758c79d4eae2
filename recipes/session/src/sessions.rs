//! The functions that applications call.

use std::sync::Arc;

use serde::Serialize;
use supertokens_kernel::{Exchange, TenantId, UserContext};
use supertokens_openid::{
    CreateJwt, CreateJwtResponse, GetJwks, JsonWebKeySet, Jwt, OpenId, OpenIdDiscoveryConfiguration,
};

use crate::apis::{SessionApis, VerifySession};
use crate::claims::{AnyClaim, ClaimValidationError, ClaimValidator, SessionClaim};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::{
    CreateNewSession, FetchAndSetClaim, GetAllSessionHandlesForUser, GetClaimValue, GetGlobalClaimValidators,
    GetSession, GetSessionInformation, MergeIntoAccessTokenPayload, RefreshSession, RefreshToken, RemoveClaim,
    RevokeAllSessionsForUser, RevokeMultipleSessions, RevokeSession, SessionFunctions, SetClaimValue,
    UpdateSessionDataInDatabase, ValidateClaims,
};
use crate::in_request;
use crate::payload::{Payload, PayloadError};
use crate::shared::Shared;
use crate::tokens::AccessToken;
use crate::types::{
    GetClaimValueResponse, SessionInformation, ValidateClaimsForSessionHandleResponse, VerifySessionOptions,
};

type Result<T> = std::result::Result<T, SessionError>;

/// The session functions of an application, found by [`Session::of`](crate::Session::of). Cheap to clone.
///
/// Those that take an [`Exchange`] read the request's tokens and put new ones into the response; those named
/// `.._without_request_response` leave that to the caller. All run the application's overrides.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) shared: Arc<Shared>,
    pub(crate) functions: SessionFunctions,
    pub(crate) apis: SessionApis,
    context: Option<UserContext>,
}

impl Sessions {
    pub(crate) fn new(shared: Arc<Shared>, functions: SessionFunctions, apis: SessionApis) -> Self {
        Self { shared, functions, apis, context: None }
    }

    /// The same functions, called with this context: what overrides find in it, and share through it.
    #[must_use]
    pub fn with_user_context(&self, context: UserContext) -> Self {
        Self { context: Some(context), ..self.clone() }
    }

    /// Makes a session and puts its tokens into the response.
    ///
    /// ```
    /// use supertokens_kernel::{Exchange, Ports};
    /// use supertokens_session::{CreateNewSession, Payload, Session, SessionError};
    ///
    /// async fn sign_in(app: &impl AsRef<Ports>, exchange: &Exchange) -> Result<(), SessionError> {
    ///     let mut jwt_payload = Payload::new();
    ///     jwt_payload.insert("role", "admin")?;
    ///     let new = CreateNewSession::new("public", "user-1").jwt_payload(jwt_payload);
    ///     let session = Session::of(app)?.create_new_session(exchange, new).await?;
    ///     assert_eq!(session.user_id(), "user-1");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; a configuration with which no browser would keep the cookies.
    pub async fn create_new_session(&self, exchange: &Exchange, new: CreateNewSession) -> Result<SessionContainer> {
        let new = self.in_context_of(new, exchange);
        in_request::create_new_session(&self.shared, &self.functions, exchange, new).await
    }

    /// Makes a session, and leaves it to the caller to send its
    /// [tokens](SessionContainer::all_session_tokens_dangerously).
    ///
    /// # Errors
    ///
    /// What the core or an override fails with.
    pub async fn create_new_session_without_request_response(
        &self,
        mut new: CreateNewSession,
    ) -> Result<SessionContainer> {
        if let Some(context) = &self.context {
            new.user_context = context.clone();
        }
        let new = self.shared.complete(new).await?;
        self.functions.create_new_session(new).await
    }

    /// The session of a request, which has to have one.
    ///
    /// # Errors
    ///
    /// [`SessionError`], which the SDK knows how to answer.
    pub async fn get_session(&self, exchange: &Exchange, options: VerifySessionOptions) -> Result<SessionContainer> {
        let session = self.get_optional_session(exchange, options.session_required(true)).await?;
        // For methods that carry no session (OPTIONS, TRACE).
        session.ok_or_else(|| SessionError::Unauthorised {
            message: "Session does not exist".to_owned(),
            clear_tokens: false,
        })
    }

    /// The session of a request, if it has one.
    ///
    /// # Errors
    ///
    /// [`SessionError`] if there is one that is not good.
    pub async fn get_session_if_exists(
        &self,
        exchange: &Exchange,
        options: VerifySessionOptions,
    ) -> Result<Option<SessionContainer>> {
        self.get_optional_session(exchange, options.session_required(false)).await
    }

    /// Verifies an access token that came in the application's own way.
    ///
    /// # Errors
    ///
    /// [`SessionError`] if it is not good, or there is none and one is required.
    pub async fn get_session_without_request_response(
        &self,
        access_token: impl Into<AccessToken>,
        anti_csrf_token: Option<String>,
        options: VerifySessionOptions,
    ) -> Result<Option<SessionContainer>> {
        let context = self.context();
        let input = GetSession::new()
            .access_token(access_token.into())
            .anti_csrf_token(anti_csrf_token)
            .options(options.clone())
            .user_context(context.clone());
        let Some(session) = self.functions.get_session(input).await? else {
            return Ok(None);
        };
        let validators =
            in_request::required_claim_validators(&self.shared, &self.functions, &session, &options, &context).await?;
        session.assert_claims(validators).await?;
        Ok(Some(session))
    }

    /// Exchanges the refresh token of a request for new tokens in the response.
    ///
    /// # Errors
    ///
    /// [`SessionError`], which the SDK knows how to answer.
    pub async fn refresh_session(&self, exchange: &Exchange) -> Result<SessionContainer> {
        in_request::refresh_session(&self.shared, &self.functions, exchange, self.context_of(exchange)).await
    }

    /// Exchanges a refresh token that came in the application's own way.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`], [`SessionError::TokenTheftDetected`]; the caller has to remove the tokens, and to
    /// end the session after a theft.
    pub async fn refresh_session_without_request_response(
        &self,
        refresh_token: impl Into<RefreshToken>,
        anti_csrf: RefreshAntiCsrf,
    ) -> Result<SessionContainer> {
        let (disable_anti_csrf, anti_csrf_token) = match anti_csrf {
            RefreshAntiCsrf::Disabled => (true, None),
            RefreshAntiCsrf::Token(token) => (false, token),
        };
        let input = RefreshSession::new(refresh_token)
            .anti_csrf_token(anti_csrf_token)
            .disable_anti_csrf(disable_anti_csrf)
            .user_context(self.context());
        self.functions.refresh_session(input).await
    }

    /// What the core knows of a session.
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; so for all that follow.
    pub async fn get_session_information(&self, session_handle: &str) -> Result<Option<SessionInformation>> {
        let input = GetSessionInformation::new(session_handle).user_context(self.context());
        self.functions.get_session_information(input).await
    }

    /// Ends all sessions of a user, of linked accounts too, and gives their handles; of all tenants, or of one.
    pub async fn revoke_all_sessions_for_user(
        &self,
        user_id: &str,
        tenant_id: Option<TenantId>,
    ) -> Result<Vec<String>> {
        let input = RevokeAllSessionsForUser::new(user_id).tenant_id(tenant_id).user_context(self.context());
        self.functions.revoke_all_sessions_for_user(input).await
    }

    /// The handles of all sessions of a user, of linked accounts too; of all tenants, or of one.
    pub async fn get_all_session_handles_for_user(
        &self,
        user_id: &str,
        tenant_id: Option<TenantId>,
    ) -> Result<Vec<String>> {
        let input = GetAllSessionHandlesForUser::new(user_id).tenant_id(tenant_id).user_context(self.context());
        self.functions.get_all_session_handles_for_user(input).await
    }

    /// Ends a session; `false` if it did not exist.
    pub async fn revoke_session(&self, session_handle: &str) -> Result<bool> {
        self.functions.revoke_session(RevokeSession::new(session_handle).user_context(self.context())).await
    }

    /// Ends several sessions, and gives the handles of those that existed.
    pub async fn revoke_multiple_sessions(&self, session_handles: Vec<String>) -> Result<Vec<String>> {
        let input = RevokeMultipleSessions::new(session_handles).user_context(self.context());
        self.functions.revoke_multiple_sessions(input).await
    }

    /// Replaces the data that the core keeps with a session; `false` if it does not exist.
    pub async fn update_session_data_in_database<D: Serialize + ?Sized>(
        &self,
        session_handle: &str,
        new_data: &D,
    ) -> Result<bool> {
        let input = UpdateSessionDataInDatabase::new(session_handle, Payload::from_data(new_data)?);
        self.functions.update_session_data_in_database(input.user_context(self.context())).await
    }

    /// Changes the payload that a session's next access token will have: a `null` removes. `false` if the session does
    /// not exist.
    pub async fn merge_into_access_token_payload<P: Serialize + ?Sized>(
        &self,
        session_handle: &str,
        update: &P,
    ) -> Result<bool> {
        let input = MergeIntoAccessTokenPayload::new(session_handle, Payload::from_data(update)?);
        self.functions.merge_into_access_token_payload(input.user_context(self.context())).await
    }

    /// Fetches a claim anew for a session's next access token; `false` if the session does not exist.
    pub async fn fetch_and_set_claim(&self, session_handle: &str, claim: &impl SessionClaim) -> Result<bool> {
        let input = FetchAndSetClaim::new(session_handle, AnyClaim::new(claim)).user_context(self.context());
        self.functions.fetch_and_set_claim(input).await
    }

    /// Stores a claim's value for a session's next access token; `false` if the session does not exist.
    pub async fn set_claim_value<C: SessionClaim>(
        &self,
        session_handle: &str,
        claim: &C,
        value: &C::Value,
    ) -> Result<bool> {
        let value = serde_json::to_value(value).map_err(PayloadError::Unserialisable)?;
        let input = SetClaimValue::new(session_handle, AnyClaim::new(claim), value).user_context(self.context());
        self.functions.set_claim_value(input).await
    }

    /// A claim's value as a session's next access token will have it.
    pub async fn get_claim_value<C: SessionClaim>(
        &self,
        session_handle: &str,
        claim: &C,
    ) -> Result<GetClaimValueResponse<C::Value>> {
        let input = GetClaimValue::new(session_handle, AnyClaim::new(claim)).user_context(self.context());
        Ok(match self.functions.get_claim_value(input).await? {
            GetClaimValueResponse::SessionDoesNotExist => GetClaimValueResponse::SessionDoesNotExist,
            GetClaimValueResponse::Ok(value) => GetClaimValueResponse::Ok(
                value.map(serde_json::from_value).transpose().map_err(PayloadError::Mismatch)?,
            ),
        })
    }

    /// Removes a claim from a session's next access token; `false` if the session does not exist.
    pub async fn remove_claim(&self, session_handle: &str, claim: &impl SessionClaim) -> Result<bool> {
        let input = RemoveClaim::new(session_handle, AnyClaim::new(claim)).user_context(self.context());
        self.functions.remove_claim(input).await
    }

    /// Checks the claims of a session by its handle, fetching anew those that are old. `choose` gets the validators that
    /// every session is checked with, and gives those to use.
    pub async fn validate_claims_for_session_handle(
        &self,
        session_handle: &str,
        choose: impl FnOnce(Vec<ClaimValidator>, &SessionInformation) -> Vec<ClaimValidator>,
    ) -> Result<ValidateClaimsForSessionHandleResponse> {
        use ValidateClaimsForSessionHandleResponse as Response;
        let Some(session) = self.get_session_information(session_handle).await? else {
            return Ok(Response::SessionDoesNotExist);
        };
        let context = self.context();
        let global = self
            .functions
            .get_global_claim_validators(
                GetGlobalClaimValidators::new(
                    session.tenant_id.clone(),
                    &*session.user_id,
                    session.recipe_user_id.clone(),
                    self.shared.claim_validators(),
                )
                .user_context(context.clone()),
            )
            .await?;
        let validators = choose(global, &session);
        let payload = session.custom_claims_in_access_token_payload;
        let input = ValidateClaims::new(session.user_id, session.recipe_user_id, payload, validators);
        let validated = self.functions.validate_claims(input.user_context(context.clone())).await?;
        if let Some(update) = validated.access_token_payload_update {
            let input = MergeIntoAccessTokenPayload::new(session_handle, update).user_context(context);
            if !self.functions.merge_into_access_token_payload(input).await? {
                return Ok(Response::SessionDoesNotExist);
            }
        }
        Ok(Response::Ok(validated.invalid_claims))
    }

    /// Checks the claims of a payload that the application got in a way of its own, such as an access token that another
    /// service has verified. Claims that are old are fetched anew for the check, and stored nowhere.
    pub async fn validate_claims_in_jwt_payload(
        &self,
        user_id: &str,
        payload: Payload,
        claim_validators: Vec<ClaimValidator>,
    ) -> Result<Vec<ClaimValidationError>> {
        let recipe_user_id = payload.get("rsub").and_then(serde_json::Value::as_str).unwrap_or(user_id).to_owned();
        let input = ValidateClaims::new(user_id, recipe_user_id, payload, claim_validators);
        Ok(self.functions.validate_claims(input.user_context(self.context())).await?.invalid_claims)
    }

    /// Signs a JSON Web Token with the application as its issuer.
    pub async fn create_jwt(&self, input: CreateJwt) -> Result<CreateJwtResponse> {
        Ok(OpenId::of(&self.shared.ports)?.create_jwt(input).await?)
    }

    /// The keys that the core publishes.
    pub async fn get_jwks(&self) -> Result<JsonWebKeySet> {
        Ok(Jwt::of(&self.shared.ports)?.get_jwks(GetJwks::new().user_context(self.context())).await?)
    }

    /// Where others find the application's keys.
    pub async fn get_open_id_discovery_configuration(&self) -> Result<OpenIdDiscoveryConfiguration> {
        let input = supertokens_openid::GetOpenIdDiscoveryConfiguration::new().user_context(self.context());
        Ok(OpenId::of(&self.shared.ports)?.get_open_id_discovery_configuration(input).await?)
    }

    /// The recipe's functions with all their inputs; the methods here are shorthands for them.
    pub fn functions(&self) -> &SessionFunctions {
        &self.functions
    }

    async fn get_optional_session(
        &self,
        exchange: &Exchange,
        options: VerifySessionOptions,
    ) -> Result<Option<SessionContainer>> {
        let input = VerifySession::new(exchange.clone(), options, self.context_of(exchange));
        self.apis.verify_session(input).await
    }

    fn context(&self) -> UserContext {
        self.context.clone().unwrap_or_default()
    }

    fn context_of(&self, exchange: &Exchange) -> UserContext {
        self.context.clone().unwrap_or_else(|| UserContext::for_request(exchange.request.clone()))
    }

    fn in_context_of(&self, mut new: CreateNewSession, exchange: &Exchange) -> CreateNewSession {
        if let Some(context) = &self.context {
            new.user_context = context.clone();
        }
        new.user_context.set_request_if_absent(&exchange.request);
        new
    }
}

/// What protects a refresh that is made without a request.
#[derive(Clone, Debug, Default)]
pub enum RefreshAntiCsrf {
    /// The session goes on without an anti-CSRF token, as for tokens in headers.
    #[default]
    Disabled,
    /// In the mode `VIA_TOKEN`: the value of the `anti-csrf` header.
    Token(Option<String>),
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}
