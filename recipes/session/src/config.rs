//! The recipe's configuration, checked.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens_kernel::http::SameSite;
use supertokens_kernel::url::{NormalisedUrlDomain, NormalisedUrlPath};
use supertokens_kernel::{
    BoxFuture, Error, Exchange, InitError, NormalisedAppInfo, RecipeUserId, Request, UserContext,
};

use crate::claims::ClaimValidationError;
use crate::types::{AllowedTransferMethod, AntiCsrf, TokenTransferMethod, TokenType};

/// The route that refreshes sessions, below the API base path.
pub(crate) const REFRESH_PATH: &str = "/session/refresh";
/// The route that ends sessions, below the API base path.
pub(crate) const SIGN_OUT_PATH: &str = "/signout";

pub(crate) type TransferMethodFn =
    Arc<dyn Fn(&Request, TransferPurpose, &UserContext) -> AllowedTransferMethod + Send + Sync>;
pub(crate) type TokenNameFn = Arc<dyn Fn(&Request, TokenType, &UserContext) -> String + Send + Sync>;
pub(crate) type Reply = BoxFuture<Result<Response<Bytes>, Error>>;
type Handler<T> = Arc<dyn Fn(T, Exchange, UserContext) -> Reply + Send + Sync>;

/// What a transfer method is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferPurpose {
    /// To send the tokens of a new session.
    CreateNewSession,
    /// To read the tokens of a request.
    ReadTokens,
}

/// How the recipe's errors are answered where the application says so.
#[derive(Clone, Default)]
pub(crate) struct ErrorHandlers {
    pub(crate) on_unauthorised: Option<Handler<String>>,
    pub(crate) on_try_refresh_token: Option<Handler<String>>,
    pub(crate) on_token_theft_detected: Option<Handler<TokenTheft>>,
    pub(crate) on_invalid_claim: Option<Handler<Vec<ClaimValidationError>>>,
    pub(crate) on_clear_duplicate_session_cookies: Option<Handler<String>>,
}

/// A refresh token that had been replaced was used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenTheft {
    /// The session.
    pub session_handle: String,
    /// Its user.
    pub user_id: String,
    /// The way in which the user signed in.
    pub recipe_user_id: RecipeUserId,
}

impl TokenTheft {
    pub(crate) fn new(session_handle: String, user_id: String, recipe_user_id: RecipeUserId) -> Self {
        Self { session_handle, user_id, recipe_user_id }
    }
}

/// The configuration as the application said it.
#[derive(Clone, Default)]
pub(crate) struct RawConfig {
    pub(crate) use_static_access_token_signing_key: bool,
    pub(crate) session_expired_status_code: Option<u16>,
    pub(crate) invalid_claim_status_code: Option<u16>,
    pub(crate) access_token_path: Option<String>,
    pub(crate) cookie_secure: Option<bool>,
    pub(crate) cookie_same_site: Option<SameSite>,
    pub(crate) cookie_domain: Option<String>,
    pub(crate) older_cookie_domain: Option<String>,
    pub(crate) anti_csrf: Option<AntiCsrf>,
    pub(crate) get_token_transfer_method: Option<TransferMethodFn>,
    pub(crate) get_cookie_name_for_token_type: Option<TokenNameFn>,
    pub(crate) get_response_header_name_for_token_type: Option<TokenNameFn>,
    pub(crate) expose_access_token_to_frontend_in_cookie_based_auth: bool,
    pub(crate) jwks_refresh_interval_sec: Option<u64>,
    pub(crate) error_handlers: ErrorHandlers,
}

/// The configuration, checked and completed.
pub(crate) struct SessionConfig {
    pub(crate) use_dynamic_access_token_signing_key: bool,
    pub(crate) session_expired_status: StatusCode,
    pub(crate) invalid_claim_status: StatusCode,
    pub(crate) access_token_path: String,
    pub(crate) refresh_token_path: String,
    pub(crate) cookie_secure: bool,
    pub(crate) cookie_same_site: Option<SameSite>,
    pub(crate) cookie_domain: Option<String>,
    /// Unknown, or no `Domain` attribute, or a domain.
    pub(crate) older_cookie_domain: Option<Option<String>>,
    /// By the request's `SameSite` where nothing was said.
    pub(crate) anti_csrf: Option<AntiCsrf>,
    pub(crate) get_token_transfer_method: Option<TransferMethodFn>,
    pub(crate) get_cookie_name_for_token_type: Option<TokenNameFn>,
    pub(crate) get_response_header_name_for_token_type: Option<TokenNameFn>,
    pub(crate) expose_access_token_to_frontend_in_cookie_based_auth: bool,
    pub(crate) jwks_refresh_interval_ms: u64,
    pub(crate) error_handlers: ErrorHandlers,
}

impl RawConfig {
    pub(crate) fn normalise(self, app_info: &NormalisedAppInfo) -> Result<SessionConfig, InitError> {
        let session_expired_status = status("session_expired_status_code", self.session_expired_status_code, 401)?;
        let invalid_claim_status = status("invalid_claim_status_code", self.invalid_claim_status_code, 403)?;
        if session_expired_status == invalid_claim_status {
            let message = format!(
                "session_expired_status_code and invalid_claim_status_code are both {}; they must be different, or the \
                 front end cannot tell a session that has to be refreshed from one that lacks a claim",
                session_expired_status.as_u16()
            );
            return Err(InitError::Conflict { message });
        }
        let cookie_domain = self.cookie_domain.map(|domain| session_scope("cookie_domain", &domain)).transpose()?;
        let older_cookie_domain = match self.older_cookie_domain.as_deref() {
            None => None,
            Some("") => Some(None),
            Some(domain) => Some(Some(session_scope("older_cookie_domain", domain)?)),
        };
        let access_token_path = match self.access_token_path {
            Some(path) => NormalisedUrlPath::parse("access_token_path", &path)?,
            None => NormalisedUrlPath::default(),
        };
        let refresh_token_path = format!("{}{REFRESH_PATH}", app_info.api_base_path);
        let jwks_refresh_interval_sec = self.jwks_refresh_interval_sec.unwrap_or(4 * 60 * 60);
        if jwks_refresh_interval_sec == 0 {
            return Err(InitError::invalid("jwks_refresh_interval_sec", "0", "is not positive", "seconds, 1 or more"));
        }
        Ok(SessionConfig {
            use_dynamic_access_token_signing_key: !self.use_static_access_token_signing_key,
            session_expired_status,
            invalid_claim_status,
            access_token_path: if access_token_path.as_str().is_empty() {
                "/".to_owned()
            } else {
                access_token_path.to_string()
            },
            refresh_token_path,
            cookie_secure: self.cookie_secure.unwrap_or(app_info.api_domain.scheme() == "https"),
            cookie_same_site: self.cookie_same_site,
            cookie_domain,
            older_cookie_domain,
            anti_csrf: self.anti_csrf,
            get_token_transfer_method: self.get_token_transfer_method,
            get_cookie_name_for_token_type: self.get_cookie_name_for_token_type,
            get_response_header_name_for_token_type: self.get_response_header_name_for_token_type,
            expose_access_token_to_frontend_in_cookie_based_auth: self
                .expose_access_token_to_frontend_in_cookie_based_auth,
            jwks_refresh_interval_ms: jwks_refresh_interval_sec.saturating_mul(1000),
            error_handlers: self.error_handlers,
        })
    }
}

impl SessionConfig {
    /// How tokens may travel with this request.
    pub(crate) fn transfer_method(
        &self,
        request: &Request,
        purpose: TransferPurpose,
        context: &UserContext,
    ) -> AllowedTransferMethod {
        if let Some(choose) = &self.get_token_transfer_method {
            return choose(request, purpose, context);
        }
        match (purpose, auth_mode(request)) {
            (TransferPurpose::CreateNewSession, Some(method)) => AllowedTransferMethod::Only(method),
            _ => AllowedTransferMethod::Any,
        }
    }

    /// When cookies are sent from other sites; by where the request's website is, unless configured.
    pub(crate) fn same_site(
        &self,
        app_info: &NormalisedAppInfo,
        request: Option<&Request>,
        context: &UserContext,
    ) -> Result<SameSite, Error> {
        if let Some(configured) = self.cookie_same_site {
            return Ok(configured);
        }
        let website = app_info.website(request, context)?;
        let is_other_site = app_info.top_level_api_domain != website.top_level_domain
            || app_info.api_domain.scheme() != website.domain.scheme();
        Ok(if is_other_site { SameSite::None } else { SameSite::Lax })
    }

    /// The protection in force for a request.
    pub(crate) fn anti_csrf(
        &self,
        app_info: &NormalisedAppInfo,
        request: &Request,
        context: &UserContext,
    ) -> Result<AntiCsrf, Error> {
        match self.anti_csrf {
            Some(configured) => Ok(configured),
            None => Ok(match self.same_site(app_info, Some(request), context)? {
                SameSite::None => AntiCsrf::ViaCustomHeader,
                SameSite::Lax | SameSite::Strict => AntiCsrf::None,
            }),
        }
    }
}

/// What the front end asks for with the header `st-auth-mode`.
pub(crate) fn auth_mode(request: &Request) -> Option<TokenTransferMethod> {
    let mode = request.header("st-auth-mode")?;
    if mode.eq_ignore_ascii_case("header") {
        Some(TokenTransferMethod::Header)
    } else if mode.eq_ignore_ascii_case("cookie") {
        Some(TokenTransferMethod::Cookie)
    } else {
        None
    }
}

fn status(setting: &'static str, code: Option<u16>, default: u16) -> Result<StatusCode, InitError> {
    let code = code.unwrap_or(default);
    StatusCode::from_u16(code)
        .ok()
        .filter(|status| status.is_client_error() || status.is_server_error())
        .ok_or_else(|| InitError::invalid(setting, code.to_string(), "is no error status", "a status from 400 to 599"))
}

/// A cookie's domain, with the leading dot that was or was not given; none for hosts that cookies cannot be shared on.
fn session_scope(setting: &'static str, domain: &str) -> Result<String, InitError> {
    let trimmed = domain.trim().to_lowercase();
    let without_dot = trimmed.strip_prefix('.').unwrap_or(&trimmed);
    let parsed = NormalisedUrlDomain::parse(setting, without_dot)?;
    let host = parsed.host();
    let is_ip = host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[');
    Ok(if host == "localhost" || is_ip || !trimmed.starts_with('.') { host.to_owned() } else { format!(".{host}") })
}

#[cfg(test)]
mod tests {
    use supertokens_kernel::AppInfo;

    use super::*;

    fn app_info(api: &str, website: &str) -> NormalisedAppInfo {
        AppInfo::new("Acme", api, website).normalise().unwrap()
    }

    fn same_site(api: &str, website: &str) -> (SameSite, AntiCsrf, bool) {
        let app_info = app_info(api, website);
        let config = RawConfig::default().normalise(&app_info).unwrap();
        let (request, context) = (Request::default(), UserContext::new());
        let same_site = config.same_site(&app_info, Some(&request), &context).unwrap();
        (same_site, config.anti_csrf(&app_info, &request, &context).unwrap(), config.cookie_secure)
    }

    #[test]
    fn same_site_and_anti_csrf_follow_from_the_domains() {
        let lax = |secure| (SameSite::Lax, AntiCsrf::None, secure);
        let none = |secure| (SameSite::None, AntiCsrf::ViaCustomHeader, secure);
        assert_eq!(same_site("https://api.example.com", "https://www.example.com"), lax(true));
        assert_eq!(same_site("http://localhost:3001", "http://localhost:3000"), lax(false));
        assert_eq!(same_site("http://127.0.0.1:3001", "http://localhost:3000"), lax(false));
        assert_eq!(same_site("https://api.example.com", "https://example.org"), none(true));
        assert_eq!(same_site("https://api.example.com", "http://www.example.com"), none(true), "another scheme");
        assert_eq!(same_site("https://a.github.io", "https://b.github.io"), none(true), "github.io is a public suffix");
    }

    #[test]
    fn cookie_domains_are_normalised() {
        for (given, expected) in [
            (".Example.com ", ".example.com"),
            ("example.com", "example.com"),
            ("https://api.example.com/x", "api.example.com"),
            (".localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(session_scope("cookie_domain", given).unwrap(), expected, "{given}");
        }
        assert!(session_scope("cookie_domain", "not a domain").is_err());
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let app_info = app_info("http://localhost:3001", "http://localhost:3000");
        let same = RawConfig { session_expired_status_code: Some(403), ..RawConfig::default() };
        assert!(matches!(same.normalise(&app_info), Err(InitError::Conflict { .. })));
        let success = RawConfig { invalid_claim_status_code: Some(200), ..RawConfig::default() };
        assert!(success.normalise(&app_info).is_err());
        let no_interval = RawConfig { jwks_refresh_interval_sec: Some(0), ..RawConfig::default() };
        assert!(no_interval.normalise(&app_info).is_err());
        let older = |domain: &str| RawConfig { older_cookie_domain: Some(domain.to_owned()), ..RawConfig::default() };
        assert_eq!(older("").normalise(&app_info).unwrap().older_cookie_domain, Some(None));
        assert_eq!(RawConfig::default().normalise(&app_info).unwrap().older_cookie_domain, None);
    }
}
