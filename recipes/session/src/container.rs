//! A session in a request handler's hands.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use supertokens_kernel::{Exchange, RecipeUserId, TenantId, UserContext};

use crate::claims::{AnyClaim, ClaimValidator, FetchClaim, SessionClaim};
use crate::error::SessionError;
use crate::functions::{
    GetSessionInformation, RegenerateAccessToken, RevokeSession, SessionFunctions, UpdateSessionDataInDatabase,
    ValidateClaims,
};
use crate::payload::{Payload, PayloadError};
use crate::shared::Shared;
use crate::tokens::{AccessTokenInfo, read_new_token};
use crate::transfer::NewTokens;
use crate::types::{SessionInformation, SessionTokens, TokenTransferMethod};

type Result<T> = std::result::Result<T, SessionError>;

/// A session in a request handler's hands: who it is, its data, and what can be done with it. Cheap to clone; clones are
/// the same session.
///
/// What it changes reaches the front end with the response of the request that it belongs to.
#[derive(Clone)]
pub struct SessionContainer {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    functions: SessionFunctions,
    /// Of the token that the session was found by; its ids never change.
    info: Arc<AccessTokenInfo>,
    user_context: UserContext,
    state: Mutex<State>,
}

struct State {
    access_token: String,
    payload: PayloadState,
    expiry_ms: u64,
    refresh_token: Option<(String, u64)>,
    anti_csrf_token: Option<String>,
    is_updated: bool,
    attached: Option<(Exchange, TokenTransferMethod)>,
}

/// The payload of the token that the session was found by is read only when somebody asks for it.
enum PayloadState {
    OfToken,
    Changed(Arc<Payload>),
}

pub(crate) struct NewContainer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) functions: SessionFunctions,
    pub(crate) access_token: String,
    pub(crate) info: Arc<AccessTokenInfo>,
    pub(crate) refresh_token: Option<(String, u64)>,
    pub(crate) anti_csrf_token: Option<String>,
    /// Whether the front end does not have the access token yet.
    pub(crate) is_new: bool,
    pub(crate) user_context: UserContext,
}

impl SessionContainer {
    pub(crate) fn new(new: NewContainer) -> Self {
        let state = State {
            access_token: new.access_token,
            payload: PayloadState::OfToken,
            expiry_ms: new.info.expiry_ms,
            refresh_token: new.refresh_token,
            anti_csrf_token: new.anti_csrf_token,
            is_updated: new.is_new,
            attached: None,
        };
        let NewContainer { shared, functions, info, user_context, .. } = new;
        Self { inner: Arc::new(Inner { shared, functions, info, user_context, state: Mutex::new(state) }) }
    }

    /// The session's user: the primary one, where accounts are linked.
    pub fn user_id(&self) -> &str {
        &self.inner.info.user_id
    }

    /// The way in which the user signed in.
    pub fn recipe_user_id(&self) -> &RecipeUserId {
        &self.inner.info.recipe_user_id
    }

    /// The session's tenant.
    pub fn tenant_id(&self) -> &TenantId {
        &self.inner.info.tenant_id
    }

    /// The session's handle: its name in the core's database. It opens nothing.
    pub fn handle(&self) -> &str {
        &self.inner.info.session_handle
    }

    /// The access token.
    pub fn access_token(&self) -> String {
        self.state().access_token.clone()
    }

    /// Everything in the access token: the application's own data and the session's claims.
    pub fn access_token_payload(&self) -> Arc<Payload> {
        match &self.state().payload {
            PayloadState::OfToken => self.inner.info.payload().clone(),
            PayloadState::Changed(payload) => payload.clone(),
        }
    }

    /// The access token's payload as a type of the application's, read without a call.
    ///
    /// # Errors
    ///
    /// If the payload does not have that form.
    pub fn claims<C: DeserializeOwned>(&self) -> Result<C> {
        let changed = match &self.state().payload {
            PayloadState::OfToken => None,
            PayloadState::Changed(payload) => Some(payload.clone()),
        };
        Ok(match changed {
            None => self.inner.info.parse_payload()?,
            Some(payload) => payload.parse()?,
        })
    }

    /// When the access token expires, in milliseconds since the Unix epoch. The session goes on if it is refreshed.
    pub fn access_token_expiry_ms(&self) -> u64 {
        self.state().expiry_ms
    }

    /// All tokens. Whoever has them is the user: never log them, never send them anywhere but to the front end.
    ///
    /// # Errors
    ///
    /// If the front token cannot be written.
    pub fn all_session_tokens_dangerously(&self) -> Result<SessionTokens> {
        let front_token = self.front_token()?;
        let state = self.state();
        Ok(SessionTokens {
            access_token: state.access_token.clone(),
            refresh_token: state.refresh_token.as_ref().map(|(token, _)| token.clone()),
            front_token,
            anti_csrf_token: state.anti_csrf_token.clone(),
            access_and_front_token_updated: state.is_updated,
        })
    }

    /// The data that the core keeps with the session, asked for with a call.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn session_data(&self) -> Result<Payload> {
        Ok(self.information().await?.session_data)
    }

    /// The data that the core keeps with the session, as a type of the application's.
    ///
    /// # Errors
    ///
    /// As [`session_data`](Self::session_data), or if the data does not have that form.
    pub async fn session_data_as<D: DeserializeOwned>(&self) -> Result<D> {
        Ok(self.session_data().await?.parse()?)
    }

    /// Replaces the data that the core keeps with the session.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn update_session_data_in_database<D: Serialize + ?Sized>(&self, new_data: &D) -> Result<()> {
        let input = UpdateSessionDataInDatabase::new(self.handle(), Payload::from_data(new_data)?);
        let input = input.user_context(self.inner.user_context.clone());
        if self.inner.functions.update_session_data_in_database(input).await? { Ok(()) } else { Err(ended()) }
    }

    /// Changes the access token's payload: fields are added or replaced, those that are `null` removed. The front end
    /// gets a new access token with the response.
    ///
    /// # Errors
    ///
    /// A reserved name; [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn merge_into_access_token_payload<P: Serialize + ?Sized>(&self, update: &P) -> Result<()> {
        let update = Payload::from_data(update)?;
        let payload = (*self.access_token_payload()).clone().without_reserved().updated_by(&update);
        let input = RegenerateAccessToken::new(self.access_token()).new_access_token_payload(payload);
        let input = input.user_context(self.inner.user_context.clone());
        let Some(regenerated) = self.inner.functions.regenerate_access_token(input).await? else {
            return Err(ended());
        };
        let Some(new) = regenerated.access_token else {
            // The token has expired since it was verified. The front end refreshes, and gets the new payload then; in
            // this request it is as if it had it.
            let payload = (*self.access_token_payload()).clone().updated_by(&update).with(&regenerated.jwt_payload);
            self.state().payload = PayloadState::Changed(Arc::new(payload));
            return Ok(());
        };
        let info = read_new_token(&new.token)?;
        let payload = if info.version > 2 { info.payload().clone() } else { Arc::new(regenerated.jwt_payload) };
        {
            let mut state = self.state();
            state.payload = PayloadState::Changed(payload);
            state.access_token = new.token;
            state.expiry_ms = new.expiry_ms;
            state.is_updated = true;
        }
        self.send_access_token(OnlyAccessToken)
    }

    /// Ends the session, and removes its tokens from the front end.
    ///
    /// # Errors
    ///
    /// If the core cannot be asked.
    pub async fn revoke_session(&self) -> Result<()> {
        let input = RevokeSession::new(self.handle()).user_context(self.inner.user_context.clone());
        // Whether there was still something to end or not, this request's tokens are of no more use.
        self.inner.functions.revoke_session(input).await?;
        let attached = self.state().attached.clone();
        if let Some((exchange, method)) = attached {
            self.inner.shared.clear(&exchange, method, &self.inner.user_context)?;
        }
        Ok(())
    }

    /// When the session was made, in milliseconds since the Unix epoch, asked for with a call.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn time_created(&self) -> Result<u64> {
        Ok(self.information().await?.time_created_ms)
    }

    /// When the session ends if it is not refreshed, in milliseconds since the Unix epoch, asked for with a call.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn expiry(&self) -> Result<u64> {
        Ok(self.information().await?.expiry_ms)
    }

    /// Checks claims, fetching anew those that are old.
    ///
    /// # Errors
    ///
    /// [`SessionError::InvalidClaims`] with all that failed.
    pub async fn assert_claims(&self, claim_validators: Vec<ClaimValidator>) -> Result<()> {
        if claim_validators.is_empty() && !self.inner.functions.is_overridden::<ValidateClaims>() {
            return Ok(());
        }
        let payload = self.access_token_payload();
        let input = ValidateClaims::new(self.user_id(), self.recipe_user_id().clone(), payload, claim_validators);
        let input = input.user_context(self.inner.user_context.clone());
        let validated = self.inner.functions.validate_claims(input).await?;
        if let Some(update) = validated.access_token_payload_update {
            self.merge_into_access_token_payload(&update.without_reserved()).await?;
        }
        if validated.invalid_claims.is_empty() {
            return Ok(());
        }
        Err(SessionError::InvalidClaims(validated.invalid_claims))
    }

    /// Fetches a claim anew and stores it in the access token.
    ///
    /// # Errors
    ///
    /// What fetching fails with; [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn fetch_and_set_claim(&self, claim: &impl SessionClaim) -> Result<()> {
        let fetch = FetchClaim {
            user_id: self.user_id().to_owned(),
            recipe_user_id: self.recipe_user_id().clone(),
            tenant_id: self.tenant_id().clone(),
            current_payload: (*self.access_token_payload()).clone(),
            ports: self.inner.shared.ports.clone(),
            user_context: self.inner.user_context.clone(),
        };
        let update = AnyClaim::new(claim).build(fetch, self.inner.shared.clock.now_ms()).await?;
        self.merge_into_access_token_payload(&update).await
    }

    /// Stores a claim's value in the access token.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn set_claim_value<C: SessionClaim>(&self, claim: &C, value: &C::Value) -> Result<()> {
        let mut update = Payload::new();
        claim.add_to_payload(&mut update, value, self.inner.shared.clock.now_ms())?;
        self.merge_into_access_token_payload(&update).await
    }

    /// A claim's value in the access token.
    pub fn claim_value<C: SessionClaim>(&self, claim: &C) -> Option<C::Value> {
        claim.value_from_payload(&self.access_token_payload())
    }

    /// Removes a claim from the access token.
    ///
    /// # Errors
    ///
    /// [`SessionError::Unauthorised`] if the session has ended meanwhile.
    pub async fn remove_claim(&self, claim: &impl SessionClaim) -> Result<()> {
        let mut update = Payload::new();
        claim.remove_from_payload_by_merge(&mut update);
        self.merge_into_access_token_payload(&update).await
    }

    /// Makes the session that of an exchange: its new tokens, if it has any, and later changes go into the response.
    ///
    /// # Errors
    ///
    /// If a token cannot be written into a header or cookie.
    pub fn attach_to_request_response(&self, exchange: Exchange, method: TokenTransferMethod) -> Result<()> {
        let is_updated = {
            let mut state = self.state();
            state.attached = Some((exchange, method));
            state.is_updated
        };
        if is_updated { self.send_access_token(AllTokens) } else { Ok(()) }
    }

    /// The exchange that the session is attached to.
    pub fn exchange(&self) -> Option<Exchange> {
        self.state().attached.as_ref().map(|(exchange, _)| exchange.clone())
    }

    /// The context of the request that the session belongs to.
    pub fn user_context(&self) -> &UserContext {
        &self.inner.user_context
    }

    async fn information(&self) -> Result<SessionInformation> {
        let input = GetSessionInformation::new(self.handle()).user_context(self.inner.user_context.clone());
        self.inner.functions.get_session_information(input).await?.ok_or_else(ended)
    }

    fn send_access_token(&self, which: WhichTokens) -> Result<()> {
        let front_token = self.front_token()?;
        let state = self.state();
        let Some((exchange, method)) = &state.attached else {
            return Ok(());
        };
        let with_all = matches!(which, AllTokens);
        let refresh_token = state.refresh_token.as_ref().map(|(token, expires_ms)| (token.as_str(), *expires_ms));
        let tokens = NewTokens {
            access_token: &state.access_token,
            front_token: &front_token,
            refresh_token: refresh_token.filter(|_| with_all),
            anti_csrf_token: state.anti_csrf_token.as_deref().filter(|_| with_all),
        };
        Ok(self.inner.shared.attach(exchange, *method, &tokens, &self.inner.user_context)?)
    }

    /// Base64 of `{"uid", "ate", "up"}`: user id, expiry of the access token in ms, payload.
    fn front_token(&self) -> Result<String> {
        #[derive(Serialize)]
        struct FrontToken<'a> {
            uid: &'a str,
            ate: u64,
            up: &'a Payload,
        }
        let payload = self.access_token_payload();
        let front_token = FrontToken { uid: self.user_id(), ate: self.access_token_expiry_ms(), up: &payload };
        let json = serde_json::to_vec(&front_token).map_err(PayloadError::Unserialisable)?;
        Ok(STANDARD.encode(json))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which tokens a response is to carry.
enum WhichTokens {
    AllTokens,
    OnlyAccessToken,
}
use WhichTokens::{AllTokens, OnlyAccessToken};

fn ended() -> SessionError {
    SessionError::unauthorised("Session does not exist anymore")
}

impl std::fmt::Debug for SessionContainer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionContainer")
            .field("handle", &self.handle())
            .field("user_id", &self.user_id())
            .field("tenant_id", self.tenant_id())
            .finish_non_exhaustive()
    }
}
