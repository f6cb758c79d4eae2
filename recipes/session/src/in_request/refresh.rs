//! New tokens for the refresh token of a request.

use supertokens_kernel::{Error, Exchange, UserContext};

use crate::config::TransferPurpose;
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::{RefreshSession, SessionFunctions};
use crate::shared::Shared;
use crate::transfer::ANTI_CSRF;
use crate::types::{AllowedTransferMethod, AntiCsrf, TokenTransferMethod, TokenType};

/// Refreshes the session of a request and attaches its new tokens to the exchange.
pub(crate) async fn refresh_session(
    shared: &Shared,
    functions: &SessionFunctions,
    exchange: &Exchange,
    context: UserContext,
) -> Result<SessionContainer, SessionError> {
    let request = &exchange.request;
    context.set_request_if_absent(request);
    let allowed = shared.config.transfer_method(request, TransferPurpose::ReadTokens, &context);
    clear_duplicate_cookies(shared, exchange, allowed, &context)?;

    let of = |method| shared.token(request, TokenType::Refresh, method, &context);
    let header = of(TokenTransferMethod::Header);
    let cookie = of(TokenTransferMethod::Cookie).filter(|token| !token.is_empty());
    let (method, refresh_token, other_is_there) = match (header, cookie) {
        (Some(token), cookie) if allowed.allows(TokenTransferMethod::Header) => {
            (TokenTransferMethod::Header, token, cookie.is_some())
        }
        (header, Some(token)) if allowed.allows(TokenTransferMethod::Cookie) => {
            (TokenTransferMethod::Cookie, token, header.is_some())
        }
        _ => {
            shared.clear_legacy_cookie(exchange, &context)?;
            let message = "Refresh token not found. Are you sending the refresh token in the request?";
            return Err(SessionError::unauthorised(message));
        }
    };

    let disable_anti_csrf = may_go_without_anti_csrf(shared, exchange, method, &context)?;
    let input = RefreshSession {
        refresh_token: refresh_token.into(),
        anti_csrf_token: request.header(ANTI_CSRF).map(str::to_owned),
        disable_anti_csrf,
        user_context: context.clone(),
    };
    let session = match functions.refresh_session(input).await {
        Ok(session) => session,
        Err(error) => {
            if clears_tokens(&error) {
                shared.clear_legacy_cookie(exchange, &context)?;
            }
            return Err(error);
        }
    };
    if other_is_there {
        shared.clear(exchange, method.other(), &context)?;
    }
    session.attach_to_request_response(exchange.clone(), method)?;
    shared.clear_legacy_cookie(exchange, &context)?;
    Ok(session)
}

/// A browser that holds the cookies of two domains sends both, in an order that nobody knows. Those of the older one are
/// cleared, and the front end refreshes again.
fn clear_duplicate_cookies(
    shared: &Shared,
    exchange: &Exchange,
    allowed: AllowedTransferMethod,
    context: &UserContext,
) -> Result<(), SessionError> {
    if allowed == AllowedTransferMethod::Only(TokenTransferMethod::Header) {
        return Ok(());
    }
    let mut cleared = false;
    for token_type in [TokenType::Access, TokenType::Refresh] {
        if !shared.has_multiple_cookies(&exchange.request, token_type, context) {
            continue;
        }
        let Some(older_domain) = shared.config.older_cookie_domain.clone() else {
            let message = "The request contains multiple session cookies. This may happen if you've changed the \
                           'cookie_domain' value in your configuration. To clear tokens from the previous domain, set \
                           'older_cookie_domain' in your config.";
            return Err(Error::misuse(message).into());
        };
        shared.clear_cookie_of_older_domain(exchange, token_type, older_domain, context)?;
        cleared = true;
    }
    if !cleared {
        return Ok(());
    }
    let message = "The request contains multiple session cookies. We are clearing the cookie from olderCookieDomain. \
                   Session will be refreshed in the next refresh call.";
    Err(SessionError::ClearDuplicateSessionCookies { message: message.to_owned() })
}

fn may_go_without_anti_csrf(
    shared: &Shared,
    exchange: &Exchange,
    method: TokenTransferMethod,
    context: &UserContext,
) -> Result<bool, SessionError> {
    if method == TokenTransferMethod::Header {
        return Ok(true);
    }
    if shared.config.anti_csrf(&shared.app_info, &exchange.request, context)? != AntiCsrf::ViaCustomHeader {
        return Ok(false);
    }
    if exchange.request.header("rid").is_none() {
        let message = "anti-csrf check failed. Please pass 'rid: \"session\"' header in the request.";
        return Err(SessionError::unauthorised(message));
    }
    Ok(true)
}

fn clears_tokens(error: &SessionError) -> bool {
    matches!(error, SessionError::TokenTheftDetected { .. } | SessionError::Unauthorised { clear_tokens: true, .. })
}
