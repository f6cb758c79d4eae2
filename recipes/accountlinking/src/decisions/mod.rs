//! Whether somebody may sign up or in, change an address, or be linked.
//!
//! All of it guards against one thing: that a person gets into another's account because both use the same e-mail
//! address or phone number, and only one of them owns it.

mod email_change;
mod link;
mod sign_up_in;
mod verified;

use std::sync::Arc;

use supertokens_kernel::ports::{ActiveSession, AutomaticLinking, ShouldDoAutomaticAccountLinking};
use supertokens_kernel::users::{ListUsersByAccountInfo, User};
use supertokens_kernel::{AccountInfo, AccountInfoWithRecipeId, Error, LoginMethod, Ports, TenantId, UserContext};
use supertokens_session::SessionContainer;

pub(crate) use verified::verify_email_if_linked_accounts_are_verified;

use crate::functions::AccountLinkingFunctions;
use crate::recipe::Config;
use crate::types::AccountToLink;

/// Decides, with the application's functions and rule. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Decisions {
    pub(crate) functions: AccountLinkingFunctions,
    pub(crate) config: Arc<Config>,
    pub(crate) ports: Ports,
}

/// In which request a decision is made.
struct Situation<'a> {
    tenant_id: &'a TenantId,
    session: Option<&'a Arc<dyn ActiveSession>>,
    context: &'a UserContext,
}

impl Decisions {
    /// What the application's rule says.
    pub(crate) async fn should_do_automatic_account_linking(
        &self,
        input: ShouldDoAutomaticAccountLinking,
    ) -> Result<AutomaticLinking, Error> {
        let Some(rule) = &self.config.should_do_automatic_account_linking else {
            return Ok(AutomaticLinking::No);
        };
        let account = AccountToLink {
            new_account_info: input.new_account_info,
            user: input.user,
            session: input.session.and_then(|session| SessionContainer::from_active(&*session)),
            tenant_id: input.tenant_id,
            user_context: input.user_context,
        };
        rule(account).await
    }

    async fn ask_rule(
        &self,
        account: impl Into<AccountInfoWithRecipeId>,
        user: Option<&User>,
        situation: &Situation<'_>,
    ) -> Result<AutomaticLinking, Error> {
        let input = ShouldDoAutomaticAccountLinking::new(account, situation.tenant_id.clone())
            .user(user.cloned())
            .session(situation.session.cloned())
            .user_context(situation.context.clone());
        self.should_do_automatic_account_linking(input).await
    }

    /// The users who have any of this.
    async fn users_with(&self, account_info: AccountInfo, situation: &Situation<'_>) -> Result<Vec<User>, Error> {
        let list = ListUsersByAccountInfo::new(situation.tenant_id.clone(), account_info)
            .do_union_of_account_info(true)
            .user_context(situation.context.clone());
        self.functions.list_users_by_account_info(list).await
    }
}

/// The only login method of a user who is not a primary one.
fn only_login_method(user: &User) -> Result<&LoginMethod, Error> {
    user.login_methods.first().ok_or_else(|| Error::misuse(format!("the user {} has no login method", user.id)))
}

/// The one primary user among these, if there is one.
fn primary_user_among(users: Vec<User>) -> Result<Option<User>, Error> {
    let mut primary_users = users.into_iter().filter(|user| user.is_primary_user);
    match (primary_users.next(), primary_users.next()) {
        (Some(_), Some(_)) => Err(Error::misuse(
            "two primary users of one tenant have the same account information; a core never gives that, so look for an \
             override of list_users_by_account_info that does",
        )),
        (found, _) => Ok(found),
    }
}
