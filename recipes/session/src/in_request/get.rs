//! The session of a request to one of the application's routes.

use http::Method;
use supertokens_kernel::{Exchange, UserContext};

use crate::claims::ClaimValidator;
use crate::config::TransferPurpose;
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::{GetGlobalClaimValidators, GetSession, SessionFunctions};
use crate::shared::Shared;
use crate::tokens::AccessToken;
use crate::transfer::{ANTI_CSRF, LEGACY_ID_REFRESH_TOKEN};
use crate::types::{AllowedTransferMethod, AntiCsrf, TokenTransferMethod, TokenType, VerifySessionOptions};

/// Verifies the session of a request, checks its claims, and attaches it to the exchange.
pub(crate) async fn get_session(
    shared: &Shared,
    functions: &SessionFunctions,
    exchange: &Exchange,
    options: VerifySessionOptions,
    context: UserContext,
) -> Result<Option<SessionContainer>, SessionError> {
    let request = &exchange.request;
    context.set_request_if_absent(request);
    if request.cookie(LEGACY_ID_REFRESH_TOKEN).is_some() {
        return Err(SessionError::try_refresh_token("using legacy session, please call the refresh API"));
    }
    let allowed = shared.config.transfer_method(request, TransferPurpose::ReadTokens, &context);
    let found = access_token(shared, exchange, allowed, &context)?;
    let (method, access_token) = found.map_or((None, None), |(method, token)| (Some(method), Some(token)));
    let anti_csrf_check = must_check_anti_csrf(shared, exchange, method, &options, &context)?;

    let input = GetSession {
        access_token,
        anti_csrf_token: request.header(ANTI_CSRF).map(str::to_owned),
        options: VerifySessionOptions { anti_csrf_check: Some(anti_csrf_check), ..options.clone() },
        user_context: context.clone(),
    };
    let Some(session) = functions.get_session(input).await? else {
        return Ok(None);
    };
    let validators = required_claim_validators(shared, functions, &session, &options, &context).await?;
    session.assert_claims(validators).await?;

    // Without a method an override of get_session found the session in its own way.
    let method = method.unwrap_or(match allowed {
        AllowedTransferMethod::Only(method) => method,
        AllowedTransferMethod::Any => TokenTransferMethod::Header,
    });
    session.attach_to_request_response(exchange.clone(), method)?;
    Ok(Some(session))
}

/// The access token of a request and how it came. Tokens that are not of sessions are passed over: applications may use
/// tokens of their own in the same header.
fn access_token(
    shared: &Shared,
    exchange: &Exchange,
    allowed: AllowedTransferMethod,
    context: &UserContext,
) -> Result<Option<(TokenTransferMethod, AccessToken)>, SessionError> {
    let of = |method| {
        let text = shared.token(&exchange.request, TokenType::Access, method, context)?;
        let inspected = shared.verifier.inspect(&text).ok()?;
        Some((method, AccessToken::inspected(text, inspected)))
    };
    if allowed.allows(TokenTransferMethod::Header)
        && let Some(found) = of(TokenTransferMethod::Header)
    {
        return Ok(Some(found));
    }
    if !allowed.allows(TokenTransferMethod::Cookie) {
        return Ok(None);
    }
    let found = of(TokenTransferMethod::Cookie);
    if found.is_some() && shared.has_multiple_cookies(&exchange.request, TokenType::Access, context) {
        // The refresh route clears those of the older domain.
        return Err(SessionError::try_refresh_token("Multiple access tokens present in the request cookies."));
    }
    Ok(found)
}

/// Whether the anti-CSRF token has to be compared. A custom header, where that is the mode, is looked for here.
fn must_check_anti_csrf(
    shared: &Shared,
    exchange: &Exchange,
    method: Option<TokenTransferMethod>,
    options: &VerifySessionOptions,
    context: &UserContext,
) -> Result<bool, SessionError> {
    let wanted = options.anti_csrf_check.unwrap_or(*exchange.request.method() != Method::GET);
    // Other sites cannot make a browser send a header, and without a token there is nothing to protect.
    if !wanted || method != Some(TokenTransferMethod::Cookie) {
        return Ok(false);
    }
    match shared.config.anti_csrf(&shared.app_info, &exchange.request, context)? {
        AntiCsrf::None => Ok(false),
        AntiCsrf::ViaToken => Ok(true),
        AntiCsrf::ViaCustomHeader if exchange.request.header("rid").is_some() => Ok(false),
        AntiCsrf::ViaCustomHeader => Err(SessionError::try_refresh_token(
            "anti-csrf check failed. Please pass 'rid: \"session\"' header in the request, or set anti_csrf_check to false for this API",
        )),
    }
}

/// The validators that a session is checked with.
pub(crate) async fn required_claim_validators(
    shared: &Shared,
    functions: &SessionFunctions,
    session: &SessionContainer,
    options: &VerifySessionOptions,
    context: &UserContext,
) -> Result<Vec<ClaimValidator>, SessionError> {
    let added = shared.claim_validators();
    // Nearly every request of an application without claims comes here: nothing is asked that nobody could answer.
    let global = if added.is_empty() && !functions.is_overridden::<GetGlobalClaimValidators>() {
        added
    } else {
        let input = GetGlobalClaimValidators {
            tenant_id: session.tenant_id().clone(),
            user_id: session.user_id().to_owned(),
            recipe_user_id: session.recipe_user_id().clone(),
            claim_validators_added_by_other_recipes: added,
            user_context: context.clone(),
        };
        functions.get_global_claim_validators(input).await?
    };
    match &options.override_global_claim_validators {
        Some(change) => change(global, session.clone(), context.clone()).await,
        None => Ok(global),
    }
}
