//! E-mail verification: tokens of a tenant's links, and which addresses of an app's users are verified.
//!
//! Any text is a user here: the user need not exist.

use serde::Serialize;

use super::{Endpoint, Reply, contact::email, ok_with, status};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    one_time_token,
    storage::{StorageError, StoredVerificationToken, UserRecords},
};

/// The endpoints of this group.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/user/email/verify/token").post(|context| Box::pin(create_token(context))),
    Endpoint::at("/recipe/user/email/verify/token/remove").post(|context| Box::pin(remove_tokens(context))),
    Endpoint::at("/recipe/user/email/verify")
        .get(|context| Box::pin(is_verified(context)))
        .post(|context| Box::pin(verify(context))),
    Endpoint::at("/recipe/user/email/verify/remove").post(|context| Box::pin(unverify(context))),
];

/// `POST /recipe/user/email/verify/token`.
async fn create_token(context: &Context<'_>) -> Reply {
    let (user_id, email) = address(context)?;
    let tenant = context.tenant()?;
    let lifetime_ms = context.tenant_config()?.email_verification_token_lifetime;
    let token = one_time_token::new_token().map_err(|error| ApiError::internal(&error))?;
    let stored = StoredVerificationToken {
        hash: one_time_token::hash(&token),
        user_id,
        email,
        expires_at_ms: context.now_ms().saturating_add(lifetime_ms),
    };
    let add = move |records: &mut dyn UserRecords| {
        if records.is_email_verified(&tenant.app_id, &stored.user_id, &stored.email)? {
            return Ok(false);
        }
        records.add_verification_token(&tenant, &stored)?;
        Ok(true)
    };
    if !context.storage().change_users(add).await? {
        return status("EMAIL_ALREADY_VERIFIED_ERROR");
    }
    ok_with("token", &token)
}

/// `POST /recipe/user/email/verify`.
async fn verify(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Verified {
        status: &'static str,
        user_id: String,
        email: String,
    }

    let fields = Fields::parse(context.request.body)?;
    let method = fields.string("method")?;
    let hash = one_time_token::hash(&fields.string("token")?);
    if method != "token" {
        return Err(ApiError::bad_request("Unsupported method for email verification"));
    }
    let tenant = context.tenant()?;
    let now_ms = context.now_ms();
    let use_up = move |records: &mut dyn UserRecords| -> Result<_, StorageError> {
        let Some(token) = records.verification_token(&tenant, &hash)? else { return Ok(None) };
        // The other links to this address end with this one, be it too late for it or not.
        records.remove_verification_tokens(&tenant, &token.user_id, &token.email)?;
        if token.expires_at_ms < now_ms {
            return Ok(None);
        }
        records.add_verified_email(&tenant.app_id, &token.user_id, &token.email)?;
        Ok(Some(token))
    };
    match context.storage().change_users(use_up).await? {
        Some(token) => json(&Verified { status: "OK", user_id: token.user_id, email: token.email }),
        None => status("EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"),
    }
}

/// `GET /recipe/user/email/verify`. The address is taken as it is.
async fn is_verified(context: &Context<'_>) -> Reply {
    let user_id = context.request.parameter("userId")?;
    let email = context.request.parameter("email")?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let read = move |records: &dyn UserRecords| records.is_email_verified(&app_id, &user_id, &email);
    ok_with("isVerified", &context.storage().read_users(read).await?)
}

/// `POST /recipe/user/email/verify/token/remove`.
async fn remove_tokens(context: &Context<'_>) -> Reply {
    let (user_id, email) = address(context)?;
    let tenant = context.tenant()?;
    let remove = move |records: &mut dyn UserRecords| records.remove_verification_tokens(&tenant, &user_id, &email);
    context.storage().change_users(remove).await?;
    status("OK")
}

/// `POST /recipe/user/email/verify/remove`.
async fn unverify(context: &Context<'_>) -> Reply {
    let (user_id, email) = address(context)?;
    let app_id = context.app_of_public_tenant()?.id.clone();
    let remove = move |records: &mut dyn UserRecords| records.remove_verified_email(&app_id, &user_id, &email);
    context.storage().change_users(remove).await?;
    status("OK")
}

/// The user and the normalised address that a body names.
fn address(context: &Context<'_>) -> Result<(String, String), ApiError> {
    let fields = Fields::parse(context.request.body)?;
    let user_id = fields.string("userId")?.into_owned();
    let email = email(&fields, "email")?;
    Ok((user_id, email))
}
