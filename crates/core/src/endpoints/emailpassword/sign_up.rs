//! `POST /recipe/signup`.

use super::{Reply, email, new_password, signed_in, status};
use crate::{
    core::Context,
    emailpassword::{self, NewAccount},
    http::Fields,
    random,
    storage::UserRecords,
};

/// Makes an account.
pub(super) async fn sign_up(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let email = email(&fields, "email")?;
    let password = new_password(fields.string("password")?)?;
    let tenant = context.tenant()?;
    // Who asks for an address that is taken learns it before a password is hashed.
    let is_taken = {
        let (tenant, email) = (tenant.clone(), email.clone());
        move |records: &dyn UserRecords| emailpassword::is_taken(records, &tenant, &email)
    };
    if context.storage().read_users(is_taken).await? {
        return status("EMAIL_ALREADY_EXISTS_ERROR");
    }
    let password_hash = context.core.passwords.hash(&context.app()?.config, password).await?;
    let id = random::uuid()?;
    let new = NewAccount { id: id.clone(), email, password_hash, now_ms: context.now_ms() };
    let sign_up = move |records: &mut dyn UserRecords| emailpassword::sign_up(records, &tenant, new);
    match context.storage().change_users(sign_up).await? {
        Some(user) => signed_in(context, &user, &id).await,
        None => status("EMAIL_ALREADY_EXISTS_ERROR"),
    }
}
