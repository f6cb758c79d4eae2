//! The HTTP routes of the recipe.

mod email_exists_get;
mod generate_password_reset_token_post;
mod password_reset_post;
mod sign_in_post;
mod sign_up_post;

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use supertokens_kernel::auth_flow::AuthFlow;
use supertokens_kernel::http::json_response;
use supertokens_kernel::ports::{ActiveSession, ShouldTryLinkingWithSessionUser};
use supertokens_kernel::users::ListUsersByAccountInfo;
use supertokens_kernel::{
    AccountInfo, ApiCall, Clock, Error, LoginMethod, Ports, RecipeId, TenantId, User, UserContext,
};

use crate::apis::EmailPasswordApis;
use crate::form::Fields;
use crate::functions::EmailPasswordFunctions;
use crate::throttle::SignInThrottle;

pub(crate) use email_exists_get::email_exists_get;
pub use email_exists_get::{EMAIL_EXISTS_API, EMAIL_EXISTS_API_OLD};
pub use generate_password_reset_token_post::GENERATE_PASSWORD_RESET_TOKEN_API;
pub(crate) use generate_password_reset_token_post::generate_password_reset_token_post;
pub use password_reset_post::PASSWORD_RESET_API;
pub(crate) use password_reset_post::password_reset_post;
pub use sign_in_post::SIGN_IN_API;
pub(crate) use sign_in_post::sign_in_post;
pub use sign_up_post::SIGN_UP_API;
pub(crate) use sign_up_post::sign_up_post;

/// The original APIs.
pub struct ApiImplementation {
    pub(crate) ports: Ports,
}

/// What the routes share.
pub(crate) struct Routes {
    pub(crate) apis: EmailPasswordApis,
    pub(crate) functions: EmailPasswordFunctions,
    pub(crate) fields: Fields,
    pub(crate) throttle: Option<Arc<dyn SignInThrottle>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ports: Ports,
}

/// The session that a request is to be linked to, whether it is, and the tenant: the session's, if there is one.
struct LinkTo {
    session: Option<Arc<dyn ActiveSession>>,
    should_try: ShouldTryLinkingWithSessionUser,
    tenant_id: TenantId,
}

impl Routes {
    async fn link_to(&self, call: &ApiCall, body: &Value) -> Result<LinkTo, Error> {
        let in_body = match body.get("shouldTryLinkingWithSessionUser") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => return Err(Error::bad_input("shouldTryLinkingWithSessionUser must be a boolean")),
        };
        let should_try = ShouldTryLinkingWithSessionUser::of_request(&call.exchange.request, in_body);
        let session = AuthFlow::of(&self.ports)
            .load_session_in_auth_api_if_needed(&call.exchange, should_try, &call.user_context)
            .await?;
        let tenant_id = session.as_ref().map_or(&call.tenant_id, |session| session.tenant_id()).clone();
        Ok(LinkTo { session, should_try, tenant_id })
    }
}

fn status(status: &str) -> Result<Response<Bytes>, Error> {
    json_response(StatusCode::OK, &json!({"status": status}))
}

fn not_allowed(status: &str, reason: &str) -> Result<Response<Bytes>, Error> {
    json_response(StatusCode::OK, &json!({"status": status, "reason": reason}))
}

/// Nobody has a longer address, whatever an application's own check lets through. Addresses travel to the core in the
/// query, where a server between takes about eight times as much.
const MAX_EMAIL_BYTES: usize = 1024;

/// The users of a tenant who have an address, whatever they sign in with.
async fn users_of_email(
    functions: &EmailPasswordFunctions,
    tenant_id: &TenantId,
    email: &str,
    context: &UserContext,
) -> Result<Vec<User>, Error> {
    if email.len() > MAX_EMAIL_BYTES {
        return Ok(Vec::new());
    }
    let list = ListUsersByAccountInfo::new(tenant_id.clone(), AccountInfo::email(email));
    functions.original().users(context)?.list_users_by_account_info(list).await
}

/// How one of the users signs in to a tenant with an address and a password. Other login methods of theirs may be of other
/// tenants.
fn email_password_method<'u>(users: &'u [User], tenant_id: &TenantId, email: &str) -> Option<&'u LoginMethod> {
    users.iter().flat_map(|user| &user.login_methods).find(|method| {
        method.recipe_id == RecipeId::EmailPassword
            && method.tenant_ids.contains(tenant_id)
            && method.has_same_email_as(email)
    })
}
