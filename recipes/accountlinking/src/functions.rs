//! The functions of the recipe that an application may override.

use supertokens_kernel::users::{
    CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts, CanLinkAccountsResponse, CreatePrimaryUser,
    CreatePrimaryUserResponse, DeleteUser, GetUser, GetUsers, LinkAccounts, LinkAccountsResponse,
    ListUsersByAccountInfo, UnlinkAccount, UnlinkAccountResponse, User, UserPage,
};
use supertokens_kernel::{Error, overridable};

use crate::implementation::Implementation;

overridable! {
    /// The functions of the recipe. Those that find or delete users are also what
    /// [`Users`](supertokens_kernel::Users) calls, so that their overrides see every user that the SDK reads.
    pub AccountLinkingFunctions, AccountLinkingFunctionsBuilder, AccountLinkingOverride, AccountLinkingLayer,
    AccountLinkingFunction,
    recipe "accountlinking", original Implementation, error Error;

    /// A page of the users of a tenant.
    async fn get_users(GetUsers) -> UserPage;
    /// Whether a user can become a primary one.
    async fn can_create_primary_user(CanCreatePrimaryUser) -> CanCreatePrimaryUserResponse;
    /// Makes a user a primary one, so that others can be linked to them.
    async fn create_primary_user(CreatePrimaryUser) -> CreatePrimaryUserResponse;
    /// Whether an account can be linked to a primary user.
    async fn can_link_accounts(CanLinkAccounts) -> CanLinkAccountsResponse;
    /// Links an account to a primary user.
    async fn link_accounts(LinkAccounts) -> LinkAccountsResponse;
    /// Takes a login method from its primary user.
    async fn unlink_account(UnlinkAccount) -> UnlinkAccountResponse;
    /// A user, by their id or the recipe user id of one of the login methods.
    async fn get_user(GetUser) -> Option<User>;
    /// The users of a tenant who have some account information.
    async fn list_users_by_account_info(ListUsersByAccountInfo) -> Vec<User>;
    /// Deletes a user.
    async fn delete_user(DeleteUser) -> ();
}
