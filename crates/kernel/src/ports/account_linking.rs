//! Linking accounts, as far as other recipes need it.

use std::sync::Arc;

use super::session::ActiveSession;
use crate::error::Error;
use crate::input;
use crate::overrides::BoxFuture;
use crate::recipe::RecipeUserId;
use crate::tenant::TenantId;
use crate::users::{
    AccountInfoWithRecipeId, CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts,
    CanLinkAccountsResponse, CreatePrimaryUser, CreatePrimaryUserResponse, DeleteUser, GetUser, GetUsers, LinkAccounts,
    LinkAccountsResponse, ListUsersByAccountInfo, UnlinkAccount, UnlinkAccountResponse, User, UserPage,
};

/// Provided by the recipe that links accounts.
///
/// The first nine are its overridable functions, with the application's overrides. The four among them that only find
/// or delete users are called through [`Users`](crate::Users), which works without the recipe too. The others are the
/// decisions that signing up, signing in, resetting and verifying ask for.
pub trait AccountLinking: Send + Sync {
    /// A page of users.
    fn get_users(&self, input: GetUsers) -> BoxFuture<Result<UserPage, Error>>;

    /// A user.
    fn get_user(&self, input: GetUser) -> BoxFuture<Result<Option<User>, Error>>;

    /// The users who have some account information.
    fn list_users_by_account_info(&self, input: ListUsersByAccountInfo) -> BoxFuture<Result<Vec<User>, Error>>;

    /// Deletes a user.
    fn delete_user(&self, input: DeleteUser) -> BoxFuture<Result<(), Error>>;

    /// Whether a user can become a primary one.
    fn can_create_primary_user(
        &self,
        input: CanCreatePrimaryUser,
    ) -> BoxFuture<Result<CanCreatePrimaryUserResponse, Error>>;

    /// Makes a user a primary one.
    fn create_primary_user(&self, input: CreatePrimaryUser) -> BoxFuture<Result<CreatePrimaryUserResponse, Error>>;

    /// Whether accounts can be linked.
    fn can_link_accounts(&self, input: CanLinkAccounts) -> BoxFuture<Result<CanLinkAccountsResponse, Error>>;

    /// Links accounts.
    fn link_accounts(&self, input: LinkAccounts) -> BoxFuture<Result<LinkAccountsResponse, Error>>;

    /// Takes a login method from its primary user.
    fn unlink_account(&self, input: UnlinkAccount) -> BoxFuture<Result<UnlinkAccountResponse, Error>>;

    /// Whether the application has a rule for automatic linking. Without one, nothing is ever linked by itself.
    fn is_automatic_linking_configured(&self) -> bool;

    /// What the application's rule says of an account; [`AutomaticLinking::No`] without one.
    fn should_do_automatic_account_linking(
        &self,
        input: ShouldDoAutomaticAccountLinking,
    ) -> BoxFuture<Result<AutomaticLinking, Error>>;

    /// Whether somebody may sign up with this, or it would let one person into another's account.
    fn is_sign_up_allowed(&self, input: IsSignUpAllowed) -> BoxFuture<Result<bool, Error>>;

    /// Whether a user may sign in with this, or it would let one person into another's account.
    fn is_sign_in_allowed(&self, input: IsSignInAllowed) -> BoxFuture<Result<bool, Error>>;

    /// Whether a login method may get another e-mail address.
    fn is_email_change_allowed(
        &self,
        input: IsEmailChangeAllowed,
    ) -> BoxFuture<Result<IsEmailChangeAllowedResponse, Error>>;

    /// Whether a user who is not a primary one is to become one by itself.
    fn should_become_primary_user(&self, input: ShouldBecomePrimaryUser) -> BoxFuture<Result<bool, Error>>;

    /// The primary user that a user can be linked to; the user themselves, if they are one.
    fn get_primary_user_that_can_be_linked_to_recipe_user_id(
        &self,
        input: GetPrimaryUserThatCanBeLinkedToRecipeUserId,
    ) -> BoxFuture<Result<Option<User>, Error>>;

    /// Links a user to another with the same account information, or makes them a primary user, as the application's
    /// rule says.
    fn try_linking_by_account_info_or_create_primary_user(
        &self,
        input: TryLinkingByAccountInfoOrCreatePrimaryUser,
    ) -> BoxFuture<Result<TryLinkingByAccountInfoOrCreatePrimaryUserResponse, Error>>;

    /// Marks a login method's e-mail address as verified, where another login method of the user has the same and it is
    /// verified there. Does nothing in an application that verifies no addresses.
    fn verify_email_for_recipe_user_if_linked_accounts_are_verified(
        &self,
        input: VerifyEmailForRecipeUserIfLinkedAccountsAreVerified,
    ) -> BoxFuture<Result<(), Error>>;
}

/// What the application's rule for automatic linking says of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutomaticLinking {
    /// It is not linked, and does not become a primary user by itself.
    No,
    /// It is.
    Yes {
        /// Whether its e-mail address or phone number has to be verified first. Without this, whoever signs up with
        /// another person's address gets into their account.
        should_require_verification: bool,
    },
}

input! {
    /// What the application's rule is asked.
    ShouldDoAutomaticAccountLinking {
        /// The account that would be linked.
        new_account_info: AccountInfoWithRecipeId,
        /// The tenant.
        tenant_id: TenantId,
    } with {
        /// The user that it would be linked to; without one, it would become a primary user.
        user: Option<User> = None,
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
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
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

input! {
    /// Who wants to sign in.
    IsSignInAllowed {
        /// The tenant.
        tenant_id: TenantId,
        /// The user.
        user: User,
        /// What they sign in with.
        account_info: AccountInfoWithRecipeId,
    } with {
        /// Whether signing in proves that the address or number is theirs, as a code sent to it does.
        sign_in_verifies_login_method: bool = false,
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

input! {
    /// Whose e-mail address is to be changed.
    IsEmailChangeAllowed {
        /// The user.
        user: User,
        /// The new address.
        new_email: String,
    } with {
        /// Whether the new address is known to be theirs.
        is_verified: bool = false,
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

/// Whether a login method may get another e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IsEmailChangeAllowedResponse {
    /// Yes.
    Allowed,
    /// No: another primary user has the address.
    PrimaryUserConflict,
    /// No: the address is not verified, and verifying it would let one person into another's account.
    AccountTakeoverRisk,
}

input! {
    /// Who is to become a primary user.
    ShouldBecomePrimaryUser {
        /// The user, who is not a primary one.
        user: User,
        /// The tenant.
        tenant_id: TenantId,
    } with {
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

input! {
    /// Who is to be linked.
    GetPrimaryUserThatCanBeLinkedToRecipeUserId {
        /// The user.
        user: User,
        /// The tenant.
        tenant_id: TenantId,
    } with {}
}

input! {
    /// Who is linked, or becomes a primary user.
    TryLinkingByAccountInfoOrCreatePrimaryUser {
        /// The user.
        input_user: User,
        /// The tenant.
        tenant_id: TenantId,
    } with {
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

/// What became of a user who could have been linked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryLinkingByAccountInfoOrCreatePrimaryUserResponse {
    /// The user as they are now: linked, a primary user, or as before.
    Ok(User),
    /// There is another user with the same account information, and the application's rule does not link them.
    NoLink,
}

input! {
    /// Whose e-mail address may be verified already.
    VerifyEmailForRecipeUserIfLinkedAccountsAreVerified {
        /// The user.
        user: User,
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}
