//! `POST /recipe/signin`.

use super::{Reply, email, signed_in, status};
use crate::{
    core::Context,
    emailpassword::{self, Account},
    http::Fields,
    passwords::Password,
    storage::UserRecords,
};

/// Checks a password. An address without an account takes as long as a wrong password.
pub(super) async fn sign_in(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let email = email(&fields, "email")?;
    let password = Password::new(fields.string("password")?);
    let tenant = context.tenant()?;
    let find = move |records: &dyn UserRecords| emailpassword::account(records, &tenant, &email);
    let (account, hash) = match context.storage().read_users(find).await? {
        Some(Account { user, recipe_user_id, password_hash }) => (Some((user, recipe_user_id)), password_hash),
        None => (None, None),
    };
    let is_right = context.core.passwords.verify(&context.app()?.config, password, hash).await?;
    match account {
        Some((user, recipe_user_id)) if is_right => signed_in(context, &user, &recipe_user_id).await,
        _ => status("WRONG_CREDENTIALS_ERROR"),
    }
}
