//! Whether somebody may sign up or in.

use supertokens_kernel::ports::{AutomaticLinking, IsSignInAllowed, IsSignUpAllowed};
use supertokens_kernel::users::User;
use supertokens_kernel::{AccountInfoWithRecipeId, Error};

use super::{Decisions, Situation, only_login_method, primary_user_among};

impl Decisions {
    pub(crate) async fn is_sign_up_allowed(&self, input: IsSignUpAllowed) -> Result<bool, Error> {
        let account = &input.new_user;
        if account.email.is_some() && account.phone_number.is_some() {
            return Err(Error::misuse(
                "is_sign_up_allowed was given an e-mail address and a phone number; give the one that is signed up with",
            ));
        }
        let situation =
            Situation { tenant_id: &input.tenant_id, session: input.session.as_ref(), context: &input.user_context };
        self.is_sign_up_or_in_allowed(account, None, input.is_verified, &situation).await
    }

    pub(crate) async fn is_sign_in_allowed(&self, input: IsSignInAllowed) -> Result<bool, Error> {
        let user = &input.user;
        if user.is_primary_user || only_login_method(user)?.verified || input.sign_in_verifies_login_method {
            return Ok(true);
        }
        let situation =
            Situation { tenant_id: &input.tenant_id, session: input.session.as_ref(), context: &input.user_context };
        self.is_sign_up_or_in_allowed(&input.account_info, Some(user), false, &situation).await
    }

    async fn is_sign_up_or_in_allowed(
        &self,
        account: &AccountInfoWithRecipeId,
        signing_in: Option<&User>,
        is_verified: bool,
        situation: &Situation<'_>,
    ) -> Result<bool, Error> {
        // Where nothing is linked by itself, nobody gets into another's account.
        if self.config.should_do_automatic_account_linking.is_none() {
            return Ok(true);
        }
        let users = self.users_with(account.shared_account_info(), situation).await?;
        let is_alone = users.iter().all(|user| signing_in.is_some_and(|signing_in| signing_in.id == user.id));
        if is_alone {
            return Ok(true);
        }
        let primary_user = primary_user_among(users.clone())?;
        match self.ask_rule(account.clone(), primary_user.as_ref(), situation).await? {
            AutomaticLinking::No | AutomaticLinking::Yes { should_require_verification: false } => return Ok(true),
            AutomaticLinking::Yes { should_require_verification: true } => {}
        }
        let is_of_session = |user: &User| situation.session.is_some_and(|session| session.user_id() == user.id);
        Ok(match primary_user {
            // The owner of the address might verify this account by mistake, and let its maker into their own. The
            // user of the session does not count as another: this sign-in may verify their address.
            Some(primary_user) => is_verified && (is_of_session(&primary_user) || has_verified(&primary_user, account)),
            // One of these becomes the primary user, and the others are linked to it once they are verified.
            None => users.iter().all(|user| is_of_session(user) || has_verified(user, account)),
        })
    }
}

fn has_verified(user: &User, account: &AccountInfoWithRecipeId) -> bool {
    user.has_verified(account.email.as_deref(), account.phone_number.as_deref())
}
