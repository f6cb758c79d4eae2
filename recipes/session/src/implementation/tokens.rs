//! Creating, verifying, refreshing and regenerating.

use std::sync::Arc;

use supertokens_kernel::{CorePath, Error, RecipeUserId, TenantId, UserContext};

use super::wire::{CoreToken, CreateBody, RefreshBody, RegenerateBody, SessionAnswer, VerifyBody, unexpected};
use super::{Result, SessionImplementation};
use crate::container::{NewContainer, SessionContainer};
use crate::error::SessionError;
use crate::functions::{CreateNewSession, GetSession, RefreshSession, RegenerateAccessToken, SessionFunctions};
use crate::shared::Shared;
use crate::tokens::{AccessToken, AccessTokenInfo, Inspected, Verification, read_new_token};
use crate::types::{AntiCsrf, RegeneratedAccessToken};

const CREATE: &str = "/recipe/session";
const VERIFY: &str = "/recipe/session/verify";
const REFRESH: &str = "/recipe/session/refresh";
const REGENERATE: &str = "/recipe/session/regenerate";

impl SessionImplementation {
    pub(crate) async fn create_new_session(
        &self,
        input: CreateNewSession,
        top: &SessionFunctions,
    ) -> Result<SessionContainer> {
        let config = &self.shared.config;
        let body = CreateBody {
            user_id: input.recipe_user_id.as_str(),
            user_data_in_jwt: &input.jwt_payload,
            user_data_in_database: &input.session_data,
            use_dynamic_signing_key: config.use_dynamic_access_token_signing_key,
            enable_anti_csrf: !input.disable_anti_csrf && config.anti_csrf == Some(AntiCsrf::ViaToken),
        };
        let path = CorePath::tenant(&input.tenant_id, CREATE);
        let answer: SessionAnswer = self.shared.core.post(path, &body, &input.user_context).await?;
        container_of_new_tokens(&self.shared, top, answer, CREATE, input.user_context)
    }

    pub(crate) async fn get_session(
        &self,
        input: GetSession,
        top: &SessionFunctions,
    ) -> Result<Option<SessionContainer>> {
        let check_anti_csrf = input.options.anti_csrf_check != Some(false);
        self.refuse_custom_header_mode(check_anti_csrf)?;
        let is_required = input.options.session_required;
        let Some(access_token) = &input.access_token else {
            return none_unless(
                is_required,
                "Session does not exist. Are you sending the session tokens in the request with the appropriate token transfer method?",
            );
        };
        let inspected = match &access_token.inspected {
            Some(inspected) => inspected.clone(),
            None => match self.shared.verifier.inspect(access_token.as_str()) {
                Ok(inspected) => inspected,
                Err(error) => {
                    tracing::debug!(target: "supertokens", %error, "the access token has no form that is known");
                    return none_unless(is_required, "Token parsing failed");
                }
            },
        };
        let is_verified = self.is_verified(access_token, &inspected).await?;
        self.check_kind_of_key(&inspected.info)?;
        if is_verified && check_anti_csrf {
            self.check_anti_csrf_token(&inspected.info, input.anti_csrf_token.as_deref())?;
        }
        let is_promoted = inspected.info.parent_refresh_token_hash1.is_none();
        if is_verified && is_promoted && !input.options.check_database {
            return Ok(Some(SessionContainer::new(NewContainer {
                shared: self.shared.clone(),
                functions: top.clone(),
                access_token: input.access_token.map(AccessToken::into_string).unwrap_or_default(),
                info: inspected.info,
                refresh_token: None,
                anti_csrf_token: input.anti_csrf_token,
                is_new: false,
                user_context: input.user_context,
            })));
        }
        // In a box, so that what every call waits for does not have room for what few do.
        Box::pin(self.verify_with_core(input, inspected.info, check_anti_csrf, top)).await.map(Some)
    }

    pub(crate) async fn refresh_session(
        &self,
        input: RefreshSession,
        top: &SessionFunctions,
    ) -> Result<SessionContainer> {
        self.refuse_custom_header_mode(!input.disable_anti_csrf)?;
        let config = &self.shared.config;
        let body = RefreshBody {
            refresh_token: input.refresh_token.as_str(),
            anti_csrf_token: input.anti_csrf_token.as_deref(),
            enable_anti_csrf: !input.disable_anti_csrf && config.anti_csrf == Some(AntiCsrf::ViaToken),
            use_dynamic_signing_key: config.use_dynamic_access_token_signing_key,
        };
        let answer: SessionAnswer = self.shared.core.post(CorePath::app(REFRESH), &body, &input.user_context).await?;
        match (answer.status.as_str(), answer.session) {
            ("OK", session) => container_of_new_tokens(
                &self.shared,
                top,
                SessionAnswer { session, ..answer },
                REFRESH,
                input.user_context,
            ),
            ("UNAUTHORISED", _) => Err(SessionError::unauthorised(answer.message.unwrap_or_default())),
            ("TOKEN_THEFT_DETECTED", Some(session)) => Err(SessionError::TokenTheftDetected {
                session_handle: session.handle,
                user_id: session.user_id,
                recipe_user_id: RecipeUserId::new(session.recipe_user_id),
            }),
            (status, _) => Err(unexpected(REFRESH, status)),
        }
    }

    pub(crate) async fn regenerate_access_token(
        &self,
        input: RegenerateAccessToken,
        _top: &SessionFunctions,
    ) -> Result<Option<RegeneratedAccessToken>> {
        let body = RegenerateBody {
            access_token: input.access_token.as_str(),
            user_data_in_jwt: Some(&input.new_access_token_payload),
        };
        let path = CorePath::app(REGENERATE);
        let answer: SessionAnswer = self.shared.core.post(path, &body, &input.user_context).await?;
        match (answer.status.as_str(), answer.session) {
            ("OK", Some(session)) => Ok(Some(RegeneratedAccessToken {
                session_handle: session.handle,
                user_id: session.user_id,
                recipe_user_id: RecipeUserId::new(session.recipe_user_id),
                jwt_payload: session.user_data_in_jwt,
                tenant_id: TenantId::new(session.tenant_id),
                access_token: answer.access_token.map(Into::into),
            })),
            ("UNAUTHORISED", _) => Ok(None),
            (status, _) => Err(unexpected(REGENERATE, status)),
        }
    }

    /// Whether the token is good by the core's keys. A token of version 2 that is not may still be good: it does not say
    /// which key it is signed with, and if it is younger than the keys at hand, the core knows.
    async fn is_verified(&self, access_token: &AccessToken, inspected: &Inspected) -> Result<bool> {
        let Verification::Bad(why) = self.shared.verifier.verify(access_token.as_str(), inspected).await else {
            return Ok(true);
        };
        let info = &inspected.info;
        let now_ms = self.shared.clock.now_ms();
        let oldest_ms = now_ms.saturating_sub(self.shared.config.jwks_refresh_interval_ms);
        if info.version == 2 && info.expiry_ms >= now_ms && info.time_created_ms > oldest_ms {
            return Ok(false);
        }
        tracing::debug!(target: "supertokens", why, "the access token is not good");
        Err(SessionError::try_refresh_token("Failed to verify access token"))
    }

    fn check_kind_of_key(&self, info: &AccessTokenInfo) -> Result<()> {
        let configured = self.shared.config.use_dynamic_access_token_signing_key;
        if info.uses_dynamic_key().is_some_and(|is_dynamic| is_dynamic != configured) {
            let message = "The access token doesn't match the use_dynamic_access_token_signing_key setting";
            return Err(SessionError::try_refresh_token(message));
        }
        Ok(())
    }

    fn check_anti_csrf_token(&self, info: &AccessTokenInfo, given: Option<&str>) -> Result<()> {
        if self.shared.config.anti_csrf != Some(AntiCsrf::ViaToken) {
            return Ok(());
        }
        let Some(expected) = &info.anti_csrf_token else {
            return Err(SessionError::try_refresh_token("Failed to verify access token"));
        };
        let Some(given) = given else {
            let message = "Provided anti_csrf_token is undefined. If you do not want anti-csrf check for this API, please set anti_csrf_check to false for this API";
            return Err(SessionError::try_refresh_token(message));
        };
        if !equal_in_constant_time(given, expected) {
            return Err(SessionError::try_refresh_token("anti-csrf check failed"));
        }
        Ok(())
    }

    /// In this mode the header has to be looked for where the request is; a call without one cannot.
    fn refuse_custom_header_mode(&self, check_anti_csrf: bool) -> Result<()> {
        if check_anti_csrf && self.shared.config.anti_csrf == Some(AntiCsrf::ViaCustomHeader) {
            let message = "Since the anti-csrf mode is VIA_CUSTOM_HEADER get_session can't check the CSRF token. Please either use VIA_TOKEN or set anti_csrf_check to false";
            return Err(Error::misuse(message).into());
        }
        Ok(())
    }

    async fn verify_with_core(
        &self,
        input: GetSession,
        info: Arc<AccessTokenInfo>,
        do_anti_csrf_check: bool,
        top: &SessionFunctions,
    ) -> Result<SessionContainer> {
        let access_token = input.access_token.as_ref().map(AccessToken::as_str).unwrap_or_default();
        let body = VerifyBody {
            access_token,
            anti_csrf_token: input.anti_csrf_token.as_deref(),
            do_anti_csrf_check,
            enable_anti_csrf: self.shared.config.anti_csrf == Some(AntiCsrf::ViaToken),
            check_database: input.options.check_database,
        };
        let answer: SessionAnswer = self.shared.core.post(CorePath::app(VERIFY), &body, &input.user_context).await?;
        let message = answer.message.unwrap_or_default();
        match answer.status.as_str() {
            "OK" => {}
            "UNAUTHORISED" => return Err(SessionError::unauthorised(message)),
            _ => return Err(SessionError::try_refresh_token(message)),
        }
        let newer = match answer.access_token {
            Some(promoted) => Some(promoted),
            // From interface 5.6 on, verifying gives no token; the one with the changed payload is asked for.
            None if answer.payload_update_available => {
                self.token_of_stored_payload(access_token, &input.user_context).await?
            }
            None => None,
        };
        let is_new = newer.is_some();
        let (access_token, info) = match newer {
            Some(newer) => {
                let info = read_new_token(&newer.token)?;
                (newer.token, info)
            }
            None => (access_token.to_owned(), info),
        };
        Ok(SessionContainer::new(NewContainer {
            shared: self.shared.clone(),
            functions: top.clone(),
            access_token,
            info,
            refresh_token: None,
            anti_csrf_token: input.anti_csrf_token,
            is_new,
            user_context: input.user_context,
        }))
    }

    /// The access token anew, with the payload that the core keeps; none if it has expired meanwhile.
    async fn token_of_stored_payload(&self, access_token: &str, context: &UserContext) -> Result<Option<CoreToken>> {
        let body = RegenerateBody { access_token, user_data_in_jwt: None };
        let answer: SessionAnswer = self.shared.core.post(CorePath::app(REGENERATE), &body, context).await?;
        match answer.status.as_str() {
            "OK" => Ok(answer.access_token),
            "UNAUTHORISED" => Err(SessionError::unauthorised(answer.message.unwrap_or_default())),
            status => Err(unexpected(REGENERATE, status)),
        }
    }
}

fn container_of_new_tokens(
    shared: &Arc<Shared>,
    top: &SessionFunctions,
    answer: SessionAnswer,
    path: &str,
    user_context: UserContext,
) -> Result<SessionContainer> {
    let (Some(access_token), Some(refresh_token)) = (answer.access_token, answer.refresh_token) else {
        return Err(unexpected(path, &answer.status));
    };
    Ok(SessionContainer::new(NewContainer {
        shared: shared.clone(),
        functions: top.clone(),
        info: read_new_token(&access_token.token)?,
        access_token: access_token.token,
        refresh_token: Some((refresh_token.token, refresh_token.expiry)),
        anti_csrf_token: answer.anti_csrf_token,
        is_new: true,
        user_context,
    }))
}

fn none_unless<T>(is_required: bool, message: &str) -> Result<Option<T>> {
    if !is_required {
        return Ok(None);
    }
    // The tokens stay: another request may be refreshing them right now.
    Err(SessionError::Unauthorised { message: message.to_owned(), clear_tokens: false })
}

fn equal_in_constant_time(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}
