//! What becomes of a session when an address is found to be verified.

use supertokens_kernel::{Error, Exchange, Ports, RecipeUserId, UserContext, Users};
use supertokens_session::{CreateNewSession, RevokeAllSessionsForUser, Session, SessionContainer};

use crate::claims::EmailVerificationClaim;

/// Brings the session up to date after the address of a login method was found to be verified.
///
/// The session of that login method gets the claim anew, or, where verification has linked it to another user, is
/// replaced by a session of that user, which is given back. Sessions of others are left alone: they say nothing about
/// this address, also where the login method was linked to their user.
pub(crate) async fn update_session_if_required(
    ports: &Ports,
    exchange: &Exchange,
    session: Option<&SessionContainer>,
    verified: &RecipeUserId,
    context: &UserContext,
) -> Result<Option<SessionContainer>, Error> {
    let Some(session) = session.filter(|session| session.recipe_user_id() == verified) else {
        return Ok(None);
    };
    let users = Users::of(ports)?.with_user_context(context.clone());
    let user = users.get_user(verified.as_str()).await?;
    // Without a user, the application has sessions for users that the core does not know. Nobody links those.
    if user.is_none_or(|user| user.id == session.user_id()) {
        session.fetch_and_set_claim(&EmailVerificationClaim).await?;
        return Ok(None);
    }
    let sessions = Session::of(ports)?.with_user_context(context.clone());
    let of_login_method = RevokeAllSessionsForUser::new(verified.as_str()).revoke_sessions_for_linked_accounts(false);
    sessions.functions().revoke_all_sessions_for_user(of_login_method.user_context(context.clone())).await?;
    let new = CreateNewSession::new(session.tenant_id().clone(), verified.clone());
    Ok(Some(sessions.create_new_session(exchange, new).await?))
}
