//! `POST /recipe/session/refresh`.

use std::{borrow::Cow, sync::Arc};

use serde::Serialize;

use super::{
    Reply, change,
    issuer::{Issuer, RequestedLife, is_same, key_kind},
    reply::{Refusal, SessionReply, unauthorised},
    session_user, stored_object,
};
use crate::{
    CdiVersion, RecentTokenReuseBehaviour,
    config::Config,
    core::Context,
    http::{ApiError, Fields, json},
    session::{
        access_token::SessionClaims,
        handle,
        refresh::{self, Outcome, Presented, Reuse},
        refresh_token,
        token_hash::{hash1, hash2},
    },
    storage::{SessionChange, SessionKey, SessionUser, StoredSession},
    tenancy::App,
};

/// Gives new tokens for a refresh token.
pub(super) async fn refresh(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("refreshToken")?;
    let given_anti_csrf_token = fields.optional_string("antiCsrfToken")?;
    let anti_csrf = fields.boolean("enableAntiCsrf")?;
    let key_kind = key_kind(fields.boolean("useDynamicSigningKey")?);
    let life = RequestedLife::read(context, &fields)?;
    let app = context.app()?;

    let content = match refresh_token::open(&token, app.keys.secret(context.storage()).await?) {
        Ok(content) => content,
        Err(error) => return unauthorised(&error.to_string()),
    };
    // A token that was given without one is taken without one.
    let expected = content.anti_csrf_token.as_deref().filter(|_| anti_csrf);
    if expected.is_some_and(|expected| !given_anti_csrf_token.is_some_and(|given| is_same(&given, expected))) {
        return unauthorised("Anti CSRF token missing, or not matching");
    }
    let key = handle::locate(&app.id, &content.session_handle);
    let tenant = app.known_tenant(&key.tenant.tenant_id)?;
    let life = life.check(&app.config)?;

    let issuer = Issuer::new(context, app);
    let presented_hash1 = hash1(&token);
    let child = issuer.refresh_token(&content.session_handle, Some(&presented_hash1), anti_csrf).await?;
    let presented = Presented {
        token: hash2(&presented_hash1),
        parent: content.parent_refresh_token_hash1.as_deref().map(hash2),
        child: hash2(&child.hash1),
        key_kind,
        version: context.request.version,
        now_ms: issuer.now_ms,
    };
    let (outcome, session) = refresh_stored(context, app, key, presented).await?;
    let Some(session) = session.filter(|_| outcome != Outcome::NoSession) else {
        return unauthorised("Session missing in db or has expired");
    };
    let user = session_user(context, app, &session.recipe_user_id).await?;
    if let Outcome::Reused(reuse) = outcome {
        return reused(&app.config, reuse, &content.session_handle, &user);
    }

    context.note_active(&user.supertokens_user_id).await?;
    let payload = stored_object(&session.user_data_in_jwt)?;
    let (issued_at, expires_at) = issuer.access_token_life(life)?;
    // 5.6 has one good token at a time, so its access tokens need no parent.
    let parent = (context.request.version < CdiVersion::V5_6).then_some(Cow::Owned(presented_hash1));
    let claims = SessionClaims {
        user_id: Cow::Borrowed(&user.user_id),
        recipe_user_id: Cow::Borrowed(&user.recipe_user_id),
        tenant_id: Cow::Borrowed(&tenant.tenant_id),
        session_handle: content.session_handle,
        refresh_token_hash1: Cow::Borrowed(&child.hash1),
        parent_refresh_token_hash1: parent,
        anti_csrf_token: child.anti_csrf_token.as_deref().map(Cow::Borrowed),
        issued_at,
        expires_at,
    };
    let access_token = issuer.access_token(&claims, &payload, key_kind).await?;
    json(&SessionReply {
        access_token: Some(access_token),
        refresh_token: Some(issuer.refresh_token_reply(child.token)),
        anti_csrf_token: child.anti_csrf_token.as_deref(),
        ..SessionReply::new(&claims, &payload)
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
fn reused(config: &Config, reuse: Reuse, handle: &str, user: &SessionUser) -> Reply {
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
    tracing::warn!(session_handle = handle, subtype, "a refresh token that was displaced is used");
    let is_recent = matches!(reuse, Reuse::RecentPrevious | Reuse::OrphanedBranch);
    if is_recent && config.recent_token_reuse_behaviour == RecentTokenReuseBehaviour::Unauthorised {
        let message = "refresh token reuse detected";
        return json(&Refusal { status: "UNAUTHORISED", message, recent_token_reuse_subtype: subtype });
    }
    json(&Theft {
        status: "TOKEN_THEFT_DETECTED",
        session: StolenSession { handle, user_id: &user.user_id, recipe_user_id: &user.recipe_user_id },
        recent_token_reuse_subtype: subtype,
    })
}
