//! Linking the account that somebody has signed in or up with.

use std::sync::Arc;

use super::{
    AuthFlow, AuthType, CheckAuthTypeAndLinkingStatus, CheckAuthTypeAndLinkingStatusResponse, LinkingFailure,
    MAX_TRIES, too_many_tries,
};
use crate::error::Error;
use crate::input;
use crate::ports::{
    ActiveSession, ShouldTryLinkingWithSessionUser, TryLinkingByAccountInfoOrCreatePrimaryUser,
    TryLinkingByAccountInfoOrCreatePrimaryUserResponse,
};
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::users::{LinkAccounts, LinkAccountsResponse, LoginMethod, User};

input! {
    /// Who has signed in or up.
    LinkToSessionOrByAccountInfo {
        /// The tenant.
        tenant_id: TenantId,
        /// The user.
        input_user: User,
        /// The login method that they used.
        recipe_user_id: RecipeUserId,
    } with {
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to the session's user.
        should_try_linking_with_session_user: ShouldTryLinkingWithSessionUser =
            ShouldTryLinkingWithSessionUser::Unspecified,
    }
}

/// What became of the account that somebody has signed in or up with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkToSessionOrByAccountInfoResponse {
    /// The user as they are now.
    Ok(User),
    /// It was to be linked to the session's user, and was not.
    LinkingToSessionUserFailed(LinkingFailure),
}

input! {
    /// What is linked to whom.
    TryLinkingBySession {
        /// The session's user, a primary one.
        session_user: User,
        /// The login method that is linked to them.
        auth_login_method: LoginMethod,
    } with {
        /// Whether the login method's address or number has to be verified first, as it does unless said otherwise.
        linking_to_session_user_requires_verification: bool = true,
    }
}

/// As [`LinkToSessionOrByAccountInfoResponse`], or that the session's user is no primary user any more.
enum LinkedBySession {
    Done(LinkToSessionOrByAccountInfoResponse),
    SessionUserIsNotAPrimaryUser,
}

impl AuthFlow {
    /// Links the account that somebody has signed in or up with to the user of the session, if it is to be; otherwise to
    /// a user with the same account information, or makes them a primary user, as the application's rule says.
    ///
    /// # Errors
    ///
    /// As [`check_auth_type_and_linking_status`](Self::check_auth_type_and_linking_status).
    pub async fn link_to_session_if_required_else_create_primary_user_id_or_link_by_account_info(
        &self,
        input: LinkToSessionOrByAccountInfo,
    ) -> Result<LinkToSessionOrByAccountInfoResponse, Error> {
        use LinkToSessionOrByAccountInfoResponse as Response;
        let context = &input.user_context;
        let Some(method) = input.input_user.login_method(&input.recipe_user_id).cloned() else {
            return Err(Error::misuse(format!(
                "`{}` is no login method of the user {}",
                input.recipe_user_id, input.input_user.id
            )));
        };
        for _ in 0..MAX_TRIES {
            let check = CheckAuthTypeAndLinkingStatus::new(&method)
                .input_user(input.input_user.clone())
                .session(input.session.clone())
                .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
                .user_context(context.clone());
            let auth_type = match self.check_auth_type_and_linking_status(check).await? {
                CheckAuthTypeAndLinkingStatusResponse::Ok(auth_type) => auth_type,
                CheckAuthTypeAndLinkingStatusResponse::LinkingToSessionUserFailed(failure) => {
                    return Ok(Response::LinkingToSessionUserFailed(failure));
                }
            };
            let (session_user, requires_verification) = match auth_type {
                AuthType::FirstFactor => return self.link_by_account_info(input).await.map(Response::Ok),
                AuthType::AlreadyLinkedToSessionUser { session_user } => return Ok(Response::Ok(session_user)),
                AuthType::LinkToSessionUser { session_user, requires_verification } => {
                    (session_user, requires_verification)
                }
            };
            let link = TryLinkingBySession::new(session_user, method.clone())
                .linking_to_session_user_requires_verification(requires_verification)
                .user_context(context.clone());
            match self.link_by_session(link).await? {
                LinkedBySession::Done(response) => return Ok(response),
                // Somebody unlinked accounts meanwhile; the next try makes them a primary user again.
                LinkedBySession::SessionUserIsNotAPrimaryUser => {}
            }
        }
        Err(too_many_tries("linking an account to the session's user"))
    }

    /// Links a login method to the session's user.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if the session's user is not a primary user; otherwise what the core or an override fails with.
    pub async fn try_linking_by_session(
        &self,
        input: TryLinkingBySession,
    ) -> Result<LinkToSessionOrByAccountInfoResponse, Error> {
        let user_id = input.session_user.id.clone();
        match self.link_by_session(input).await? {
            LinkedBySession::Done(response) => Ok(response),
            LinkedBySession::SessionUserIsNotAPrimaryUser => {
                Err(Error::misuse(format!("the session's user {user_id} is not a primary user; make them one first")))
            }
        }
    }

    async fn link_by_account_info(&self, input: LinkToSessionOrByAccountInfo) -> Result<User, Error> {
        use TryLinkingByAccountInfoOrCreatePrimaryUserResponse as Tried;
        let linking = self.account_linking()?;
        if !linking.is_automatic_linking_configured() {
            return Ok(input.input_user);
        }
        let link = TryLinkingByAccountInfoOrCreatePrimaryUser::new(input.input_user.clone(), input.tenant_id)
            .session(input.session)
            .user_context(input.user_context);
        Ok(match linking.try_linking_by_account_info_or_create_primary_user(link).await? {
            Tried::Ok(user) => user,
            Tried::NoLink => input.input_user,
        })
    }

    async fn link_by_session(&self, input: TryLinkingBySession) -> Result<LinkedBySession, Error> {
        use LinkToSessionOrByAccountInfoResponse::{LinkingToSessionUserFailed, Ok as Linked};
        let (session_user, method) = (input.session_user, input.auth_login_method);
        // Whoever has the session and has verified an address need not verify it again for another account.
        let is_verified =
            method.verified || session_user.has_verified(method.email.as_deref(), method.phone_number.as_deref());
        if input.linking_to_session_user_requires_verification && !is_verified {
            let failure = LinkingFailure::EmailVerificationRequired;
            return Ok(LinkedBySession::Done(LinkingToSessionUserFailed(failure)));
        }
        let link = LinkAccounts::new(method.recipe_user_id, session_user.id).user_context(input.user_context);
        Ok(LinkedBySession::Done(match self.account_linking()?.link_accounts(link).await? {
            LinkAccountsResponse::Ok { user, .. } => Linked(user),
            LinkAccountsResponse::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId { .. } => {
                LinkingToSessionUserFailed(LinkingFailure::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId)
            }
            LinkAccountsResponse::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId { .. } => {
                LinkingToSessionUserFailed(LinkingFailure::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId)
            }
            LinkAccountsResponse::InputUserIsNotAPrimaryUser => {
                return Ok(LinkedBySession::SessionUserIsNotAPrimaryUser);
            }
        }))
    }
}
