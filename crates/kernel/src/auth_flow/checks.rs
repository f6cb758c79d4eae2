//! The checks before and after somebody has shown who they are.

use std::sync::Arc;

use super::{AuthFlow, AuthType, CheckAuthTypeAndLinkingStatus, CheckAuthTypeAndLinkingStatusResponse, LinkingFailure};
use crate::error::Error;
use crate::http::Exchange;
use crate::input;
use crate::ports::{
    ActiveSession, CreateSession, GetValidSecondaryFactors, IsSignInAllowed, IsSignUpAllowed,
    MarkFactorAsCompleteInSession, MultiFactor, ShouldTryLinkingWithSessionUser,
};
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::user_context::UserContext;
use crate::users::{AccountInfoWithRecipeId, User};

input! {
    /// Who wants to sign in or up.
    PreAuthChecks {
        /// The tenant.
        tenant_id: TenantId,
        /// What they sign in or up with.
        authenticating_account_info: AccountInfoWithRecipeId,
        /// The factors that this may be, at least one.
        factor_ids: Vec<String>,
    } with {
        /// The user who signs in; nothing where somebody signs up.
        authenticating_user: Option<User> = None,
        /// Whether the address or number is known to be theirs.
        is_verified: bool = false,
        /// Whether signing in proves that the address or number is theirs, as a code sent to it does.
        sign_in_verifies_login_method: bool = false,
        /// Whether the session's user is left as they are, though they would have to become a primary user.
        skip_session_user_update_in_core: bool = false,
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to the session's user.
        should_try_linking_with_session_user: ShouldTryLinkingWithSessionUser =
            ShouldTryLinkingWithSessionUser::Unspecified,
    }
}

/// Whether somebody may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PreAuthChecksResponse {
    /// They may.
    Ok {
        /// Those of the factors that are allowed, at least one.
        valid_factor_ids: Vec<String>,
        /// Whether they sign in anew, and add nothing to the user of a session.
        is_first_factor: bool,
    },
    /// They may not sign up.
    SignUpNotAllowed,
    /// They may not sign in.
    SignInNotAllowed,
    /// It would have to be linked to the session's user, and cannot be.
    LinkingToSessionUserFailed(LinkingFailure),
}

input! {
    /// Who has signed in or up.
    PostAuthChecks {
        /// The request, and the response that the tokens go into.
        exchange: Exchange,
        /// The tenant.
        tenant_id: TenantId,
        /// The user.
        authenticated_user: User,
        /// The login method that they used.
        recipe_user_id: RecipeUserId,
        /// The factor that this was.
        factor_id: String,
    } with {
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

impl AuthFlow {
    /// Whether somebody may sign in or up, before they have shown who they are: by the factors, by the session that it
    /// is linked to, and by the accounts that others have.
    ///
    /// # Errors
    ///
    /// The session recipe's error or [`Error::BadInput`], where the factors or the session do not allow it; otherwise
    /// what the core or an override fails with.
    pub async fn pre_auth_checks(&self, input: PreAuthChecks) -> Result<PreAuthChecksResponse, Error> {
        use PreAuthChecksResponse as Response;
        if input.factor_ids.is_empty() {
            return Err(Error::misuse("pre_auth_checks was given no factor; give those that the sign-in may be"));
        }
        let context = &input.user_context;
        let check = CheckAuthTypeAndLinkingStatus::new(input.authenticating_account_info.clone())
            .input_user(input.authenticating_user.clone())
            .session(input.session.clone())
            .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
            .skip_session_user_update_in_core(input.skip_session_user_update_in_core)
            .user_context(context.clone());
        let auth_type = match self.check_auth_type_and_linking_status(check).await? {
            CheckAuthTypeAndLinkingStatusResponse::Ok(auth_type) => auth_type,
            CheckAuthTypeAndLinkingStatusResponse::LinkingToSessionUserFailed(failure) => {
                return Ok(Response::LinkingToSessionUserFailed(failure));
            }
        };
        let valid_factor_ids = self.valid_factors(&input, &auth_type).await?;
        let linking = self.account_linking()?;
        let (tenant_id, session) = (input.tenant_id, input.session);
        let (account_info, is_first_factor) = (input.authenticating_account_info, auth_type.is_first_factor());
        match input.authenticating_user {
            None => {
                let is_verified = input.is_verified
                    || input.sign_in_verifies_login_method
                    || verified_by_session_user(&auth_type, &account_info);
                let ask = IsSignUpAllowed::new(tenant_id, account_info)
                    .is_verified(is_verified)
                    .session(session)
                    .user_context(context.clone());
                if !linking.is_sign_up_allowed(ask).await? {
                    return Ok(Response::SignUpNotAllowed);
                }
            }
            Some(user) => {
                let ask = IsSignInAllowed::new(tenant_id, user, account_info)
                    .sign_in_verifies_login_method(input.sign_in_verifies_login_method)
                    .session(session)
                    .user_context(context.clone());
                if !linking.is_sign_in_allowed(ask).await? {
                    return Ok(Response::SignInNotAllowed);
                }
            }
        }
        Ok(Response::Ok { valid_factor_ids, is_first_factor })
    }

    /// The session of somebody who has signed in or up: that of the request where the account belongs to its user, and a
    /// new one otherwise. The factor is noted in it.
    ///
    /// # Errors
    ///
    /// What the session recipe, the core or an override fails with.
    pub async fn post_auth_checks(&self, input: PostAuthChecks) -> Result<Arc<dyn ActiveSession>, Error> {
        let context = input.user_context;
        let of_this_user = |session: &Arc<dyn ActiveSession>| {
            input.authenticated_user.login_method(session.recipe_user_id()).is_some()
        };
        let session = match input.session.filter(of_this_user) {
            Some(session) => session,
            None => {
                let create = CreateSession::new(input.exchange, input.tenant_id, input.recipe_user_id)
                    .user_id(input.authenticated_user.id)
                    .user_context(context.clone());
                self.sessions()?.create_new_session(create).await?
            }
        };
        if let Some(factors) = self.ports.get::<dyn MultiFactor>() {
            let mark = MarkFactorAsCompleteInSession::new(session.clone(), input.factor_id).user_context(context);
            factors.mark_factor_as_complete_in_session(mark).await?;
        }
        Ok(session)
    }

    async fn valid_factors(&self, input: &PreAuthChecks, auth_type: &AuthType) -> Result<Vec<String>, Error> {
        let (factor_ids, context): (_, &UserContext) = (&input.factor_ids, &input.user_context);
        let AuthType::LinkToSessionUser { session_user, .. } = auth_type else {
            if auth_type.is_first_factor() {
                let has_session = input.session.is_some();
                return self.filter_out_invalid_first_factors(factor_ids, &input.tenant_id, has_session, context).await;
            }
            // Nothing is linked, so nothing is set up that could be forbidden.
            return Ok(factor_ids.clone());
        };
        match (self.ports.get::<dyn MultiFactor>(), &input.session) {
            (Some(factors), Some(session)) => {
                let ask = GetValidSecondaryFactors::new(session.clone(), session_user.clone(), factor_ids.clone());
                factors.get_valid_secondary_factors(ask.user_context(context.clone())).await
            }
            _ => Ok(factor_ids.clone()),
        }
    }
}

/// The session's user may have verified the address, and sign up with it in another way now.
fn verified_by_session_user(auth_type: &AuthType, account_info: &AccountInfoWithRecipeId) -> bool {
    let (AuthType::AlreadyLinkedToSessionUser { session_user } | AuthType::LinkToSessionUser { session_user, .. }) =
        auth_type
    else {
        return false;
    };
    session_user.has_verified(account_info.email.as_deref(), account_info.phone_number.as_deref())
}
