//! Setting a new password with a token that was mailed.

use serde::Serialize;

use super::{Reply, email, new_password, status};
use crate::{
    core::Context,
    emailpassword::{self, Consumed},
    http::{ApiError, Fields, json},
    one_time_token,
    storage::{StoredResetToken, UserRecords},
};

const INVALID_TOKEN: &str = "RESET_PASSWORD_INVALID_TOKEN_ERROR";

/// `POST /recipe/user/password/reset/token`.
pub(super) async fn make_token(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Made<'r> {
        status: &'static str,
        token: &'r str,
    }

    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let email = email(&fields, "email")?;
    let app_id = context.tenant()?.app_id;
    let lifetime = context.tenant_config()?.password_reset_token_lifetime;
    let token = one_time_token::new_token()?;
    let stored = StoredResetToken {
        hash: one_time_token::hash(&token),
        user_id,
        email,
        expires_at_ms: context.now_ms().saturating_add(lifetime),
    };
    let add = move |records: &mut dyn UserRecords| emailpassword::add_reset_token(records, &app_id, stored);
    if context.storage().change_users(add).await? {
        json(&Made { status: "OK", token: &token })
    } else {
        status("UNKNOWN_USER_ID_ERROR")
    }
}

/// `POST /recipe/user/password/reset/token/consume`.
pub(super) async fn consume_token(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply<'r> {
        status: &'static str,
        user_id: &'r str,
        email: &'r str,
    }

    let fields = Fields::parse(context.request.body)?;
    let hash = one_time_token::hash(&fields.string("token")?);
    let (tenant, now_ms) = (context.tenant()?, context.now_ms());
    let consume =
        move |records: &mut dyn UserRecords| emailpassword::consume_reset_token(records, &tenant, &hash, now_ms);
    match context.storage().change_users(consume).await? {
        Some(Consumed { user_id, email }) => json(&Reply { status: "OK", user_id: &user_id, email: &email }),
        None => status(INVALID_TOKEN),
    }
}

/// `POST /recipe/user/password/reset`, an older form: consumes a token and sets the password in one.
pub(super) async fn reset(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Reset<'r> {
        status: &'static str,
        user_id: &'r str,
    }

    let fields = Fields::parse(context.request.body)?;
    let method = fields.string("method")?;
    let hash = one_time_token::hash(&fields.string("token")?);
    let password = new_password(fields.string("newPassword")?)?;
    if method != "token" {
        return Err(ApiError::bad_request("Unsupported method for password reset"));
    }
    let (tenant, now_ms) = (context.tenant()?, context.now_ms());
    // Nobody has a password hashed with a token of their own making.
    let has_token = {
        let tenant = tenant.clone();
        move |records: &dyn UserRecords| emailpassword::has_reset_token(records, &tenant, &hash, now_ms)
    };
    if !context.storage().read_users(has_token).await? {
        return status(INVALID_TOKEN);
    }
    let password_hash = context.core.passwords.hash(&context.app()?.config, password).await?;
    let reset = move |records: &mut dyn UserRecords| {
        emailpassword::reset_password(records, &tenant, &hash, &password_hash, now_ms)
    };
    match context.storage().change_users(reset).await? {
        Some(Consumed { user_id, .. }) => json(&Reset { status: "OK", user_id: &user_id }),
        None => status(INVALID_TOKEN),
    }
}
