//! `POST /recipe/session/regenerate`.

use super::{
    NO_SESSION, Reply, change_live, checked_payload,
    issuer::Issuer,
    live_session,
    reply::{SessionReply, unauthorised},
    session_key, stored_object,
};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    session::access_token::{self, AccessTokenError, SessionClaims},
    storage::SessionChange,
};

/// Replaces a session's payload and gives an access token with it that ends when the given one does.
pub(super) async fn regenerate(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let token = fields.string("accessToken")?;
    let new_payload = fields.optional_object("userDataInJWT")?;
    let app = context.app()?;

    let issuer = Issuer::new(context, app);
    let ring = app.keys.ring(context.storage(), &app.config, issuer.now_ms).await?;
    let mut buffer = Vec::new();
    // Unlike the real core we look at the signature. An expired token is fine: its payload is still replaced.
    let token = match access_token::read(&token, &ring, &mut buffer) {
        Ok(token) => token,
        Err(AccessTokenError::Signature | AccessTokenError::UnknownKey) => return unauthorised(NO_SESSION),
        Err(error) => return Err(ApiError::bad_request(error.to_string())),
    };
    let key = session_key(app, &token.claims)?;
    let Some(session) = live_session(context, key.clone()).await? else { return unauthorised(NO_SESSION) };
    let payload = match new_payload {
        Some(payload) => {
            let change = SessionChange::UserDataInJwt(checked_payload(&payload)?);
            if !change_live(context, key, change).await? {
                return unauthorised(NO_SESSION);
            }
            payload
        }
        None => stored_object(&session.user_data_in_jwt)?,
    };
    if token.claims.has_expired(issuer.now_ms) {
        return json(&SessionReply::new(&token.claims, &payload));
    }
    let claims = SessionClaims { issued_at: issuer.now_ms / 1000, ..token.claims };
    let access_token = issuer.access_token(&claims, &payload, session.refresh.key_kind).await?;
    json(&SessionReply { access_token: Some(access_token), ..SessionReply::new(&claims, &payload) })
}
