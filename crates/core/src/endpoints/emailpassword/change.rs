//! `PUT /recipe/user`, of an account of this recipe.

use serde::Serialize;

use super::{Reply, new_password, read_email, status};
use crate::{
    core::Context,
    emailpassword::{self, Change, Changed},
    http::{ApiError, Fields, json},
    storage::UserRecords,
};

/// Changes an account's address, its password, or both.
pub(in crate::endpoints) async fn change(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let id = fields.string("recipeUserId")?.into_owned();
    let email = fields.optional_string("email")?.map(|text| read_email(&text)).transpose()?;
    let password = fields.optional_string("password")?;
    if email.is_none() && password.is_none() {
        return Err(ApiError::bad_request("You have to provide either email or password."));
    }
    let password = password.map(new_password).transpose()?;
    let app = context.app_of_public_tenant()?;
    let app_id = app.id.clone();
    let can_change = {
        let (app_id, id, email) = (app_id.clone(), id.clone(), email.clone());
        move |records: &dyn UserRecords| emailpassword::can_change(records, &app_id, &id, email.as_deref())
    };
    // What is refused is so before a password is hashed.
    let possible = context.storage().read_users(can_change).await?;
    if !matches!(possible, Changed::Yes) {
        return answer(&possible);
    }
    let password_hash = match password {
        Some(password) => Some(context.core.passwords.hash(&app.config, password).await?),
        None => None,
    };
    let new = Change { email, password_hash };
    let change = move |records: &mut dyn UserRecords| emailpassword::change(records, &app_id, &id, &new);
    answer(&context.storage().change_users(change).await?)
}

fn answer(changed: &Changed) -> Reply {
    #[derive(Serialize)]
    struct NotAllowed {
        status: &'static str,
        reason: &'static str,
    }

    match changed {
        Changed::Yes => status("OK"),
        Changed::UnknownUser => status("UNKNOWN_USER_ID_ERROR"),
        Changed::EmailTaken => status("EMAIL_ALREADY_EXISTS_ERROR"),
        Changed::EmailNotAllowed => json(&NotAllowed {
            status: "EMAIL_CHANGE_NOT_ALLOWED_ERROR",
            reason: "New email is associated with another primary user ID",
        }),
    }
}
