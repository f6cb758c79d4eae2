//! The functions that applications call.

use supertokens_kernel::ports::{
    self, GetPrimaryUserThatCanBeLinkedToRecipeUserId, IsEmailChangeAllowedResponse,
    TryLinkingByAccountInfoOrCreatePrimaryUser, TryLinkingByAccountInfoOrCreatePrimaryUserResponse,
};
use supertokens_kernel::users::{
    CanCreatePrimaryUser, CanCreatePrimaryUserResponse, CanLinkAccounts, CanLinkAccountsResponse, CreatePrimaryUser,
    CreatePrimaryUserResponse, GetUser, LinkAccounts, LinkAccountsResponse, UnlinkAccount, UnlinkAccountResponse, User,
};
use supertokens_kernel::{AccountInfoWithRecipeId, Error, RecipeUserId, TenantId, UserContext};
use supertokens_session::SessionContainer;

use crate::decisions::Decisions;
use crate::functions::AccountLinkingFunctions;
use crate::types::{IsEmailChangeAllowed, IsSignUpAllowed};

/// The linking of an application, found by [`AccountLinking::of`](crate::AccountLinking::of). Cheap to clone.
///
/// ```
/// use supertokens_accountlinking::{AccountLinking, LinkAccountsResponse};
/// use supertokens_kernel::{Error, Ports, RecipeUserId};
///
/// /// Two accounts of one person become one user, whatever the rule for automatic linking says.
/// async fn merge(app: &impl AsRef<Ports>, first: RecipeUserId, second: RecipeUserId) -> Result<bool, Error> {
///     let linking = AccountLinking::of(app)?;
///     linking.create_primary_user(first.clone()).await?;
///     let linked = linking.link_accounts(second, first.as_str()).await?;
///     Ok(matches!(linked, LinkAccountsResponse::Ok { .. }))
/// }
/// ```
#[derive(Clone)]
pub struct AccountLinker {
    decisions: Decisions,
    context: Option<UserContext>,
}

impl AccountLinker {
    pub(crate) fn new(decisions: Decisions) -> Self {
        Self { decisions, context: None }
    }

    /// The same functions, called with this context: what overrides find in it, and share through it.
    #[must_use]
    pub fn with_user_context(&self, context: UserContext) -> Self {
        Self { context: Some(context), ..self.clone() }
    }

    /// The recipe's functions with all their inputs; the methods here are shorthands for them.
    pub fn functions(&self) -> &AccountLinkingFunctions {
        &self.decisions.functions
    }

    /// Makes a user a primary one, so that others can be linked to them.
    ///
    /// # Errors
    ///
    /// What the core or an override fails with; so for all that follow.
    pub async fn create_primary_user(
        &self,
        recipe_user_id: impl Into<RecipeUserId>,
    ) -> Result<CreatePrimaryUserResponse, Error> {
        let input = CreatePrimaryUser::new(recipe_user_id).user_context(self.context());
        self.functions().create_primary_user(input).await
    }

    /// Whether a user can become a primary one.
    pub async fn can_create_primary_user(
        &self,
        recipe_user_id: impl Into<RecipeUserId>,
    ) -> Result<CanCreatePrimaryUserResponse, Error> {
        let input = CanCreatePrimaryUser::new(recipe_user_id).user_context(self.context());
        self.functions().can_create_primary_user(input).await
    }

    /// Links an account to a primary user.
    pub async fn link_accounts(
        &self,
        recipe_user_id: impl Into<RecipeUserId>,
        primary_user_id: impl Into<String>,
    ) -> Result<LinkAccountsResponse, Error> {
        let input = LinkAccounts::new(recipe_user_id, primary_user_id).user_context(self.context());
        self.functions().link_accounts(input).await
    }

    /// Whether an account can be linked to a primary user.
    pub async fn can_link_accounts(
        &self,
        recipe_user_id: impl Into<RecipeUserId>,
        primary_user_id: impl Into<String>,
    ) -> Result<CanLinkAccountsResponse, Error> {
        let input = CanLinkAccounts::new(recipe_user_id, primary_user_id).user_context(self.context());
        self.functions().can_link_accounts(input).await
    }

    /// Takes a login method from its primary user. If others remain and its recipe user id is the user's id, it is
    /// deleted.
    pub async fn unlink_account(
        &self,
        recipe_user_id: impl Into<RecipeUserId>,
    ) -> Result<UnlinkAccountResponse, Error> {
        let input = UnlinkAccount::new(recipe_user_id).user_context(self.context());
        self.functions().unlink_account(input).await
    }

    /// Links an account by the application's rule to a user with the same account information, or makes it a primary
    /// user. Gives the user as they are then, also where nothing was done.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if there is no such account.
    pub async fn create_primary_user_id_or_link_accounts(
        &self,
        tenant_id: impl Into<TenantId>,
        recipe_user_id: impl Into<RecipeUserId>,
        session: Option<SessionContainer>,
    ) -> Result<User, Error> {
        use TryLinkingByAccountInfoOrCreatePrimaryUserResponse as Tried;
        let user = self.existing_user(&recipe_user_id.into()).await?;
        let input = TryLinkingByAccountInfoOrCreatePrimaryUser::new(user.clone(), tenant_id)
            .session(session.map(Into::into))
            .user_context(self.context());
        Ok(match self.decisions.try_linking_by_account_info_or_create_primary_user(input).await? {
            Tried::Ok(linked) => linked,
            _ => user,
        })
    }

    /// The primary user that an account can be linked to; nothing if it would become one itself.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if there is no such account.
    pub async fn get_primary_user_that_can_be_linked_to_recipe_user_id(
        &self,
        tenant_id: impl Into<TenantId>,
        recipe_user_id: impl Into<RecipeUserId>,
    ) -> Result<Option<User>, Error> {
        let user = self.existing_user(&recipe_user_id.into()).await?;
        let input = GetPrimaryUserThatCanBeLinkedToRecipeUserId::new(user, tenant_id).user_context(self.context());
        self.decisions.get_primary_user_that_can_be_linked_to_recipe_user_id(input).await
    }

    /// Whether somebody may sign up with this, or it would let one person into another's account.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if both an e-mail address and a phone number are given.
    pub async fn is_sign_up_allowed(&self, input: IsSignUpAllowed) -> Result<bool, Error> {
        let context = self.context.clone().unwrap_or(input.user_context);
        let input = ports::IsSignUpAllowed::new(input.tenant_id, input.new_user)
            .is_verified(input.is_verified)
            .session(input.session.map(Into::into))
            .user_context(context);
        self.decisions.is_sign_up_allowed(input).await
    }

    /// Whether somebody may sign in with an account, or it would let one person into another's account.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if there is no such account.
    pub async fn is_sign_in_allowed(
        &self,
        tenant_id: impl Into<TenantId>,
        recipe_user_id: impl Into<RecipeUserId>,
        session: Option<SessionContainer>,
    ) -> Result<bool, Error> {
        let recipe_user_id = recipe_user_id.into();
        let user = self.existing_user(&recipe_user_id).await?;
        let method = user.login_method(&recipe_user_id).or(user.login_methods.first());
        let account = AccountInfoWithRecipeId::from(method.ok_or_else(|| unknown(&recipe_user_id))?);
        let input = ports::IsSignInAllowed::new(tenant_id, user, account)
            .session(session.map(Into::into))
            .user_context(self.context());
        self.decisions.is_sign_in_allowed(input).await
    }

    /// Whether an account may get another e-mail address.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if there is no such account.
    pub async fn is_email_change_allowed(
        &self,
        input: IsEmailChangeAllowed,
    ) -> Result<IsEmailChangeAllowedResponse, Error> {
        let context = self.context.clone().unwrap_or(input.user_context);
        let user = self.with_user_context(context.clone()).existing_user(&input.recipe_user_id).await?;
        let input = ports::IsEmailChangeAllowed::new(user, input.new_email)
            .is_verified(input.is_verified)
            .session(input.session.map(Into::into))
            .user_context(context);
        self.decisions.is_email_change_allowed(input).await
    }

    async fn existing_user(&self, recipe_user_id: &RecipeUserId) -> Result<User, Error> {
        let input = GetUser::new(recipe_user_id.as_str()).user_context(self.context());
        self.functions().get_user(input).await?.ok_or_else(|| unknown(recipe_user_id))
    }

    fn context(&self) -> UserContext {
        self.context.clone().unwrap_or_default()
    }
}

fn unknown(recipe_user_id: &RecipeUserId) -> Error {
    Error::misuse(format!("there is no account {recipe_user_id}; give the recipe user id of one that exists"))
}

impl std::fmt::Debug for AccountLinker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountLinker").finish_non_exhaustive()
    }
}
