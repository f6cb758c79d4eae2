//! `/recipe/user`: finding and changing an account, which each recipe does in its own way.

use super::{Endpoint, Reply, emailpassword, passwordless, status, users::one};
use crate::{
    core::Context,
    email,
    http::{ApiError, Fields},
    storage::{AccountInfo, StoredThirdParty, StoredUser, UserRecipe, UserRecords},
    third_party,
    user_ids::supertokens_id,
    users::{self, Combine},
};

pub(super) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::at("/recipe/user").get(|context| Box::pin(find(context))).put(|context| Box::pin(change(context)))];

/// Changes an account. The recipe is that of the header `rid`, else the account's own.
async fn change(context: &Context<'_>) -> Reply {
    let recipe = match context.request.recipe {
        Some(recipe @ (UserRecipe::EmailPassword | UserRecipe::Passwordless)) => Some(recipe),
        _ => recipe_of_account(context).await?,
    };
    match recipe {
        Some(UserRecipe::Passwordless) => passwordless::change(context).await,
        _ => emailpassword::change(context).await,
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

/// Finds a user, an older form of `/user/id` and `/users/by-accountinfo`.
async fn find(context: &Context<'_>) -> Reply {
    let request = context.request;
    if request.recipe == Some(UserRecipe::ThirdParty) {
        return find_third_party(context).await;
    }
    let recipe = request.recipe.unwrap_or(UserRecipe::EmailPassword);
    match (request.optional_parameter("userId"), request.optional_parameter("email")) {
        (Some(id), None) => answer(by_id(context, id, recipe).await?, "UNKNOWN_USER_ID_ERROR"),
        (None, Some(email)) => {
            let (tenant, email) = (context.tenant()?, email::normalise(&email));
            let find = move |records: &dyn UserRecords| {
                let info = AccountInfo::Email(&email);
                let mut users = users::with_account_info(records, &tenant, &[info], Combine::All)?;
                users.retain(|user| {
                    let mut methods = user.login_methods.iter();
                    methods.any(|method| method.recipe == recipe && method.email.as_deref() == Some(&email))
                });
                Ok(users.into_iter().next())
            };
            answer(context.storage().read_users(find).await?, "UNKNOWN_EMAIL_ERROR")
        }
        _ => Err(ApiError::bad_request("Please provide one of userId or email")),
    }
}

async fn find_third_party(context: &Context<'_>) -> Reply {
    let request = context.request;
    let account = request.optional_parameter("thirdPartyId").zip(request.optional_parameter("thirdPartyUserId"));
    match (request.optional_parameter("userId"), account) {
        (Some(id), None) => answer(by_id(context, id, UserRecipe::ThirdParty).await?, "UNKNOWN_USER_ID_ERROR"),
        (None, Some((id, user_id))) => {
            let tenant = context.tenant()?;
            let find = move |records: &dyn UserRecords| match third_party::find(
                records,
                &tenant,
                &StoredThirdParty { id, user_id },
            )? {
                Some(recipe_user_id) => records.user(&tenant.app_id, &recipe_user_id),
                None => Ok(None),
            };
            answer(context.storage().read_users(find).await?, "UNKNOWN_THIRD_PARTY_USER_ERROR")
        }
        _ => {
            let message = "Please provide one of userId or (thirdPartyId & thirdPartyUserId)";
            Err(ApiError::bad_request(message))
        }
    }
}

async fn by_id(context: &Context<'_>, id: String, recipe: UserRecipe) -> Result<Option<StoredUser>, ApiError> {
    let app_id = context.app_of_public_tenant()?.id.clone();
    let find = move |records: &dyn UserRecords| {
        let id = supertokens_id(records, &app_id, &id)?;
        let user = records.user(&app_id, &id)?;
        Ok(user.filter(|user| user.login_method(&id).is_some_and(|method| method.recipe == recipe)))
    };
    Ok(context.storage().read_users(find).await?)
}

fn answer(user: Option<StoredUser>, unknown: &'static str) -> Reply {
    user.map_or_else(|| status(unknown), |user| one(&user))
}
