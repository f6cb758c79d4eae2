//! Creating, verifying, refreshing and regenerating sessions.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use subtle::ConstantTimeEq;

use super::Reply;
use crate::{
    CdiVersion, RecentTokenReuseBehaviour,
    begun::begin,
    config::Config,
    core::Context,
    http::{ApiError, Fields, json},
    json_object::JsonObject,
    keys::{KeyLives, KeyRing},
    random,
    session::{
        access_token::{self, AccessToken, AccessTokenError, PROTECTED_CLAIMS, SessionClaims},
        handle,
        refresh::{self, Outcome, Presented, Reuse},
        refresh_token::{self, RefreshTokenContent},
        token_hash::{hash1, hash2},
    },
    storage::{KeyKind, RefreshState, SessionChange, SessionKey, StoredSession, TenantKey},
    tenancy::App,
};

/// The longest payload and the longest user id, so that every token stays below what is read.
const MAX_PAYLOAD_BYTES: usize = 32 * 1024;
const MAX_USER_ID_BYTES: usize = 1024;

/// `POST /recipe/session`.
pub(super) async fn create(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?;
    let anti_csrf = fields.boolean("enableAntiCsrf")?;
    let payload = fields.object("userDataInJWT")?;
    let data = fields.object("userDataInDatabase")?;
    let validity = requested_validity(context, &fields)?;
    let tenant = context.tenant()?;
    let key_kind = key_kind(fields.optional_boolean("useDynamicSigningKey")?.unwrap_or(true));
    let app = context.app()?;
    let validity = checked_validity(validity, &app.config)?;
    let payload_text = checked_payload(&payload)?;
    if user_id.len() > MAX_USER_ID_BYTES {
        return Err(ApiError::bad_request(format!("userId must have at most {MAX_USER_ID_BYTES} bytes")));
    }

    let now_ms = context.now_ms();
    let session_handle = handle::new_handle(&tenant.tenant_id, now_ms).map_err(internal)?;
    let anti_csrf_token = anti_csrf_token(anti_csrf)?;
    let refresh_token = make_refresh_token(context, app, &session_handle, None, anti_csrf_token.as_deref()).await?;
    let refresh_token_hash1 = hash1(&refresh_token);
    let expires_at_ms = now_ms.saturating_add(app.config.refresh_token_validity_ms());
    let session = StoredSession {
        recipe_user_id: user_id.clone().into_owned(),
        refresh: RefreshState {
            current: hash2(&refresh_token_hash1),
            previous: None,
            rotated_at_ms: None,
            expires_at_ms,
            key_kind,
        },
        user_data_in_jwt: payload_text,
        user_data_in_database: data.to_text(),
        created_at_ms: now_ms,
    };
    let key = SessionKey { tenant: tenant.clone(), handle: session_handle.clone() };
    // The storage commits while the token is signed, which takes longer.
    let stored = begin(context.storage().create_session(key, session)).await;

    let (issued_at, expires_at) = access_token_life(context, &app.config, now_ms, validity)?;
    let claims = SessionClaims {
        user_id: Cow::Borrowed(&user_id),
        recipe_user_id: Cow::Borrowed(&user_id),
        tenant_id: Cow::Borrowed(&tenant.tenant_id),
        session_handle: Cow::Borrowed(&session_handle),
        refresh_token_hash1: Cow::Owned(refresh_token_hash1),
        parent_refresh_token_hash1: None,
        anti_csrf_token: anti_csrf_token.as_deref().map(Cow::Borrowed),
        issued_at,
        expires_at,
    };
    let access_token = sign(context, app, &claims, &payload, key_kind).await?;
    stored.finish().await?;
    json(&SessionReply {
        refresh_token: Some(TokenReply { token: refresh_token, expiry: expires_at_ms, created_time: now_ms }),
        anti_csrf_token: anti_csrf_token.as_deref(),
        ..SessionReply::new(&claims, &payload, Some(access_token))
    })
}

/// `POST /recipe/session/verify`.
pub(super) async fn verify(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("accessToken")?;
    let anti_csrf_token = fields.optional_string("antiCsrfToken")?;
    // Both are demanded, and only both together ask for the check.
    let wanted = fields.boolean("doAntiCsrfCheck")?;
    let enabled = fields.boolean("enableAntiCsrf")?;
    let is_stateless = context.request.version >= CdiVersion::V5_6;
    let app = if is_stateless { context.app_of_public_tenant()? } else { context.app()? };
    let check_database = fields.boolean("checkDatabase")?;

    let ring = app.keys.ring(context.storage(), &app.config, context.now_ms()).await?;
    let mut buffer = Vec::new();
    let token = match access_token::read(&token, &ring, &mut buffer) {
        Ok(token) => token,
        Err(error) => return refused("TRY_REFRESH_TOKEN", &error.to_string()),
    };
    if token.claims.expires_at.saturating_mul(1000) <= context.now_ms() {
        return refused("TRY_REFRESH_TOKEN", "Access token expired");
    }
    if wanted && enabled {
        let Some(expected) = &token.claims.anti_csrf_token else {
            let message = "Access token does not contain all the information. Maybe the structure has changed?";
            return refused("TRY_REFRESH_TOKEN", message);
        };
        if !anti_csrf_token.is_some_and(|given| same(&given, expected)) {
            return refused("TRY_REFRESH_TOKEN", "anti-csrf check failed");
        }
    }
    let key = session_key(app, &token.claims)?;
    let stored = if check_database {
        let stored = live_session(context, key.clone()).await?;
        if stored.is_none() {
            return refused("UNAUTHORISED", "Either the session has ended or has been blacklisted");
        }
        stored
    } else {
        None
    };
    if is_stateless {
        verify_stateless(&token, stored.as_ref())
    } else {
        verify_and_promote(context, app, key, &token, stored.as_ref()).await
    }
}

/// 5.6: nothing is written and no token is given. The database, if asked, knows whether the token's branch still counts.
fn verify_stateless(token: &AccessToken<'_>, stored: Option<&StoredSession>) -> Reply {
    let mut reply = SessionReply::new(&token.claims, &token.payload, None);
    if let Some(session) = stored {
        let of_current_branch = |hash1: &str| {
            let hash = hash2(hash1);
            session.refresh.current == hash || session.refresh.previous == Some(hash)
        };
        let parent = token.claims.parent_refresh_token_hash1.as_deref();
        if !of_current_branch(&token.claims.refresh_token_hash1) && !parent.is_some_and(of_current_branch) {
            return refused("UNAUTHORISED", "rotated-out token branch; refresh required");
        }
        reply.payload_update_available = Some(!says_the_same(&token.payload, session)?);
    }
    json(&reply)
}

/// 5.4: the first use of a token that came out of a refresh makes its refresh token the current one, and gives a token
/// without a parent. So does a payload that was changed behind the token.
async fn verify_and_promote(
    context: &Context<'_>,
    app: &Arc<App>,
    key: SessionKey,
    token: &AccessToken<'_>,
    stored: Option<&StoredSession>,
) -> Reply {
    let is_outdated = match stored {
        Some(session) => !says_the_same(&token.payload, session)?,
        None => false,
    };
    if token.claims.parent_refresh_token_hash1.is_none() && !is_outdated {
        return json(&SessionReply::new(&token.claims, &token.payload, None));
    }
    let own = hash2(&token.claims.refresh_token_hash1);
    let parent = token.claims.parent_refresh_token_hash1.as_deref().map(hash2);
    let now_ms = context.now_ms();
    let session = match stored {
        Some(session) => Some(session.clone()),
        None => live_session(context, key.clone()).await?,
    };
    let Some(mut session) = session else { return refused("UNAUTHORISED", "Session missing in db") };
    if parent == Some(session.refresh.current) {
        match promote(context, app, key, own, parent, now_ms).await? {
            Some(promoted) => session = promoted,
            None => return refused("UNAUTHORISED", "Session missing in db"),
        }
    }
    if session.refresh.current != own && !is_outdated {
        // A sibling was used first. Its refresh token is no good, but the access token stays so until it expires.
        return json(&SessionReply::new(&token.claims, &token.payload, None));
    }
    let payload = stored_payload(&session.user_data_in_jwt)?;
    let (issued_at, expires_at) = access_token_life(context, &app.config, now_ms, None)?;
    let claims = SessionClaims { parent_refresh_token_hash1: None, issued_at, expires_at, ..token.claims.clone() };
    let access_token = sign(context, app, &claims, &payload, session.refresh.key_kind).await?;
    json(&SessionReply::new(&claims, &payload, Some(access_token)))
}

/// Makes `own` current if `parent` still is, in one transaction. Gives the session as it is afterwards.
async fn promote(
    context: &Context<'_>,
    app: &Arc<App>,
    key: SessionKey,
    own: crate::storage::TokenHash,
    parent: Option<crate::storage::TokenHash>,
    now_ms: u64,
) -> Result<Option<StoredSession>, ApiError> {
    let config = app.config.clone();
    change(context, key, move |session| {
        let Some(mut session) = session.filter(|session| session.refresh.expires_at_ms > now_ms).cloned() else {
            return (None, SessionChange::Keep);
        };
        if parent != Some(session.refresh.current) {
            return (Some(session), SessionChange::Keep);
        }
        session.refresh = refresh::promoted(&session.refresh, own, now_ms, &config);
        let change = SessionChange::Refresh(session.refresh.clone());
        (Some(session), change)
    })
    .await
}

/// `POST /recipe/session/refresh`.
pub(super) async fn refresh(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("refreshToken")?;
    let anti_csrf_token_given = fields.optional_string("antiCsrfToken")?;
    let anti_csrf = fields.boolean("enableAntiCsrf")?;
    let key_kind = key_kind(fields.boolean("useDynamicSigningKey")?);
    let validity = requested_validity(context, &fields)?;
    let app = context.app()?;

    let secret = app.keys.secret(context.storage()).await?;
    let content = match refresh_token::open(&token, secret) {
        Ok(content) => content,
        Err(error) => return refused("UNAUTHORISED", &error.to_string()),
    };
    if let Some(expected) = content.anti_csrf_token.as_deref().filter(|_| anti_csrf)
        && !anti_csrf_token_given.is_some_and(|given| same(&given, expected))
    {
        return refused("UNAUTHORISED", "Anti CSRF token missing, or not matching");
    }
    let key = handle::locate(&app.id, &content.session_handle);
    let tenant = app.known_tenant(&key.tenant.tenant_id)?;
    let validity = checked_validity(validity, &app.config)?;

    let now_ms = context.now_ms();
    let presented_hash1 = hash1(&token);
    let anti_csrf_token = anti_csrf_token(anti_csrf)?;
    let child = make_refresh_token(
        context,
        app,
        &content.session_handle,
        Some(presented_hash1.clone()),
        anti_csrf_token.as_deref(),
    )
    .await?;
    let child_hash1 = hash1(&child);
    let presented = Presented {
        token: hash2(&presented_hash1),
        parent: content.parent_refresh_token_hash1.as_deref().map(hash2),
        child: hash2(&child_hash1),
        key_kind,
        version: context.request.version,
        now_ms,
    };
    let (outcome, session) = refresh_stored(context, app, key, presented).await?;
    let session = match (outcome, session) {
        (Outcome::Refreshed, Some(session)) => session,
        (Outcome::Reused(reuse), Some(session)) => {
            return reused(&app.config, reuse, &content.session_handle, &session);
        }
        (_, None) | (Outcome::NoSession, _) => {
            return refused("UNAUTHORISED", "Session missing in db or has expired");
        }
    };

    let payload = stored_payload(&session.user_data_in_jwt)?;
    let (issued_at, expires_at) = access_token_life(context, &app.config, now_ms, validity)?;
    // 5.6 has one good token at a time, so its access tokens need no parent.
    let parent = (context.request.version < CdiVersion::V5_6).then_some(Cow::Owned(presented_hash1));
    let claims = SessionClaims {
        user_id: Cow::Borrowed(&session.recipe_user_id),
        recipe_user_id: Cow::Borrowed(&session.recipe_user_id),
        tenant_id: Cow::Borrowed(&tenant.tenant_id),
        session_handle: Cow::Borrowed(&content.session_handle),
        refresh_token_hash1: Cow::Owned(child_hash1),
        parent_refresh_token_hash1: parent,
        anti_csrf_token: anti_csrf_token.as_deref().map(Cow::Borrowed),
        issued_at,
        expires_at,
    };
    let access_token = sign(context, app, &claims, &payload, key_kind).await?;
    let expiry = now_ms.saturating_add(app.config.refresh_token_validity_ms());
    json(&SessionReply {
        refresh_token: Some(TokenReply { token: child, expiry, created_time: now_ms }),
        anti_csrf_token: anti_csrf_token.as_deref(),
        ..SessionReply::new(&claims, &payload, Some(access_token))
    })
}

/// Decides on what is stored, and stores the change. The session is as it was before.
async fn refresh_stored(
    context: &Context<'_>,
    app: &Arc<App>,
    key: SessionKey,
    presented: Presented,
) -> Result<(Outcome, Option<StoredSession>), ApiError> {
    if presented.version < CdiVersion::V5_6 {
        // Mostly nothing is to be written, and reading does not wait for writers.
        let session = context.storage().session(key.clone()).await?;
        let (outcome, change) = refresh::decide(session.as_ref(), &presented, &app.config);
        if matches!(change, SessionChange::Keep) {
            return Ok((outcome, session));
        }
    }
    let config = app.config.clone();
    change(context, key, move |session| {
        let (outcome, change) = refresh::decide(session, &presented, &config);
        ((outcome, session.cloned()), change)
    })
    .await
}

/// A displaced token was used: who holds the session is not who it was given to.
fn reused(config: &Config, reuse: Reuse, handle: &str, session: &StoredSession) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Theft<'r> {
        status: &'static str,
        session: StolenSession<'r>,
        #[serde(skip_serializing_if = "Option::is_none")]
        recent_token_reuse_subtype: Option<&'static str>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct StolenSession<'r> {
        handle: &'r str,
        user_id: &'r str,
        recipe_user_id: &'r str,
    }

    let subtype = reuse.subtype();
    let is_recent = matches!(reuse, Reuse::RecentPrevious | Reuse::OrphanedBranch);
    tracing::warn!(session_handle = handle, subtype, "a refresh token that was displaced is used");
    if is_recent && config.recent_token_reuse_behaviour == RecentTokenReuseBehaviour::Unauthorised {
        return json(&Refusal {
            status: "UNAUTHORISED",
            message: "refresh token reuse detected",
            recent_token_reuse_subtype: subtype,
        });
    }
    json(&Theft {
        status: "TOKEN_THEFT_DETECTED",
        session: StolenSession { handle, user_id: &session.recipe_user_id, recipe_user_id: &session.recipe_user_id },
        recent_token_reuse_subtype: subtype,
    })
}

/// `POST /recipe/session/regenerate`.
pub(super) async fn regenerate(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("accessToken")?;
    let new_payload = fields.optional_object("userDataInJWT")?;
    let app = context.app()?;

    let now_ms = context.now_ms();
    let ring = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    let mut buffer = Vec::new();
    // Unlike the real core we look at the signature. An expired token is fine: its payload is still replaced.
    let token = match access_token::read(&token, &ring, &mut buffer) {
        Ok(token) => token,
        Err(AccessTokenError::Signature | AccessTokenError::UnknownKey) => {
            return refused("UNAUTHORISED", "Session does not exist.");
        }
        Err(error) => return Err(ApiError::bad_request(error.to_string())),
    };
    let key = session_key(app, &token.claims)?;
    let Some(session) = live_session(context, key.clone()).await? else {
        return refused("UNAUTHORISED", "Session does not exist.");
    };
    let payload = match new_payload {
        Some(payload) => {
            let text = checked_payload(&payload)?;
            let was_there = change(context, key, move |session| match session {
                Some(session) if session.refresh.expires_at_ms > now_ms => (true, SessionChange::UserDataInJwt(text)),
                _ => (false, SessionChange::Keep),
            });
            if !was_there.await? {
                return refused("UNAUTHORISED", "Session does not exist.");
            }
            payload
        }
        None => stored_payload(&session.user_data_in_jwt)?,
    };
    if token.claims.expires_at.saturating_mul(1000) <= now_ms {
        return json(&SessionReply::new(&token.claims, &payload, None));
    }
    // The same token with another payload: not even its end moves.
    let claims = SessionClaims { issued_at: now_ms / 1000, ..token.claims };
    let access_token = sign(context, app, &claims, &payload, session.refresh.key_kind).await?;
    json(&SessionReply::new(&claims, &payload, Some(access_token)))
}

/// Runs a change inside the storage's transaction and gives what it found out.
pub(super) async fn change<T: Send + 'static>(
    context: &Context<'_>,
    key: SessionKey,
    decide: impl FnOnce(Option<&StoredSession>) -> (T, SessionChange) + Send + 'static,
) -> Result<T, ApiError> {
    let found = Arc::new(Mutex::new(None));
    let result = found.clone();
    let decide = move |session: Option<&StoredSession>| {
        let (outcome, change) = decide(session);
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        change
    };
    context.storage().change_session(key, Box::new(decide)).await?;
    let outcome = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    outcome.ok_or(ApiError::Internal)
}

/// A session that has not ended.
pub(super) async fn live_session(context: &Context<'_>, key: SessionKey) -> Result<Option<StoredSession>, ApiError> {
    let session = context.storage().session(key).await?;
    Ok(session.filter(|session| session.refresh.expires_at_ms > context.now_ms()))
}

/// The text of a payload that a session may have: without the core's claims, and so short that a token can hold it.
pub(super) fn checked_payload(payload: &JsonObject<'_>) -> Result<String, ApiError> {
    if payload.contains_any(&PROTECTED_CLAIMS) {
        return Err(ApiError::bad_request("The user payload contains protected field"));
    }
    let text = payload.to_text();
    if text.len() > MAX_PAYLOAD_BYTES {
        return Err(ApiError::bad_request(format!("userDataInJWT must have at most {MAX_PAYLOAD_BYTES} bytes")));
    }
    Ok(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionReply<'r> {
    session: SessionPart<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<TokenReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<TokenReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anti_csrf_token: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_update_available: Option<bool>,
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionPart<'r> {
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
struct TokenReply {
    token: String,
    expiry: u64,
    created_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refusal<'r> {
    status: &'static str,
    message: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent_token_reuse_subtype: Option<&'static str>,
}

impl<'r> SessionReply<'r> {
    fn new(claims: &'r SessionClaims<'r>, payload: &'r JsonObject<'r>, access_token: Option<TokenReply>) -> Self {
        Self {
            session: SessionPart {
                handle: &claims.session_handle,
                user_id: &claims.user_id,
                recipe_user_id: &claims.recipe_user_id,
                user_data_in_jwt: payload,
                tenant_id: &claims.tenant_id,
            },
            access_token,
            refresh_token: None,
            anti_csrf_token: None,
            payload_update_available: None,
            status: "OK",
        }
    }
}

/// 200 with a status that is no success, and why.
pub(super) fn refused(status: &'static str, message: &str) -> Reply {
    json(&Refusal { status, message, recent_token_reuse_subtype: None })
}

async fn sign(
    context: &Context<'_>,
    app: &App,
    claims: &SessionClaims<'_>,
    payload: &JsonObject<'_>,
    kind: KeyKind,
) -> Result<TokenReply, ApiError> {
    let now_ms = context.now_ms();
    let ring: Arc<KeyRing> = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    let key = ring.signer(kind, now_ms, KeyLives::new(&app.config)).ok_or(ApiError::Internal)?;
    let token = access_token::sign(claims, payload, key).map_err(|error| ApiError::internal(&error))?;
    Ok(TokenReply {
        token,
        expiry: claims.expires_at.saturating_mul(1000),
        created_time: claims.issued_at.saturating_mul(1000),
    })
}

async fn make_refresh_token(
    context: &Context<'_>,
    app: &App,
    session_handle: &str,
    parent_refresh_token_hash1: Option<String>,
    anti_csrf_token: Option<&str>,
) -> Result<String, ApiError> {
    let content = RefreshTokenContent {
        session_handle: session_handle.to_owned(),
        parent_refresh_token_hash1,
        anti_csrf_token: anti_csrf_token.map(str::to_owned),
    };
    let secret = app.keys.secret(context.storage()).await?;
    refresh_token::seal(&content, secret).map_err(internal)
}

/// From when to when an access token made now is good, in seconds since 1970.
///
/// 5.6 shortens lives by a random part, so that clients do not refresh in step; 5.4 is as it was recorded.
fn access_token_life(
    context: &Context<'_>,
    config: &Config,
    now_ms: u64,
    requested_ms: Option<u64>,
) -> Result<(u64, u64), ApiError> {
    let validity_ms = match requested_ms {
        Some(requested) => requested,
        None if context.request.version >= CdiVersion::V5_6 && config.access_token_validity_jitter > 0.0 => {
            let part = config.access_token_validity_jitter * random::fraction().map_err(internal)?;
            (config.access_token_validity_ms() as f64 * (1.0 - part)) as u64
        }
        None => config.access_token_validity_ms(),
    };
    Ok((now_ms / 1000, now_ms.saturating_add(validity_ms) / 1000))
}

/// `accessTokenValidity`, in milliseconds (5.6).
fn requested_validity(context: &Context<'_>, fields: &Fields<'_>) -> Result<Option<i64>, ApiError> {
    if context.request.version < CdiVersion::V5_6 {
        return Ok(None);
    }
    fields.optional_integer("accessTokenValidity")
}

/// It may only shorten a life.
fn checked_validity(requested_ms: Option<i64>, config: &Config) -> Result<Option<u64>, ApiError> {
    let Some(requested) = requested_ms else { return Ok(None) };
    let configured = config.access_token_validity_ms();
    match u64::try_from(requested) {
        Ok(requested) if (1..=configured).contains(&requested) => Ok(Some(requested)),
        _ => Err(ApiError::bad_request(format!(
            "accessTokenValidity must be greater than 0 and at most the configured access_token_validity ({configured} ms)"
        ))),
    }
}

fn session_key(app: &App, claims: &SessionClaims<'_>) -> Result<SessionKey, ApiError> {
    let tenant: TenantKey = app.known_tenant(&claims.tenant_id)?;
    Ok(SessionKey { tenant, handle: claims.session_handle.clone().into_owned() })
}

fn says_the_same(payload: &JsonObject<'_>, session: &StoredSession) -> Result<bool, ApiError> {
    Ok(payload.says_the_same(&stored_payload(&session.user_data_in_jwt)?))
}

pub(super) fn stored_payload(text: &str) -> Result<JsonObject<'_>, ApiError> {
    JsonObject::parse(text).ok_or_else(|| {
        tracing::error!("a session's stored JSON is damaged");
        ApiError::Internal
    })
}

fn anti_csrf_token(enabled: bool) -> Result<Option<String>, ApiError> {
    if !enabled {
        return Ok(None);
    }
    random::uuid().map(Some).map_err(internal)
}

fn key_kind(use_dynamic: bool) -> KeyKind {
    if use_dynamic { KeyKind::Dynamic } else { KeyKind::Static }
}

fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

fn internal(error: random::NoRandomness) -> ApiError {
    ApiError::internal(&error)
}
