//! Linking for recipes that meet this one at the kernel's ports only.

use supertokens_kernel::ports::{
    self, AutomaticLinking, GetPrimaryUserThatCanBeLinkedToRecipeUserId, IsEmailChangeAllowed,
    IsEmailChangeAllowedResponse, IsSignInAllowed, IsSignUpAllowed, PrimaryUsers, ShouldBecomePrimaryUser,
    ShouldDoAutomaticAccountLinking, TryLinkingByAccountInfoOrCreatePrimaryUser,
    TryLinkingByAccountInfoOrCreatePrimaryUserResponse, VerifyEmailForRecipeUserIfLinkedAccountsAreVerified,
};
use supertokens_kernel::users::{
    CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts, CanLinkAccountsResponse, CreatePrimaryUser,
    CreatePrimaryUserResponse, DeleteUser, GetUser, GetUsers, LinkAccounts, LinkAccountsResponse,
    ListUsersByAccountInfo, UnlinkAccount, UnlinkAccountResponse, User, UserPage,
};
use supertokens_kernel::{BoxFuture, Error, RecipeUserId, UserContext};

use crate::decisions::{Decisions, verify_email_if_linked_accounts_are_verified};

/// The functions, and the decisions: each the method of the same name, in a future of its own.
macro_rules! forward {
    (functions { $($function:ident($input:ty) -> $output:ty;)* } decisions { $($decision:ident($asked:ty) -> $found:ty;)* }) => {
        $(fn $function(&self, input: $input) -> BoxFuture<Result<$output, Error>> {
            self.functions.$function(input)
        })*
        $(fn $decision(&self, input: $asked) -> BoxFuture<Result<$found, Error>> {
            let this = self.clone();
            Box::pin(async move { this.$decision(input).await })
        })*
    };
}

impl ports::AccountLinking for Decisions {
    forward! {
        functions {
            get_users(GetUsers) -> UserPage;
            get_user(GetUser) -> Option<User>;
            list_users_by_account_info(ListUsersByAccountInfo) -> Vec<User>;
            delete_user(DeleteUser) -> ();
            can_create_primary_user(CanCreatePrimaryUser) -> CanCreatePrimaryUserResponse;
            create_primary_user(CreatePrimaryUser) -> CreatePrimaryUserResponse;
            can_link_accounts(CanLinkAccounts) -> CanLinkAccountsResponse;
            link_accounts(LinkAccounts) -> LinkAccountsResponse;
            unlink_account(UnlinkAccount) -> UnlinkAccountResponse;
        }
        decisions {
            should_do_automatic_account_linking(ShouldDoAutomaticAccountLinking) -> AutomaticLinking;
            is_sign_up_allowed(IsSignUpAllowed) -> bool;
            is_sign_in_allowed(IsSignInAllowed) -> bool;
            is_email_change_allowed(IsEmailChangeAllowed) -> IsEmailChangeAllowedResponse;
            should_become_primary_user(ShouldBecomePrimaryUser) -> bool;
            get_primary_user_that_can_be_linked_to_recipe_user_id(
                GetPrimaryUserThatCanBeLinkedToRecipeUserId
            ) -> Option<User>;
            try_linking_by_account_info_or_create_primary_user(
                TryLinkingByAccountInfoOrCreatePrimaryUser
            ) -> TryLinkingByAccountInfoOrCreatePrimaryUserResponse;
        }
    }

    fn is_automatic_linking_configured(&self) -> bool {
        self.config.should_do_automatic_account_linking.is_some()
    }

    fn verify_email_for_recipe_user_if_linked_accounts_are_verified(
        &self,
        input: VerifyEmailForRecipeUserIfLinkedAccountsAreVerified,
    ) -> BoxFuture<Result<(), Error>> {
        let ports = self.ports.clone();
        Box::pin(async move {
            let (user, method) = (&input.user, &input.recipe_user_id);
            verify_email_if_linked_accounts_are_verified(&ports, user, method, &input.user_context).await?;
            Ok(())
        })
    }
}

impl PrimaryUsers for Decisions {
    fn user_id_of(&self, recipe_user_id: RecipeUserId, context: UserContext) -> BoxFuture<Result<String, Error>> {
        let functions = self.functions.clone();
        Box::pin(async move {
            let user = functions.get_user(GetUser::new(recipe_user_id.as_str()).user_context(context)).await?;
            Ok(user.map_or_else(|| recipe_user_id.as_str().to_owned(), |user| user.id))
        })
    }
}
