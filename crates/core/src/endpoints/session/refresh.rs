//! `POST /recipe/session/refresh`.

use std::borrow::Cow;

use bytes::Bytes;
use http::Response;
use serde::Serialize;

use super::{
    Reply, change,
    issuer::{Issuer, NewRefreshToken, RequestedLife, ShorterLife, is_same, key_kind},
    reply::{Refusal, SessionReply, unauthorised},
    session_user, stored_object,
};
use crate::{
    CdiVersion, RecentTokenReuseBehaviour,
    begun::begin,
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
    storage::{KeyKind, SessionChange, SessionKey, SessionUser, StoredSession, TenantKey},
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
    let found = context.storage().session(key.clone()).await?;
    let (outcome, change) = refresh::decide(found.as_ref(), &presented, &app.config);
    let handle = &content.session_handle;
    let refresh = Refresh { context, app, issuer, tenant, handle, presented_hash1, child, key_kind, life };
    if matches!(change, SessionChange::Keep) {
        return refresh.answer(outcome, found.as_ref()).await?.give(context).await;
    }
    // Where the change waits for others, the storage commits while the token is signed, which takes longer.
    let stored = begin(Box::pin(store(context, app, key, presented))).await;
    let answer = match outcome {
        Outcome::Refreshed => Some(refresh.answer(outcome, found.as_ref()).await),
        _ => None,
    };
    let (outcome, stored) = stored.finish().await?;
    let answer = match answer {
        Some(answer) if outcome == Outcome::Refreshed && gives_same_token(found.as_ref(), stored.as_ref()) => answer?,
        // Somebody else has changed the session in between.
        _ => refresh.answer(outcome, stored.as_ref()).await?,
    };
    answer.give(context).await
}

/// Decides on what is stored by now, and stores the change. The session is as it was before.
async fn store(
    context: &Context<'_>,
    app: &App,
    key: SessionKey,
    presented: Presented,
) -> Result<(Outcome, Option<StoredSession>), ApiError> {
    let config = app.config.clone();
    change(context, key, move |session| {
        let (outcome, change) = refresh::decide(session, &presented, &config);
        ((outcome, session.cloned()), change)
    })
    .await
}

/// Whether an access token for the one session is one for the other.
fn gives_same_token(one: Option<&StoredSession>, other: Option<&StoredSession>) -> bool {
    fn content(session: &StoredSession) -> (&str, &str) {
        (&session.recipe_user_id, &session.user_data_in_jwt)
    }
    one.map(content) == other.map(content)
}

/// A request to refresh, of which it is known what comes of it.
struct Refresh<'c> {
    context: &'c Context<'c>,
    app: &'c App,
    issuer: Issuer<'c>,
    tenant: TenantKey,
    handle: &'c str,
    presented_hash1: String,
    /// The token that is given.
    child: NewRefreshToken,
    key_kind: KeyKind,
    life: Option<ShorterLife>,
}

/// What is to be answered.
struct Answer {
    response: Response<Bytes>,
    /// The core's id of the user who is active by it, if that is somebody.
    active: Option<String>,
}

impl Answer {
    fn refusal(reply: Reply) -> Result<Self, ApiError> {
        Ok(Self { response: reply?, active: None })
    }

    /// Gives it: what it says is stored.
    async fn give(self, context: &Context<'_>) -> Reply {
        if let Some(user_id) = self.active {
            context.note_active(&user_id).await?;
        }
        Ok(self.response)
    }
}

impl Refresh<'_> {
    async fn answer(&self, outcome: Outcome, session: Option<&StoredSession>) -> Result<Answer, ApiError> {
        let Self { context, issuer, child, .. } = self;
        let Some(session) = session.filter(|_| outcome != Outcome::NoSession) else {
            return Answer::refusal(unauthorised("Session missing in db or has expired"));
        };
        let user = session_user(context, self.app, &session.recipe_user_id).await?;
        if let Outcome::Reused(reuse) = outcome {
            return Answer::refusal(reused(&self.app.config, reuse, self.handle, &user));
        }

        let payload = stored_object(&session.user_data_in_jwt)?;
        let (issued_at, expires_at) = issuer.access_token_life(self.life)?;
        // 5.6 has one good token at a time, so its access tokens need no parent.
        let has_parent = context.request.version < CdiVersion::V5_6;
        let claims = SessionClaims {
            user_id: Cow::Borrowed(&user.user_id),
            recipe_user_id: Cow::Borrowed(&user.recipe_user_id),
            tenant_id: Cow::Borrowed(&self.tenant.tenant_id),
            session_handle: Cow::Borrowed(self.handle),
            refresh_token_hash1: Cow::Borrowed(&child.hash1),
            parent_refresh_token_hash1: has_parent.then_some(Cow::Borrowed(&self.presented_hash1)),
            anti_csrf_token: child.anti_csrf_token.as_deref().map(Cow::Borrowed),
            issued_at,
            expires_at,
        };
        let access_token = issuer.access_token(&claims, &payload, self.key_kind).await?;
        let response = json(&SessionReply {
            access_token: Some(access_token),
            refresh_token: Some(issuer.refresh_token_reply(child.token.clone())),
            anti_csrf_token: child.anti_csrf_token.as_deref(),
            ..SessionReply::new(&claims, &payload)
        })?;
        Ok(Answer { response, active: Some(user.supertokens_user_id) })
    }
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
