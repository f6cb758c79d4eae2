//! Whether somebody signs in anew, or adds an account to the user of a session.

use std::sync::Arc;

use super::{AuthFlow, LinkingFailure};
use crate::error::Error;
use crate::input;
use crate::ports::{
    ActiveSession, AutomaticLinking, EmailVerification, MultiFactor, ShouldDoAutomaticAccountLinking,
    ShouldTryLinkingWithSessionUser as ShouldTryLinking,
};
use crate::user_context::UserContext;
use crate::users::{AccountInfoWithRecipeId, CreatePrimaryUser, CreatePrimaryUserResponse, User};

input! {
    /// Who signs in or up.
    CheckAuthTypeAndLinkingStatus {
        /// What they sign in or up with.
        account_info: AccountInfoWithRecipeId,
    } with {
        /// The user, where they sign in.
        input_user: Option<User> = None,
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
        /// Whether to link to the session's user.
        should_try_linking_with_session_user: ShouldTryLinking = ShouldTryLinking::Unspecified,
        /// Whether the session's user is left as they are, though they would have to become a primary user.
        skip_session_user_update_in_core: bool = false,
    }
}

/// Whether somebody signs in anew, or adds an account to the user of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthType {
    /// Somebody signs in anew.
    FirstFactor,
    /// The user of the session signs in with one of their own accounts.
    AlreadyLinkedToSessionUser {
        /// That user.
        session_user: User,
    },
    /// The account is to be added to the user of the session.
    LinkToSessionUser {
        /// That user.
        session_user: User,
        /// Whether the account's address or number has to be verified first.
        requires_verification: bool,
    },
}

impl AuthType {
    /// Whether somebody signs in anew.
    pub fn is_first_factor(&self) -> bool {
        matches!(self, Self::FirstFactor)
    }
}

/// What was found about somebody who signs in or up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckAuthTypeAndLinkingStatusResponse {
    /// They may go on.
    Ok(AuthType),
    /// The session's user cannot become a primary user, so nothing can be linked to them.
    LinkingToSessionUserFailed(LinkingFailure),
}

/// What became of the session's user, to whom something is to be linked.
enum SessionUser {
    /// They are, or could become, a primary user.
    Ready(User),
    /// The application's rule does not want that.
    LeftAlone,
    /// Another primary user has the same account information.
    Conflict,
}

impl AuthFlow {
    /// Whether somebody signs in anew, or adds an account to the user of a session, who becomes a primary user here.
    ///
    /// # Errors
    ///
    /// The session recipe's error where the session or its user is not there, or has a claim to fulfil first; otherwise
    /// what the core or an override fails with.
    pub async fn check_auth_type_and_linking_status(
        &self,
        input: CheckAuthTypeAndLinkingStatus,
    ) -> Result<CheckAuthTypeAndLinkingStatusResponse, Error> {
        use CheckAuthTypeAndLinkingStatusResponse as Response;
        let must_link = input.should_try_linking_with_session_user == ShouldTryLinking::Yes;
        let Some(session) = input.session else {
            if must_link {
                return Err(self.unauthorised("Session not found but shouldTryLinkingWithSessionUser is true"));
            }
            return Ok(Response::Ok(AuthType::FirstFactor));
        };
        if input.should_try_linking_with_session_user == ShouldTryLinking::No {
            return Ok(Response::Ok(AuthType::FirstFactor));
        }
        let linking = self.account_linking()?;
        if !linking.is_automatic_linking_configured() {
            if must_link || self.ports.get::<dyn MultiFactor>().is_some() {
                return Err(Error::misuse(
                    "an account is to be linked to a session's user, but the application has no rule for it: add the \
                     recipe `accountlinking` with should_do_automatic_account_linking(..)",
                ));
            }
            return Ok(Response::Ok(AuthType::FirstFactor));
        }
        if let Some(session_user) = input.input_user.filter(|user| user.id == session.user_id()) {
            return Ok(Response::Ok(AuthType::AlreadyLinkedToSessionUser { session_user }));
        }

        let skip_update = input.skip_session_user_update_in_core;
        let session_user = match self.make_session_user_primary(&session, skip_update, &input.user_context).await? {
            SessionUser::Ready(user) => user,
            SessionUser::LeftAlone => return self.first_factor_unless(must_link),
            SessionUser::Conflict => {
                let failure = LinkingFailure::SessionUserAccountInfoAlreadyAssociatedWithAnotherPrimaryUserId;
                return Ok(Response::LinkingToSessionUserFailed(failure));
            }
        };
        let rule = ShouldDoAutomaticAccountLinking::new(input.account_info, session.tenant_id().clone())
            .user(session_user.clone())
            .session(session)
            .user_context(input.user_context);
        match linking.should_do_automatic_account_linking(rule).await? {
            AutomaticLinking::No => self.first_factor_unless(must_link),
            AutomaticLinking::Yes { should_require_verification } => Ok(Response::Ok(AuthType::LinkToSessionUser {
                session_user,
                requires_verification: should_require_verification,
            })),
        }
    }

    fn first_factor_unless(&self, must_link: bool) -> Result<CheckAuthTypeAndLinkingStatusResponse, Error> {
        if must_link {
            return Err(Error::bad_input(
                "shouldDoAutomaticAccountLinking returned false when making the session user primary but \
                 shouldTryLinkingWithSessionUser is true",
            ));
        }
        Ok(CheckAuthTypeAndLinkingStatusResponse::Ok(AuthType::FirstFactor))
    }

    async fn make_session_user_primary(
        &self,
        session: &Arc<dyn ActiveSession>,
        skip_update: bool,
        context: &UserContext,
    ) -> Result<SessionUser, Error> {
        let Some(user) = self.users(context)?.get_user(session.user_id()).await? else {
            return Err(self.unauthorised("Session user not found"));
        };
        let Some(method) = user.login_methods.first().filter(|_| !user.is_primary_user) else {
            return Ok(SessionUser::Ready(user));
        };
        let linking = self.account_linking()?;
        let rule = ShouldDoAutomaticAccountLinking::new(method, session.tenant_id().clone())
            .session(session.clone())
            .user_context(context.clone());
        let AutomaticLinking::Yes { should_require_verification } =
            linking.should_do_automatic_account_linking(rule).await?
        else {
            return Ok(SessionUser::LeftAlone);
        };
        if skip_update {
            return Ok(SessionUser::Ready(user));
        }
        if should_require_verification && !method.verified {
            let verification = self.ports.require::<dyn EmailVerification>("emailverification")?;
            verification.assert_session_email_is_verified(session.clone(), context.clone()).await?;
            return Err(Error::misuse(
                "the check of the session's claim for verified addresses let a session pass whose address is not \
                 verified; an account cannot be linked to its user",
            ));
        }
        let create = CreatePrimaryUser::new(method.recipe_user_id.clone()).user_context(context.clone());
        match linking.create_primary_user(create).await? {
            CreatePrimaryUserResponse::Ok { user, .. } => Ok(SessionUser::Ready(user)),
            // It was linked since the session was read, so the session's user has another id now.
            CreatePrimaryUserResponse::RecipeUserIdAlreadyLinkedWithPrimaryUserId { .. } => {
                Err(self.unauthorised("Session user not found"))
            }
            CreatePrimaryUserResponse::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId { .. } => {
                Ok(SessionUser::Conflict)
            }
        }
    }
}
