//! What every way of signing in and up has in common: which user is meant, whether it is a first or a second factor,
//! whether accounts are linked, and which session comes out.
//!
//! Here over [ports](crate::ports), so that no recipe that signs people in needs another. In the order in which an API
//! calls them:
//!
//! 1. [`load_session_in_auth_api_if_needed`](AuthFlow::load_session_in_auth_api_if_needed)
//! 2. [`get_authenticating_user_and_add_to_current_tenant_if_required`](
//!    AuthFlow::get_authenticating_user_and_add_to_current_tenant_if_required), which tells signing in from signing up
//! 3. [`pre_auth_checks`](AuthFlow::pre_auth_checks)
//! 4. the recipe's own function, which makes or finds its user and ends in
//!    [`link_to_session_if_required_else_create_primary_user_id_or_link_by_account_info`](
//!    AuthFlow::link_to_session_if_required_else_create_primary_user_id_or_link_by_account_info)
//! 5. [`post_auth_checks`](AuthFlow::post_auth_checks), which gives the session
//! 6. [`auth_reply`](crate::users::auth_reply), or a reason with [`LinkingFailureCodes`]

mod auth_type;
mod authenticating_user;
mod checks;
mod factors;
mod linking;
mod reasons;

use std::sync::Arc;

pub use auth_type::{AuthType, CheckAuthTypeAndLinkingStatus, CheckAuthTypeAndLinkingStatusResponse};
pub use authenticating_user::{AuthenticatingUser, GetAuthenticatingUser};
pub use checks::{PostAuthChecks, PreAuthChecks, PreAuthChecksResponse};
pub use factors::FirstFactorValidity;
pub use linking::{LinkToSessionOrByAccountInfo, LinkToSessionOrByAccountInfoResponse, TryLinkingBySession};
pub use reasons::{LinkingFailure, LinkingFailureCodes, reason_with_code};

use crate::error::Error;
use crate::http::Exchange;
use crate::ports::{AccountLinking, ActiveSession, Multitenancy, Ports, Sessions, ShouldTryLinkingWithSessionUser};
use crate::user_context::UserContext;
use crate::users::Users;

/// How often a flow begins again because somebody else changed the same accounts meanwhile.
const MAX_TRIES: usize = 100;

/// The flows of an application, found by [`AuthFlow::of`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuthFlow {
    ports: Ports,
}

impl AuthFlow {
    /// The flows of an application.
    pub fn of(app: &impl AsRef<Ports>) -> Self {
        Self { ports: app.as_ref().clone() }
    }

    /// The session of a request to an API that signs somebody in or up, without a look at its claims; none where it
    /// would not be linked to. Where there is one, its tenant is the one to use.
    ///
    /// # Errors
    ///
    /// The session recipe's error, where the session has to be there and is not, or is not good.
    pub async fn load_session_in_auth_api_if_needed(
        &self,
        exchange: &Exchange,
        should_try_linking: ShouldTryLinkingWithSessionUser,
        context: &UserContext,
    ) -> Result<Option<Arc<dyn ActiveSession>>, Error> {
        if should_try_linking == ShouldTryLinkingWithSessionUser::No {
            // It would be overwritten anyway.
            return Ok(None);
        }
        let sessions = self.sessions()?;
        sessions.load_session_in_auth_api_if_needed(exchange.clone(), should_try_linking, context.clone()).await
    }

    fn users(&self, context: &UserContext) -> Result<Users, Error> {
        Ok(Users::of(&self.ports)?.with_user_context(context.clone()))
    }

    fn sessions(&self) -> Result<Arc<dyn Sessions>, Error> {
        self.ports.require("session")
    }

    fn account_linking(&self) -> Result<Arc<dyn AccountLinking>, Error> {
        self.ports.require("accountlinking")
    }

    fn multitenancy(&self) -> Result<Arc<dyn Multitenancy>, Error> {
        self.ports.require("multitenancy")
    }

    /// The error that is answered as a request without a good session is.
    fn unauthorised(&self, message: &str) -> Error {
        self.sessions().map_or_else(|error| error, |sessions| sessions.unauthorised(message))
    }
}

/// The error of a flow that began again too often.
fn too_many_tries(what: &str) -> Error {
    Error::misuse(format!(
        "{what} began again {MAX_TRIES} times because the same accounts kept changing meanwhile; if nobody changes them, \
         an override gives results that contradict each other"
    ))
}
