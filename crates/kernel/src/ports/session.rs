//! Sessions, as far as other recipes need them.

use std::any::Any;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::http::{Exchange, FdiVersion, Request};
use crate::overrides::BoxFuture;
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// A session, as far as recipes need it that must not depend on the session recipe's crate.
///
/// Recipes that may depend on it take `SessionContainer` from applications, which converts into an
/// `Arc<dyn ActiveSession>` and is found again by `SessionContainer::from_active`.
pub trait ActiveSession: std::fmt::Debug + Send + Sync + 'static {
    /// The session's user: the primary one, where accounts are linked.
    fn user_id(&self) -> &str;

    /// The way in which the user signed in.
    fn recipe_user_id(&self) -> &RecipeUserId;

    /// The session's tenant.
    fn tenant_id(&self) -> &TenantId;

    /// The session's handle: its name in the core's database.
    fn handle(&self) -> &str;

    /// Everything in the access token.
    fn access_token_payload(&self) -> Map<String, Value>;

    /// The session itself, for whoever knows its type.
    fn as_any(&self) -> &dyn Any;
}

/// Provided by the recipe that makes sessions.
pub trait Sessions: Send + Sync {
    /// The session of a request to an API that signs somebody in or up, without a look at its claims: none where it
    /// would not be linked to, an error where it has to be there and is not.
    fn load_session_in_auth_api_if_needed(
        &self,
        exchange: Exchange,
        should_try_linking: ShouldTryLinkingWithSessionUser,
        context: UserContext,
    ) -> BoxFuture<Result<Option<Arc<dyn ActiveSession>>, Error>>;

    /// Makes a session, whose tokens go into the response.
    fn create_new_session(&self, input: CreateSession) -> BoxFuture<Result<Arc<dyn ActiveSession>, Error>>;

    /// Ends all sessions of a user, of linked accounts and in all tenants, but for the one of the handle `kept`. Gives the
    /// handles of those that have ended.
    fn revoke_sessions_for_user_except(
        &self,
        user_id: String,
        kept: Option<String>,
        context: UserContext,
    ) -> BoxFuture<Result<Vec<String>, Error>>;

    /// The error that is answered as a request without a good session is.
    fn unauthorised(&self, message: &str) -> Error;
}

crate::input! {
    /// Whose session is made.
    CreateSession {
        /// The request, and the response that the tokens go into.
        exchange: Exchange,
        /// The session's tenant.
        tenant_id: TenantId,
        /// The way in which the user signed in.
        recipe_user_id: RecipeUserId,
    } with {
        /// The user's id, where it is known. Otherwise whoever links accounts is asked.
        user_id: Option<String> = None,
    }
}

/// Whether the account that signs in or up is to be linked to the session's user (`shouldTryLinkingWithSessionUser`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShouldTryLinkingWithSessionUser {
    /// The request does not say, as front ends before 3.1 do not: where there is a session, the application's rule for
    /// automatic linking decides.
    #[default]
    Unspecified,
    /// Yes: there has to be a session, and linking has to succeed.
    Yes,
    /// No: whatever session there is, this is a new one.
    No,
}

impl ShouldTryLinkingWithSessionUser {
    /// What a request says, given the value of `shouldTryLinkingWithSessionUser` in its body.
    pub fn of_request(request: &Request, in_body: Option<bool>) -> Self {
        if !FdiVersion::of(request).says_should_try_linking() {
            return Self::Unspecified;
        }
        if in_body.unwrap_or(false) { Self::Yes } else { Self::No }
    }

    /// What a function means that was given a session to link to, or none.
    pub fn by_session<S>(session: Option<&S>) -> Self {
        if session.is_some() { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ShouldTryLinkingWithSessionUser::{No, Unspecified, Yes};

    #[test]
    fn front_ends_say_from_3_1_on_whether_to_link_and_older_ones_leave_it_open() {
        let said = |version: &str, in_body| {
            let request = Request::builder().header("fdi-version", version).finish();
            ShouldTryLinkingWithSessionUser::of_request(&request, in_body)
        };
        for version in ["1.17", "2.0", "3.0"] {
            assert_eq!([said(version, None), said(version, Some(true))], [Unspecified; 2], "{version}");
        }
        for version in ["3.1", "4.2", "3.0,4.0"] {
            let answers = [said(version, None), said(version, Some(false)), said(version, Some(true))];
            assert_eq!(answers, [No, No, Yes], "{version}");
        }
        assert_eq!(ShouldTryLinkingWithSessionUser::of_request(&Request::default(), Some(true)), Yes);
    }

    #[test]
    fn a_function_that_is_given_a_session_links_to_it() {
        assert_eq!(ShouldTryLinkingWithSessionUser::by_session(Some(&())), Yes);
        assert_eq!(ShouldTryLinkingWithSessionUser::by_session::<()>(None), No);
    }
}
