//! Making the tokens of a session.

use std::borrow::Cow;

use subtle::ConstantTimeEq;

use super::reply::TokenReply;
use crate::{
    CdiVersion,
    config::Config,
    core::Context,
    http::{ApiError, Fields},
    json_object::JsonObject,
    keys::KeyLives,
    random,
    session::{
        access_token::{self, SessionClaims},
        refresh_token::{self, RefreshTokenContent},
        token_hash::hash1,
    },
    storage::KeyKind,
    tenancy::App,
};

/// Makes tokens of an app, for one request.
pub(super) struct Issuer<'c> {
    context: &'c Context<'c>,
    app: &'c App,
    /// In milliseconds since 1970: what is made together is of one time.
    pub(super) now_ms: u64,
}

/// A refresh token that was made and not given yet.
pub(super) struct NewRefreshToken {
    pub(super) token: String,
    pub(super) hash1: String,
    pub(super) anti_csrf_token: Option<String>,
}

impl<'c> Issuer<'c> {
    pub(super) fn new(context: &'c Context<'c>, app: &'c App) -> Self {
        Self { context, app, now_ms: context.now_ms() }
    }

    /// Makes a refresh token, with an anti-CSRF token in it if that is wanted.
    pub(super) async fn refresh_token(
        &self,
        session_handle: &str,
        parent_hash1: Option<&str>,
        anti_csrf: bool,
    ) -> Result<NewRefreshToken, ApiError> {
        let anti_csrf_token = if anti_csrf { Some(random::uuid()?) } else { None };
        let content = RefreshTokenContent {
            session_handle: Cow::Borrowed(session_handle),
            parent_refresh_token_hash1: parent_hash1.map(Cow::Borrowed),
            anti_csrf_token: anti_csrf_token.as_deref().map(Cow::Borrowed),
        };
        let secret = self.app.keys.secret(self.context.storage()).await?;
        let token = refresh_token::seal(&content, secret)?;
        Ok(NewRefreshToken { hash1: hash1(&token), token, anti_csrf_token })
    }

    /// The refresh token as it is given to the client.
    pub(super) fn refresh_token_reply(&self, token: String) -> TokenReply {
        TokenReply { token, expiry: self.session_expires_at_ms(), created_time: self.now_ms }
    }

    /// When a session ends that is made or refreshed now.
    pub(super) fn session_expires_at_ms(&self) -> u64 {
        self.now_ms.saturating_add(self.app.config.refresh_token_validity_ms())
    }

    /// Signs an access token.
    pub(super) async fn access_token(
        &self,
        claims: &SessionClaims<'_>,
        payload: &JsonObject<'_>,
        kind: KeyKind,
    ) -> Result<TokenReply, ApiError> {
        let config = &self.app.config;
        let ring = self.app.keys.ring(self.context.storage(), config, self.now_ms).await?;
        let key = ring.signer(kind, self.now_ms, KeyLives::new(config)).ok_or(ApiError::Internal)?;
        let token = access_token::sign(claims, payload, key).map_err(|error| ApiError::internal(&error))?;
        Ok(TokenReply {
            token,
            expiry: claims.expires_at.saturating_mul(1000),
            created_time: claims.issued_at.saturating_mul(1000),
        })
    }

    /// From when to when an access token made now is good, in seconds since 1970.
    ///
    /// 5.6 shortens lives by a random part, so that clients do not refresh in step; 5.4 is as it was recorded.
    pub(super) fn access_token_life(&self, requested: Option<ShorterLife>) -> Result<(u64, u64), ApiError> {
        let config = &self.app.config;
        let whole_ms = config.access_token_validity_ms();
        let has_jitter = self.context.request.version >= CdiVersion::V5_6 && config.access_token_validity_jitter > 0.0;
        let life_ms = match requested {
            Some(ShorterLife(ms)) => ms,
            None if has_jitter => {
                let part = config.access_token_validity_jitter * random::fraction()?;
                (whole_ms as f64 * (1.0 - part)) as u64
            }
            None => whole_ms,
        };
        Ok((self.now_ms / 1000, self.now_ms.saturating_add(life_ms) / 1000))
    }
}

/// A life of an access token that was asked for, in milliseconds: not longer than the configured one.
#[derive(Clone, Copy)]
pub(super) struct ShorterLife(u64);

/// `accessTokenValidity`, which 5.6 has. Its range is checked when the app is known.
pub(super) struct RequestedLife(Option<i64>);

impl RequestedLife {
    pub(super) fn read(context: &Context<'_>, fields: &Fields<'_>) -> Result<Self, ApiError> {
        if context.request.version < CdiVersion::V5_6 {
            return Ok(Self(None));
        }
        fields.optional_integer("accessTokenValidity").map(Self)
    }

    pub(super) fn check(self, config: &Config) -> Result<Option<ShorterLife>, ApiError> {
        let Some(requested) = self.0 else { return Ok(None) };
        let configured = config.access_token_validity_ms();
        match u64::try_from(requested) {
            Ok(requested) if (1..=configured).contains(&requested) => Ok(Some(ShorterLife(requested))),
            _ => Err(ApiError::bad_request(format!(
                "accessTokenValidity must be greater than 0 and at most the configured access_token_validity \
                 ({configured} ms)"
            ))),
        }
    }
}

/// The kind of key that `useDynamicSigningKey` asks for.
pub(super) fn key_kind(use_dynamic: bool) -> KeyKind {
    if use_dynamic { KeyKind::Dynamic } else { KeyKind::Static }
}

/// Compares anti-CSRF tokens, in a time that does not tell how much was right.
pub(super) fn is_same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}
