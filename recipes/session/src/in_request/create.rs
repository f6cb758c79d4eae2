//! A new session whose tokens go into the response.

use supertokens_kernel::http::SameSite;
use supertokens_kernel::{Error, Exchange, UserContext};

use crate::config::{TransferPurpose, auth_mode};
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::{CreateNewSession, SessionFunctions};
use crate::shared::Shared;
use crate::types::{AllowedTransferMethod, TokenTransferMethod, TokenType};

/// Makes a session and attaches its tokens to the exchange.
pub(crate) async fn create_new_session(
    shared: &Shared,
    functions: &SessionFunctions,
    exchange: &Exchange,
    input: CreateNewSession,
) -> Result<SessionContainer, SessionError> {
    input.user_context.set_request_if_absent(&exchange.request);
    let context = input.user_context.clone();
    let input = shared.complete(input).await?;
    let method = output_method(shared, exchange, &context);
    if method == TokenTransferMethod::Cookie {
        refuse_cookies_that_browsers_drop(shared, exchange, &context)?;
    }
    let disable_anti_csrf = method == TokenTransferMethod::Header;
    let session = functions.create_new_session(CreateNewSession { disable_anti_csrf, ..input }).await?;

    let other = method.other();
    if shared.token(&exchange.request, TokenType::Access, other, &context).is_some() {
        shared.clear(exchange, other, &context)?;
    }
    session.attach_to_request_response(exchange.clone(), method)?;
    Ok(session)
}

fn output_method(shared: &Shared, exchange: &Exchange, context: &UserContext) -> TokenTransferMethod {
    match shared.config.transfer_method(&exchange.request, TransferPurpose::CreateNewSession, context) {
        AllowedTransferMethod::Only(method) => method,
        AllowedTransferMethod::Any => auth_mode(&exchange.request).unwrap_or(TokenTransferMethod::Header),
    }
}

/// Browsers take `SameSite=None` cookies only with `Secure`, except between hosts of this machine.
fn refuse_cookies_that_browsers_drop(
    shared: &Shared,
    exchange: &Exchange,
    context: &UserContext,
) -> Result<(), SessionError> {
    let (config, app_info) = (&shared.config, &shared.app_info);
    let same_site = config.same_site(app_info, Some(&exchange.request), context)?;
    if config.cookie_secure || same_site != SameSite::None {
        return Ok(());
    }
    let website = app_info.website(Some(&exchange.request), context)?;
    let is_local = |domain: &str| domain == "localhost" || domain.parse::<std::net::IpAddr>().is_ok();
    if is_local(&app_info.top_level_api_domain) && is_local(&website.top_level_domain) {
        return Ok(());
    }
    let message = format!(
        "Since your API and website domain are different ({} and {}), for sessions to work, please use https on your \
         api_domain and dont set cookie_secure to false.",
        app_info.api_domain, website.domain
    );
    Err(Error::misuse(message).into())
}
