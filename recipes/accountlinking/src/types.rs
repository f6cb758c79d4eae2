//! What the application is asked and told, and asks.

use supertokens_kernel::{AccountInfoWithRecipeId, RecipeUserId, TenantId, User, UserContext, input};
use supertokens_session::SessionContainer;

/// What the rule for automatic linking decides about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountToLink {
    /// The account: what somebody signs up or in with. It may not exist yet.
    pub new_account_info: AccountInfoWithRecipeId,
    /// The user that it would be linked to; without one, it would become a primary user.
    pub user: Option<User>,
    /// The session of the request.
    pub session: Option<SessionContainer>,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The request's context.
    pub user_context: UserContext,
}

input! {
    /// Who wants to sign up.
    IsSignUpAllowed {
        /// The tenant.
        tenant_id: TenantId,
        /// What they sign up with: an e-mail address or a phone number, not both.
        new_user: AccountInfoWithRecipeId,
    } with {
        /// Whether the address or number is known to be theirs.
        is_verified: bool = false,
        /// The session of the request.
        session: Option<SessionContainer> = None,
    }
}

input! {
    /// Whose e-mail address is to be changed.
    IsEmailChangeAllowed {
        /// The login method.
        recipe_user_id: RecipeUserId,
        /// The new address.
        new_email: String,
    } with {
        /// Whether the new address is known to be theirs.
        is_verified: bool = false,
        /// The session of the request.
        session: Option<SessionContainer> = None,
    }
}
