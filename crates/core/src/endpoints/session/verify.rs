//! `POST /recipe/session/verify`.

use std::sync::Arc;

use super::{
    Reply, change,
    issuer::{Issuer, is_same},
    live_session,
    reply::{SessionReply, try_refresh_token, unauthorised},
    session_key, stored_object,
};
use crate::{
    CdiVersion,
    core::Context,
    http::{ApiError, Fields, json},
    session::{
        access_token::{self, AccessToken, SessionClaims},
        refresh,
        token_hash::hash2,
    },
    storage::{SessionChange, SessionKey, StoredSession, TokenHash},
    tenancy::App,
};

/// Verifies an access token, with the database if that is wanted.
pub(super) async fn verify(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("accessToken")?;
    let anti_csrf_token = fields.optional_string("antiCsrfToken")?;
    // Both are demanded, and only both together ask for the check.
    let wants_check = fields.boolean("doAntiCsrfCheck")?;
    let has_anti_csrf = fields.boolean("enableAntiCsrf")?;
    let is_stateless = context.request.version >= CdiVersion::V5_6;
    let app = if is_stateless { context.app_of_public_tenant()? } else { context.app()? };
    let check_database = fields.boolean("checkDatabase")?;

    let now_ms = context.now_ms();
    let ring = app.keys.ring(context.storage(), &app.config, now_ms).await?;
    let mut buffer = Vec::new();
    let token = match access_token::read(&token, &ring, &mut buffer) {
        Ok(token) => token,
        Err(error) => return try_refresh_token(&error.to_string()),
    };
    if token.claims.has_expired(now_ms) {
        return try_refresh_token("Access token expired");
    }
    if wants_check && has_anti_csrf {
        let Some(expected) = &token.claims.anti_csrf_token else {
            let message = "Access token does not contain all the information. Maybe the structure has changed?";
            return try_refresh_token(message);
        };
        if !anti_csrf_token.is_some_and(|given| is_same(&given, expected)) {
            return try_refresh_token("anti-csrf check failed");
        }
    }
    let key = session_key(app, &token.claims)?;
    let mut stored = None;
    if check_database {
        stored = live_session(context, key.clone()).await?;
        if stored.is_none() {
            return unauthorised("Either the session has ended or has been blacklisted");
        }
    }
    if is_stateless {
        answer_stateless(&token, stored.as_ref())
    } else {
        answer_and_promote(context, app, key, &token, stored).await
    }
}

/// 5.6: nothing is written and no token is given. The database, if asked, knows whether the token's branch still counts.
fn answer_stateless(token: &AccessToken<'_>, stored: Option<&StoredSession>) -> Reply {
    let mut reply = SessionReply::new(&token.claims, &token.payload);
    if let Some(session) = stored {
        let of_current_branch = |hash1: &str| {
            let hash = hash2(hash1);
            session.refresh.current == hash || session.refresh.previous == Some(hash)
        };
        // A token that 5.4 gave is of a branch that is not there yet; then its parent counts.
        let parent = token.claims.parent_refresh_token_hash1.as_deref();
        if !of_current_branch(&token.claims.refresh_token_hash1) && !parent.is_some_and(of_current_branch) {
            return unauthorised("rotated-out token branch; refresh required");
        }
        reply.payload_update_available = Some(is_outdated(token, session)?);
    }
    json(&reply)
}

/// 5.4: the first use of a token that came out of a refresh makes its refresh token the current one, and gives a token
/// without a parent. So does a payload that was changed behind the token.
async fn answer_and_promote(
    context: &Context<'_>,
    app: &Arc<App>,
    key: SessionKey,
    token: &AccessToken<'_>,
    stored: Option<StoredSession>,
) -> Reply {
    const GONE: &str = "Session missing in db";
    let is_outdated = stored.as_ref().map_or(Ok(false), |session| is_outdated(token, session))?;
    let parent = token.claims.parent_refresh_token_hash1.as_deref().map(hash2);
    if parent.is_none() && !is_outdated {
        return json(&SessionReply::new(&token.claims, &token.payload));
    }
    let own = hash2(&token.claims.refresh_token_hash1);
    let session = match stored {
        Some(session) => Some(session),
        None => live_session(context, key.clone()).await?,
    };
    let Some(mut session) = session else { return unauthorised(GONE) };
    if parent == Some(session.refresh.current) {
        match promote(context, app, key, own, session.refresh.current).await? {
            Some(promoted) => session = promoted,
            None => return unauthorised(GONE),
        }
    }
    if session.refresh.current != own && !is_outdated {
        // A sibling was used first. Its refresh token is no good, but the access token stays so until it expires.
        return json(&SessionReply::new(&token.claims, &token.payload));
    }
    let payload = stored_object(&session.user_data_in_jwt)?;
    let issuer = Issuer::new(context, app);
    let (issued_at, expires_at) = issuer.access_token_life(None)?;
    let claims = SessionClaims { parent_refresh_token_hash1: None, issued_at, expires_at, ..token.claims.clone() };
    let access_token = issuer.access_token(&claims, &payload, session.refresh.key_kind).await?;
    json(&SessionReply { access_token: Some(access_token), ..SessionReply::new(&claims, &payload) })
}

/// Makes `own` current if `parent` still is, in one transaction. Gives the session as it is afterwards.
async fn promote(
    context: &Context<'_>,
    app: &App,
    key: SessionKey,
    own: TokenHash,
    parent: TokenHash,
) -> Result<Option<StoredSession>, ApiError> {
    let (config, now_ms) = (app.config.clone(), context.now_ms());
    change(context, key, move |session| {
        let Some(mut session) = session.filter(|session| session.refresh.expires_at_ms > now_ms).cloned() else {
            return (None, SessionChange::Keep);
        };
        if session.refresh.current != parent {
            return (Some(session), SessionChange::Keep);
        }
        session.refresh = refresh::promoted(&session.refresh, own, now_ms, &config);
        let change = SessionChange::Refresh(session.refresh.clone());
        (Some(session), change)
    })
    .await
}

/// Whether the stored payload says something else than the token's.
fn is_outdated(token: &AccessToken<'_>, session: &StoredSession) -> Result<bool, ApiError> {
    Ok(!token.payload.says_the_same(&stored_object(&session.user_data_in_jwt)?))
}
