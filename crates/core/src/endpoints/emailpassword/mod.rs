//! E-mail and password.

mod change;
mod import;
mod reset;
mod sign_in;
mod sign_up;

use serde::Serialize;

pub(super) use self::change::change;
use super::{
    Endpoint, Reply,
    contact::{email, read_email},
    status,
    users::UserReply,
};
use crate::{
    core::Context,
    http::{ApiError, json},
    passwords::Password,
    storage::StoredUser,
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/signup").post(|context| Box::pin(sign_up::sign_up(context))),
    Endpoint::at("/recipe/signin").post(|context| Box::pin(sign_in::sign_in(context))),
    Endpoint::at("/recipe/user/password/reset/token").post(|context| Box::pin(reset::make_token(context))),
    Endpoint::at("/recipe/user/password/reset/token/consume").post(|context| Box::pin(reset::consume_token(context))),
    Endpoint::at("/recipe/user/password/reset").post(|context| Box::pin(reset::reset(context))),
    Endpoint::at("/recipe/user/passwordhash/import").post(|context| Box::pin(import::import(context))),
];

/// Somebody who signed in or up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn<'r> {
    status: &'static str,
    user: UserReply<'r>,
    recipe_user_id: &'r str,
}

/// Answers with a user, and notes that it is active.
async fn signed_in(context: &Context<'_>, user: &StoredUser, recipe_user_id: &str) -> Reply {
    context.note_active(&user.user_id).await?;
    json(&SignedIn {
        status: "OK",
        user: UserReply::new(user),
        recipe_user_id: user.shown_recipe_user_id(recipe_user_id),
    })
}

/// A password to be.
fn new_password(text: impl Into<String>) -> Result<Password, ApiError> {
    let password = Password::new(text);
    if password.is_empty() {
        return Err(ApiError::bad_request("Password cannot be an empty string"));
    }
    Ok(password)
}
