//! What the functions do unless they are overridden.

use std::sync::Arc;

use serde::Serialize;
use supertokens_kernel::users::{
    CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts, CanLinkAccountsResponse, CreatePrimaryUser,
    CreatePrimaryUserResponse, DeleteUser, GetUser, GetUsers, LinkAccounts, LinkAccountsResponse,
    ListUsersByAccountInfo, UnlinkAccount, UnlinkAccountResponse, User, UserPage, Users,
};
use supertokens_kernel::{CoreClient, CorePath, Error, Ports, RecipeUserId};

use crate::decisions::verify_email_if_linked_accounts_are_verified;
use crate::functions::AccountLinkingFunctions;
use crate::recipe::Config;

/// The original functions.
pub struct Implementation {
    pub(crate) core: CoreClient,
    pub(crate) config: Arc<Config>,
    pub(crate) ports: Ports,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneAccount<'a> {
    recipe_user_id: &'a RecipeUserId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TwoAccounts<'a> {
    recipe_user_id: &'a RecipeUserId,
    primary_user_id: &'a str,
}

impl Implementation {
    pub(crate) async fn get_users(&self, input: GetUsers, _top: &AccountLinkingFunctions) -> Result<UserPage, Error> {
        Users::of(&self.ports)?.get_users_from_core(input).await
    }

    pub(crate) async fn can_create_primary_user(
        &self,
        input: CanCreatePrimaryUser,
        _top: &AccountLinkingFunctions,
    ) -> Result<CanCreatePrimaryUserResponse, Error> {
        let query = [("recipeUserId", input.recipe_user_id.as_str())];
        let path = CorePath::app("/recipe/accountlinking/user/primary/check");
        Ok(self.core.get(path, &query, &input.user_context).await?)
    }

    pub(crate) async fn create_primary_user(
        &self,
        input: CreatePrimaryUser,
        _top: &AccountLinkingFunctions,
    ) -> Result<CreatePrimaryUserResponse, Error> {
        let body = OneAccount { recipe_user_id: &input.recipe_user_id };
        Ok(self.core.post(CorePath::app("/recipe/accountlinking/user/primary"), &body, &input.user_context).await?)
    }

    pub(crate) async fn can_link_accounts(
        &self,
        input: CanLinkAccounts,
        _top: &AccountLinkingFunctions,
    ) -> Result<CanLinkAccountsResponse, Error> {
        let query =
            [("recipeUserId", input.recipe_user_id.as_str()), ("primaryUserId", input.primary_user_id.as_str())];
        let path = CorePath::app("/recipe/accountlinking/user/link/check");
        Ok(self.core.get(path, &query, &input.user_context).await?)
    }

    pub(crate) async fn link_accounts(
        &self,
        input: LinkAccounts,
        top: &AccountLinkingFunctions,
    ) -> Result<LinkAccountsResponse, Error> {
        let LinkAccounts { recipe_user_id, primary_user_id, user_context: context, .. } = input;
        let body = TwoAccounts { recipe_user_id: &recipe_user_id, primary_user_id: &primary_user_id };
        let path = CorePath::app("/recipe/accountlinking/user/link");
        let answer: LinkAccountsResponse = self.core.post(path, &body, &context).await?;
        let LinkAccountsResponse::Ok { user: mut linked, accounts_already_linked: false } = answer else {
            return Ok(answer);
        };
        if verify_email_if_linked_accounts_are_verified(&self.ports, &linked, &recipe_user_id, &context).await? {
            let again = GetUser::new(primary_user_id).user_context(context.clone());
            linked = top.get_user(again).await?.ok_or_else(|| deleted_meanwhile(&recipe_user_id))?;
        }
        if let Some(on_account_linked) = &self.config.on_account_linked {
            let new_account = linked.login_method(&recipe_user_id).cloned();
            let new_account = new_account.ok_or_else(|| deleted_meanwhile(&recipe_user_id))?;
            on_account_linked(linked.clone(), new_account, context).await?;
        }
        Ok(LinkAccountsResponse::Ok { user: linked, accounts_already_linked: false })
    }

    pub(crate) async fn unlink_account(
        &self,
        input: UnlinkAccount,
        _top: &AccountLinkingFunctions,
    ) -> Result<UnlinkAccountResponse, Error> {
        let body = OneAccount { recipe_user_id: &input.recipe_user_id };
        Ok(self.core.post(CorePath::app("/recipe/accountlinking/user/unlink"), &body, &input.user_context).await?)
    }

    pub(crate) async fn get_user(&self, input: GetUser, _top: &AccountLinkingFunctions) -> Result<Option<User>, Error> {
        Users::of(&self.ports)?.get_user_from_core(input).await
    }

    pub(crate) async fn list_users_by_account_info(
        &self,
        input: ListUsersByAccountInfo,
        _top: &AccountLinkingFunctions,
    ) -> Result<Vec<User>, Error> {
        Users::of(&self.ports)?.list_users_by_account_info_from_core(input).await
    }

    pub(crate) async fn delete_user(&self, input: DeleteUser, _top: &AccountLinkingFunctions) -> Result<(), Error> {
        Users::of(&self.ports)?.delete_user_from_core(input).await
    }
}

fn deleted_meanwhile(recipe_user_id: &RecipeUserId) -> Error {
    Error::misuse(format!(
        "the account {recipe_user_id} has been linked, and was deleted or unlinked while that was done"
    ))
}
