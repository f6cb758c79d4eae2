//! Removing users.

use super::{Reply, status};
use crate::{
    core::Context,
    http::Fields,
    users::{self, Accounts},
};

/// `POST /user/remove`. One that nobody has is removed.
pub(super) async fn remove(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let accounts = match fields.optional_boolean("removeAllLinkedAccounts")? {
        Some(false) => Accounts::Named,
        Some(true) | None => Accounts::Linked,
    };
    let app_id = context.app_of_public_tenant()?.id.clone();
    context.storage().change_many_users(move |records| users::remove(records, &app_id, &user_id, accounts)).await?;
    status("OK")
}
