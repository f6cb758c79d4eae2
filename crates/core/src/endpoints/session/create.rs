//! `POST /recipe/session`.

use std::borrow::Cow;

use super::{
    MAX_USER_ID_BYTES, Reply, checked_payload,
    issuer::{Issuer, RequestedLife, key_kind},
    reply::SessionReply,
    session_user,
};
use crate::{
    begun::begin,
    core::Context,
    http::{ApiError, Fields, json},
    session::{access_token::SessionClaims, handle, token_hash::hash2},
    storage::{RefreshState, SessionKey, StoredSession},
};

/// Makes a session.
pub(super) async fn create(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?;
    let anti_csrf = fields.boolean("enableAntiCsrf")?;
    let payload = fields.object("userDataInJWT")?;
    let data = fields.object("userDataInDatabase")?;
    let life = RequestedLife::read(context, &fields)?;
    let tenant = context.tenant()?;
    let key_kind = key_kind(fields.optional_boolean("useDynamicSigningKey")?.unwrap_or(true));
    let app = context.app()?;
    let life = life.check(&app.config)?;
    let payload_text = checked_payload(&payload)?;
    if user_id.len() > MAX_USER_ID_BYTES {
        return Err(ApiError::bad_request(format!("userId must have at most {MAX_USER_ID_BYTES} bytes")));
    }

    let user = session_user(context, app, &user_id).await?;
    let issuer = Issuer::new(context, app);
    let session_handle = handle::new_handle(&tenant.tenant_id, issuer.now_ms)?;
    let refresh_token = issuer.refresh_token(&session_handle, None, anti_csrf).await?;
    let session = StoredSession {
        recipe_user_id: user.recipe_user_id.clone(),
        refresh: RefreshState {
            current: hash2(&refresh_token.hash1),
            previous: None,
            rotated_at_ms: None,
            expires_at_ms: issuer.session_expires_at_ms(),
            key_kind,
        },
        user_data_in_jwt: payload_text,
        user_data_in_database: data.to_text(),
        created_at_ms: issuer.now_ms,
    };
    let key = SessionKey { tenant: tenant.clone(), handle: session_handle.clone() };
    // Where it waits for other changes, the storage commits while the token is signed, which takes longer.
    let stored = begin(context.storage().create_session(key, session)).await;

    let (issued_at, expires_at) = issuer.access_token_life(life)?;
    let claims = SessionClaims {
        user_id: Cow::Borrowed(&user.user_id),
        recipe_user_id: Cow::Borrowed(&user.recipe_user_id),
        tenant_id: Cow::Borrowed(&tenant.tenant_id),
        session_handle: Cow::Borrowed(&session_handle),
        refresh_token_hash1: Cow::Borrowed(&refresh_token.hash1),
        parent_refresh_token_hash1: None,
        anti_csrf_token: refresh_token.anti_csrf_token.as_deref().map(Cow::Borrowed),
        issued_at,
        expires_at,
    };
    let access_token = issuer.access_token(&claims, &payload, key_kind).await?;
    stored.finish().await?;
    context.note_active(&user.supertokens_user_id).await?;
    json(&SessionReply {
        access_token: Some(access_token),
        refresh_token: Some(issuer.refresh_token_reply(refresh_token.token)),
        anti_csrf_token: refresh_token.anti_csrf_token.as_deref(),
        ..SessionReply::new(&claims, &payload)
    })
}
