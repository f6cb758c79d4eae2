//! Which user signs in.

use std::sync::Arc;

use super::{AuthFlow, MAX_TRIES, too_many_tries};
use crate::error::Error;
use crate::input;
use crate::ports::{ActiveSession, AssociateUserToTenant, AssociateUserToTenantResponse as Associated};
use crate::tenant::TenantId;
use crate::users::{AccountInfo, ListUsersByAccountInfo, LoginMethod, RecipeId, User};

input! {
    /// What somebody signs in or up with.
    GetAuthenticatingUser {
        /// The tenant.
        tenant_id: TenantId,
        /// The recipe.
        recipe_id: RecipeId,
        /// One piece of account information.
        account_info: AccountInfo,
    } with {
        /// The session of the request.
        session: Option<Arc<dyn ActiveSession>> = None,
    }
}

/// The user who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatingUser {
    /// The user.
    pub user: User,
    /// The login method that they use.
    pub login_method: LoginMethod,
}

impl AuthFlow {
    /// The user who signs in, or nothing where somebody signs up.
    ///
    /// A login method of the session's user that belongs to other tenants only is added to this tenant, if
    /// `check_credentials_on_tenant` says that the credentials are right there: better than a second account of the same
    /// person for every tenant.
    ///
    /// # Errors
    ///
    /// The session recipe's error, where the session's user is gone or no longer of its tenant; otherwise what the core
    /// or an override fails with.
    pub async fn get_authenticating_user_and_add_to_current_tenant_if_required<F, Fut>(
        &self,
        input: GetAuthenticatingUser,
        check_credentials_on_tenant: F,
    ) -> Result<Option<AuthenticatingUser>, Error>
    where
        F: Fn(TenantId) -> Fut + Send + Sync,
        Fut: Future<Output = Result<bool, Error>> + Send,
    {
        let users = self.users(&input.user_context)?;
        let is_meant =
            |method: &LoginMethod| method.recipe_id == input.recipe_id && input.account_info.matches_any(method);
        'again: for _ in 0..MAX_TRIES {
            let list = ListUsersByAccountInfo::new(input.tenant_id.clone(), input.account_info.clone())
                .do_union_of_account_info(true);
            let found = users.list_users_by_account_info(list).await?;
            // Another login method of a user that is found here may have the same address elsewhere.
            let is_here = |method: &&LoginMethod| is_meant(method) && method.tenant_ids.contains(&input.tenant_id);
            let mut meant = found.into_iter().filter_map(|user| {
                let login_method = user.login_methods.iter().find(is_here)?.clone();
                Some(AuthenticatingUser { user, login_method })
            });
            match (meant.next(), meant.next(), &input.session) {
                (Some(_), Some(_), _) => return Err(ambiguous(&input.recipe_id)),
                (Some(user), None, _) => return Ok(Some(user)),
                (None, _, None) => return Ok(None),
                (None, _, Some(session)) => {
                    let Some(user) = users.get_user(session.user_id()).await? else {
                        return Err(self.unauthorised("Session user not found"));
                    };
                    // Otherwise their only login method is that of the session, which belongs to this tenant.
                    if !user.is_primary_user {
                        return Ok(None);
                    }
                    let own: Vec<_> = user.login_methods.iter().filter(|method| is_meant(method)).cloned().collect();
                    let here = own.iter().find(|method| method.tenant_ids.contains(&input.tenant_id)).cloned();
                    if let Some(login_method) = here {
                        // Made and linked since the users were listed.
                        return Ok(Some(AuthenticatingUser { user, login_method }));
                    }
                    for mut method in own {
                        let Some(elsewhere) = method.tenant_ids.first().cloned() else { continue };
                        if !check_credentials_on_tenant(elsewhere).await? {
                            continue;
                        }
                        let associate =
                            AssociateUserToTenant::new(input.tenant_id.clone(), method.recipe_user_id.clone())
                                .user_context(input.user_context.clone());
                        match self.multitenancy()?.associate_user_to_tenant(associate).await? {
                            Associated::Ok { .. } => {
                                method.tenant_ids.push(input.tenant_id.clone());
                                return Ok(Some(with_method(user, method)));
                            }
                            Associated::AssociationNotAllowed { .. } => {
                                let message = "Session user not associated with the session tenant";
                                return Err(self.unauthorised(message));
                            }
                            // What was read has changed meanwhile.
                            Associated::UnknownUserId
                            | Associated::EmailAlreadyExists
                            | Associated::PhoneNumberAlreadyExists
                            | Associated::ThirdPartyUserAlreadyExists => continue 'again,
                        }
                    }
                    return Ok(None);
                }
            }
        }
        Err(too_many_tries("looking for the user who signs in"))
    }
}

/// The user with a login method as it is now.
fn with_method(mut user: User, login_method: LoginMethod) -> AuthenticatingUser {
    for method in user.login_methods.iter_mut().filter(|own| own.recipe_user_id == login_method.recipe_user_id) {
        *method = login_method.clone();
    }
    for tenant_id in &login_method.tenant_ids {
        if !user.tenant_ids.contains(tenant_id) {
            user.tenant_ids.push(tenant_id.clone());
        }
    }
    AuthenticatingUser { user, login_method }
}

fn ambiguous(recipe_id: &RecipeId) -> Error {
    Error::misuse(format!(
        "two users of one tenant sign in with the same account of the recipe `{recipe_id}`; a core never gives that, so \
         look for an override of list_users_by_account_info that does"
    ))
}
