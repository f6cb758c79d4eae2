//! Whether a login method may get another e-mail address.

use supertokens_kernel::ports::{AutomaticLinking, IsEmailChangeAllowed, IsEmailChangeAllowedResponse as Response};
use supertokens_kernel::users::User;
use supertokens_kernel::{AccountInfo, Error};

use super::{Decisions, Situation, only_login_method, primary_user_among};

impl Decisions {
    pub(crate) async fn is_email_change_allowed(&self, input: IsEmailChangeAllowed) -> Result<Response, Error> {
        for tenant_id in &input.user.tenant_ids {
            let situation = Situation { tenant_id, session: input.session.as_ref(), context: &input.user_context };
            let response = self.is_email_change_allowed_in_tenant(&input, &situation).await?;
            if response != Response::Allowed {
                return Ok(response);
            }
        }
        Ok(Response::Allowed)
    }

    async fn is_email_change_allowed_in_tenant(
        &self,
        input: &IsEmailChangeAllowed,
        situation: &Situation<'_>,
    ) -> Result<Response, Error> {
        let user = &input.user;
        let mut others = self.users_with(AccountInfo::email(&*input.new_email), situation).await?;
        others.retain(|other| other.id != user.id);
        let primary_user = primary_user_among(others.clone())?;
        if user.is_primary_user && primary_user.is_some() {
            return Ok(Response::PrimaryUserConflict);
        }
        if input.is_verified {
            return Ok(Response::Allowed);
        }
        let rule = match user.is_primary_user {
            true => self.rule_for_primary_user(user, &input.new_email, &others, situation).await?,
            false => self.rule_for_recipe_user(user, &input.new_email, primary_user.as_ref(), situation).await?,
        };
        Ok(match rule {
            AutomaticLinking::Yes { should_require_verification: true } => Response::AccountTakeoverRisk,
            AutomaticLinking::Yes { should_require_verification: false } | AutomaticLinking::No => Response::Allowed,
        })
    }

    /// Whether one of the other users with the address would be linked to this one once they verify it.
    async fn rule_for_primary_user(
        &self,
        user: &User,
        new_email: &str,
        others: &[User],
        situation: &Situation<'_>,
    ) -> Result<AutomaticLinking, Error> {
        if user.has_verified(Some(new_email), None) {
            return Ok(AutomaticLinking::No);
        }
        for other in others {
            let rule = self.ask_rule(only_login_method(other)?, Some(user), situation).await?;
            if matches!(rule, AutomaticLinking::Yes { should_require_verification: true }) {
                return Ok(rule);
            }
        }
        Ok(AutomaticLinking::No)
    }

    /// Whether this user would be linked to the primary user with the address, who might verify it by mistake.
    async fn rule_for_recipe_user(
        &self,
        user: &User,
        new_email: &str,
        primary_user: Option<&User>,
        situation: &Situation<'_>,
    ) -> Result<AutomaticLinking, Error> {
        let method = only_login_method(user)?;
        match primary_user.filter(|_| !method.has_same_email_as(new_email)) {
            None => Ok(AutomaticLinking::No),
            Some(primary_user) => self.ask_rule(method, Some(primary_user), situation).await,
        }
    }
}
