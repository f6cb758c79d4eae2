//! Tokens in requests and responses: cookies and headers.

use supertokens_kernel::http::Cookie;
use supertokens_kernel::{Error, Exchange, Request, UserContext};

use crate::shared::Shared;
use crate::types::{TokenTransferMethod, TokenType};

const FRONT_TOKEN: &str = "front-token";
pub(crate) const ANTI_CSRF: &str = "anti-csrf";
/// A cookie of sessions from before 2022: wherever it is seen, it is cleared.
pub(crate) const LEGACY_ID_REFRESH_TOKEN: &str = "sIdRefreshToken";
/// The access token's cookie outlives the token: that it is there tells that there may be a session to refresh.
/// Browsers cap it at 400 days.
const ACCESS_TOKEN_COOKIE_LIFETIME_MS: u64 = 365 * 24 * 60 * 60 * 1000;
/// Browsers drop cookies beyond this many bytes without saying so.
const MAX_COOKIE_BYTES: usize = 4096;
/// From here on the application is warned.
const NEARLY_MAX_COOKIE_BYTES: usize = MAX_COOKIE_BYTES * 9 / 10;

/// The tokens that a response is to carry.
pub(crate) struct NewTokens<'t> {
    pub(crate) access_token: &'t str,
    pub(crate) front_token: &'t str,
    /// With when it expires.
    pub(crate) refresh_token: Option<(&'t str, u64)>,
    pub(crate) anti_csrf_token: Option<&'t str>,
}

impl Shared {
    /// A token of a request.
    pub(crate) fn token(
        &self,
        request: &Request,
        token_type: TokenType,
        method: TokenTransferMethod,
        context: &UserContext,
    ) -> Option<String> {
        match method {
            TokenTransferMethod::Cookie => match &self.config.get_cookie_name_for_token_type {
                None => request.cookie(default_cookie_name(token_type)),
                Some(name) => request.cookie(&name(request, token_type, context)),
            }
            .map(std::borrow::Cow::into_owned),
            TokenTransferMethod::Header => {
                let token = request.header("authorization")?.strip_prefix("Bearer ")?;
                Some(token.trim().to_owned())
            }
        }
    }

    /// Whether a request carries the cookie of a token more than once.
    pub(crate) fn has_multiple_cookies(&self, request: &Request, token_type: TokenType, context: &UserContext) -> bool {
        request.count_cookies(&self.cookie_name(request, token_type, context)) > 1
    }

    /// Sends new tokens to the front end.
    pub(crate) fn attach(
        &self,
        exchange: &Exchange,
        method: TokenTransferMethod,
        tokens: &NewTokens<'_>,
        context: &UserContext,
    ) -> Result<(), Error> {
        exchange.response.set_exposed_header(FRONT_TOKEN, tokens.front_token)?;
        let expires_ms = self.clock.now_ms().saturating_add(ACCESS_TOKEN_COOKIE_LIFETIME_MS);
        self.set_token(exchange, TokenType::Access, tokens.access_token, expires_ms, method, context)?;
        if self.config.expose_access_token_to_frontend_in_cookie_based_auth && method == TokenTransferMethod::Cookie {
            let header = TokenTransferMethod::Header;
            self.set_token(exchange, TokenType::Access, tokens.access_token, expires_ms, header, context)?;
        }
        if let Some((refresh_token, expires_ms)) = tokens.refresh_token {
            self.set_token(exchange, TokenType::Refresh, refresh_token, expires_ms, method, context)?;
        }
        if let Some(anti_csrf_token) = tokens.anti_csrf_token {
            exchange.response.set_exposed_header(ANTI_CSRF, anti_csrf_token)?;
        }
        Ok(())
    }

    /// Removes a session's tokens from the front end, those that travel in one way.
    pub(crate) fn clear(
        &self,
        exchange: &Exchange,
        method: TokenTransferMethod,
        context: &UserContext,
    ) -> Result<(), Error> {
        for token_type in [TokenType::Access, TokenType::Refresh] {
            self.set_token(exchange, token_type, "", 0, method, context)?;
        }
        exchange.response.remove_header(ANTI_CSRF)?;
        exchange.response.set_exposed_header(FRONT_TOKEN, "remove")
    }

    /// Removes a session's tokens from the front end, however they travel: an override may have attached a session to
    /// this very response.
    pub(crate) fn clear_everywhere(&self, exchange: &Exchange, context: &UserContext) -> Result<(), Error> {
        TokenTransferMethod::ALL.into_iter().try_for_each(|method| self.clear(exchange, method, context))
    }

    /// Clears the cookie of a token on the domain that the application used before.
    pub(crate) fn clear_cookie_of_older_domain(
        &self,
        exchange: &Exchange,
        token_type: TokenType,
        older_domain: Option<String>,
        context: &UserContext,
    ) -> Result<(), Error> {
        let cookie = self.cookie(exchange, token_type, "", 0, context)?;
        exchange.response.set_cookie(Cookie { domain: older_domain, ..cookie })
    }

    /// Clears the cookie of sessions from before 2022, if the request carries it.
    pub(crate) fn clear_legacy_cookie(&self, exchange: &Exchange, context: &UserContext) -> Result<(), Error> {
        if exchange.request.cookie(LEGACY_ID_REFRESH_TOKEN).is_none() {
            return Ok(());
        }
        let cookie = self.cookie(exchange, TokenType::Access, "", 0, context)?;
        exchange.response.set_cookie(Cookie { name: LEGACY_ID_REFRESH_TOKEN.to_owned(), ..cookie })
    }

    fn set_token(
        &self,
        exchange: &Exchange,
        token_type: TokenType,
        value: &str,
        expires_ms: u64,
        method: TokenTransferMethod,
        context: &UserContext,
    ) -> Result<(), Error> {
        match method {
            TokenTransferMethod::Cookie => {
                let cookie = self.cookie(exchange, token_type, value, expires_ms, context)?;
                if token_type == TokenType::Access {
                    warn_if_too_long(&cookie);
                }
                exchange.response.set_cookie(cookie)
            }
            TokenTransferMethod::Header => match &self.config.get_response_header_name_for_token_type {
                None => exchange.response.set_exposed_header(default_header_name(token_type), value),
                Some(name) => {
                    exchange.response.set_exposed_header(&name(&exchange.request, token_type, context), value)
                }
            },
        }
    }

    fn cookie(
        &self,
        exchange: &Exchange,
        token_type: TokenType,
        value: &str,
        expires_ms: u64,
        context: &UserContext,
    ) -> Result<Cookie, Error> {
        let path = match token_type {
            TokenType::Access => &self.config.access_token_path,
            TokenType::Refresh => &self.config.refresh_token_path,
        };
        Ok(Cookie {
            name: self.cookie_name(&exchange.request, token_type, context),
            value: value.to_owned(),
            domain: self.config.cookie_domain.clone(),
            path: path.clone(),
            expires_ms,
            secure: self.config.cookie_secure,
            same_site: self.config.same_site(&self.app_info, Some(&exchange.request), context)?,
        })
    }

    fn cookie_name(&self, request: &Request, token_type: TokenType, context: &UserContext) -> String {
        match &self.config.get_cookie_name_for_token_type {
            None => default_cookie_name(token_type).to_owned(),
            Some(name) => name(request, token_type, context),
        }
    }
}

fn default_cookie_name(token_type: TokenType) -> &'static str {
    match token_type {
        TokenType::Access => "sAccessToken",
        TokenType::Refresh => "sRefreshToken",
    }
}

fn default_header_name(token_type: TokenType) -> &'static str {
    match token_type {
        TokenType::Access => "st-access-token",
        TokenType::Refresh => "st-refresh-token",
    }
}

fn warn_if_too_long(cookie: &Cookie) {
    let bytes = cookie.to_header_value().len();
    if bytes >= NEARLY_MAX_COOKIE_BYTES {
        tracing::warn!(
            target: "supertokens",
            bytes,
            limit = MAX_COOKIE_BYTES,
            "the access token's cookie is nearly or quite too long, and browsers drop such cookies silently; store less in jwt_payload, or move it to session_data"
        );
    }
}
