//! Which e-mail address a login method has.

use std::sync::Arc;

use supertokens_kernel::{BoxFuture, Error, Ports, RecipeUserId, User, UserContext, Users};

use crate::types::GetEmailForRecipeUserIdResponse as Response;

type GetEmail = Arc<dyn Fn(RecipeUserId, UserContext) -> BoxFuture<Result<Response, Error>> + Send + Sync>;

/// The application's own function.
#[derive(Clone)]
pub(crate) struct ConfiguredEmails(pub(crate) GetEmail);

/// Finds e-mail addresses: asks the application first, if it wants to be asked, then the core.
#[derive(Clone)]
pub(crate) struct Emails {
    pub(crate) configured: Option<ConfiguredEmails>,
    pub(crate) ports: Ports,
}

impl Emails {
    /// The address of a login method.
    pub(crate) async fn of(&self, recipe_user_id: &RecipeUserId, context: &UserContext) -> Result<Response, Error> {
        if let Some(response) = self.of_application(recipe_user_id, context).await? {
            return Ok(response);
        }
        let users = Users::of(&self.ports)?.with_user_context(context.clone());
        let user = users.get_user(recipe_user_id.as_str()).await?;
        Ok(user.map_or(Response::UnknownUserId, |user| in_login_methods(&user, recipe_user_id)))
    }

    /// The address of a login method of a user that is known already.
    pub(crate) async fn of_user(
        &self,
        user: &User,
        recipe_user_id: &RecipeUserId,
        context: &UserContext,
    ) -> Result<Response, Error> {
        let of_application = self.of_application(recipe_user_id, context).await?;
        Ok(of_application.unwrap_or_else(|| in_login_methods(user, recipe_user_id)))
    }

    /// What the application says, unless it does not know the user.
    async fn of_application(
        &self,
        recipe_user_id: &RecipeUserId,
        context: &UserContext,
    ) -> Result<Option<Response>, Error> {
        let Some(ConfiguredEmails(get_email)) = &self.configured else {
            return Ok(None);
        };
        let response = get_email(recipe_user_id.clone(), context.clone()).await?;
        Ok(Some(response).filter(|response| *response != Response::UnknownUserId))
    }
}

fn in_login_methods(user: &User, recipe_user_id: &RecipeUserId) -> Response {
    match user.login_method(recipe_user_id).map(|method| method.email.clone()) {
        Some(Some(email)) => Response::Ok { email },
        Some(None) => Response::EmailDoesNotExist,
        None => Response::UnknownUserId,
    }
}
