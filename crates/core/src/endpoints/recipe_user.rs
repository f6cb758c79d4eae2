//! `PUT /recipe/user`: changing an account, which each recipe does in its own way.

use super::{Endpoint, Reply, passwordless, status};
use crate::{
    core::Context,
    http::{ApiError, Fields},
    storage::{UserRecipe, UserRecords},
    user_ids::supertokens_id,
};

pub(super) const ENDPOINTS: &[Endpoint] = &[Endpoint::at("/recipe/user").put(|context| Box::pin(change(context)))];

/// The recipe is that of the header `rid`, else the account's own.
async fn change(context: &Context<'_>) -> Reply {
    let recipe = match context.request.recipe {
        Some(recipe @ (UserRecipe::EmailPassword | UserRecipe::Passwordless)) => Some(recipe),
        _ => recipe_of_account(context).await?,
    };
    match recipe {
        Some(UserRecipe::Passwordless) => passwordless::change(context).await,
        _ => status("UNKNOWN_USER_ID_ERROR"),
    }
}

async fn recipe_of_account(context: &Context<'_>) -> Result<Option<UserRecipe>, ApiError> {
    let id = Fields::parse(context.request.body)?.string("recipeUserId")?.into_owned();
    let app_id = context.app_of_public_tenant()?.id.clone();
    let find = move |records: &dyn UserRecords| {
        let id = supertokens_id(records, &app_id, &id)?;
        let user = records.user(&app_id, &id)?;
        Ok(user.as_ref().and_then(|user| user.login_method(&id)).map(|method| method.recipe))
    };
    Ok(context.storage().read_users(find).await?)
}
