//! Linking a user to another with the same account information.

use supertokens_kernel::ports::{
    AutomaticLinking, GetPrimaryUserThatCanBeLinkedToRecipeUserId, ShouldBecomePrimaryUser,
    TryLinkingByAccountInfoOrCreatePrimaryUser, TryLinkingByAccountInfoOrCreatePrimaryUserResponse as Response,
};
use supertokens_kernel::users::{
    CreatePrimaryUser, CreatePrimaryUserResponse, LinkAccounts, LinkAccountsResponse, LoginMethod, User,
};
use supertokens_kernel::{AccountInfoWithRecipeId, Error};

use super::{Decisions, Situation, only_login_method, primary_user_among};

/// How often linking begins again because somebody else changed the same accounts meanwhile.
const MAX_TRIES: usize = 100;

/// What a try came to.
enum Try {
    Done(Response),
    /// What was read has changed meanwhile.
    Again,
}

impl Decisions {
    pub(crate) async fn should_become_primary_user(&self, input: ShouldBecomePrimaryUser) -> Result<bool, Error> {
        let situation =
            Situation { tenant_id: &input.tenant_id, session: input.session.as_ref(), context: &input.user_context };
        self.should_become_primary(&input.user, &situation).await
    }

    pub(crate) async fn get_primary_user_that_can_be_linked_to_recipe_user_id(
        &self,
        input: GetPrimaryUserThatCanBeLinkedToRecipeUserId,
    ) -> Result<Option<User>, Error> {
        if input.user.is_primary_user {
            return Ok(Some(input.user));
        }
        let situation = Situation { tenant_id: &input.tenant_id, session: None, context: &input.user_context };
        primary_user_among(self.users_like(&input.user, &situation).await?)
    }

    pub(crate) async fn try_linking_by_account_info_or_create_primary_user(
        &self,
        input: TryLinkingByAccountInfoOrCreatePrimaryUser,
    ) -> Result<Response, Error> {
        if input.input_user.is_primary_user {
            return Ok(Response::Ok(input.input_user));
        }
        let situation =
            Situation { tenant_id: &input.tenant_id, session: input.session.as_ref(), context: &input.user_context };
        for _ in 0..MAX_TRIES {
            match self.try_linking_once(&input.input_user, &situation).await? {
                Try::Done(response) => return Ok(response),
                Try::Again => tracing::debug!(target: "supertokens", "linking begins again: the accounts have changed"),
            }
        }
        Err(Error::misuse(format!(
            "linking began again {MAX_TRIES} times because the same accounts kept changing meanwhile; if nobody changes \
             them, an override gives results that contradict each other"
        )))
    }

    async fn try_linking_once(&self, user: &User, situation: &Situation<'_>) -> Result<Try, Error> {
        let method = only_login_method(user)?;
        let alike = self.users_like(user, situation).await?;
        let oldest = alike.iter().min_by_key(|other| other.time_joined_ms).cloned();
        if let Some(primary_user) = primary_user_among(alike)? {
            if primary_user.login_method(&method.recipe_user_id).is_some() {
                return Ok(Try::Done(Response::Ok(primary_user)));
            }
            return self.link_to_primary_user(method, primary_user, situation).await;
        }
        // Nobody is a primary user yet. The oldest becomes one, unless the rule does not want that.
        if let Some(older) = oldest.filter(|oldest| oldest.id != user.id)
            && self.should_become_primary(&older, situation).await?
        {
            return match self.make_primary(&older, situation).await? {
                Some(primary_user) => self.link_to_primary_user(method, primary_user, situation).await,
                None => Ok(Try::Again),
            };
        }
        if !self.should_become_primary(user, situation).await? {
            return Ok(Try::Done(Response::Ok(user.clone())));
        }
        Ok(match self.make_primary(user, situation).await? {
            Some(user) => Try::Done(Response::Ok(user)),
            None => Try::Again,
        })
    }

    async fn link_to_primary_user(
        &self,
        method: &LoginMethod,
        primary_user: User,
        situation: &Situation<'_>,
    ) -> Result<Try, Error> {
        let AutomaticLinking::Yes { should_require_verification } =
            self.ask_rule(method, Some(&primary_user), situation).await?
        else {
            return Ok(Try::Done(Response::NoLink));
        };
        let is_verified_on_both_sides =
            method.verified && primary_user.has_verified(method.email.as_deref(), method.phone_number.as_deref());
        if should_require_verification && !is_verified_on_both_sides {
            return Ok(Try::Done(Response::NoLink));
        }
        let link =
            LinkAccounts::new(method.recipe_user_id.clone(), primary_user.id).user_context(situation.context.clone());
        Ok(match self.functions.link_accounts(link).await? {
            LinkAccountsResponse::Ok { user, .. } => Try::Done(Response::Ok(user)),
            // Somebody else linked it, and to whom was not asked for.
            LinkAccountsResponse::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId { user, .. } => {
                Try::Done(Response::Ok(user))
            }
            _ => Try::Again,
        })
    }

    /// The user as a primary one; nothing if that has become impossible.
    async fn make_primary(&self, user: &User, situation: &Situation<'_>) -> Result<Option<User>, Error> {
        let create = CreatePrimaryUser::new(only_login_method(user)?.recipe_user_id.clone())
            .user_context(situation.context.clone());
        Ok(match self.functions.create_primary_user(create).await? {
            CreatePrimaryUserResponse::Ok { user, .. } => Some(user),
            _ => None,
        })
    }

    async fn should_become_primary(&self, user: &User, situation: &Situation<'_>) -> Result<bool, Error> {
        let method = only_login_method(user)?;
        Ok(match self.ask_rule(method, None, situation).await? {
            AutomaticLinking::No => false,
            AutomaticLinking::Yes { should_require_verification } => !should_require_verification || method.verified,
        })
    }

    /// The users who have any account information of this one, and this one.
    async fn users_like(&self, user: &User, situation: &Situation<'_>) -> Result<Vec<User>, Error> {
        let account = AccountInfoWithRecipeId::from(only_login_method(user)?);
        self.users_with(account.shared_account_info(), situation).await
    }
}
