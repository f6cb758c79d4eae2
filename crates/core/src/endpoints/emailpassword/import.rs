//! `POST /recipe/user/passwordhash/import`.

use serde::Serialize;

use super::{Reply, UserReply, email};
use crate::{
    core::Context,
    emailpassword::{self, NewAccount},
    http::{ApiError, Fields, json},
    passwords::{HashFormat, StoredHash},
    random,
    storage::UserRecords,
};

/// Makes an account with a password's hash from elsewhere, or replaces that of the one that the address has.
pub(super) async fn import(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Imported<'r> {
        status: &'static str,
        user: UserReply<'r>,
        did_user_already_exist: bool,
    }

    let fields = Fields::parse(context.request.body)?;
    let email = email(&fields, "email")?;
    let password_hash = fields.string("passwordHash")?.trim().to_owned();
    let format = fields.optional_string("hashingAlgorithm")?;
    if password_hash.is_empty() {
        return Err(ApiError::bad_request("Password hash cannot be an empty string"));
    }
    let format = format.map(|name| read_format(name.trim())).transpose()?;
    let tenant = context.tenant()?;
    check(&password_hash, format, context.app()?.config.firebase_password_hashing_signer_key.is_some())?;

    let new = NewAccount { id: random::uuid()?, email, password_hash, now_ms: context.now_ms() };
    let import = move |records: &mut dyn UserRecords| emailpassword::import(records, &tenant, new);
    let imported = context.storage().change_users(import).await?.ok_or(ApiError::Internal)?;
    json(&Imported {
        status: "OK",
        user: UserReply::new(&imported.user),
        did_user_already_exist: imported.did_user_already_exist,
    })
}

fn read_format(name: &str) -> Result<HashFormat, ApiError> {
    if name.is_empty() {
        return Err(ApiError::bad_request("Hashing Algorithm cannot be an empty string"));
    }
    HashFormat::parse(name).ok_or_else(|| ApiError::bad_request("Unsupported password hashing algorithm"))
}

/// A hash must be one that a password can be checked against, and of the kind that is named, if one is.
fn check(hash: &str, format: Option<HashFormat>, has_signer_key: bool) -> Result<(), ApiError> {
    let actual = StoredHash::parse(hash).map(|hash| hash.format());
    let is_firebase = format.or(actual) == Some(HashFormat::FirebaseScrypt);
    if is_firebase && !has_signer_key {
        return Err(ApiError::bad_request("'firebase_password_hashing_signer_key' cannot be null"));
    }
    match format {
        None if actual.is_none() => Err(ApiError::bad_request("Password hash is in invalid format")),
        Some(format) if actual != Some(format) => {
            Err(ApiError::bad_request(format!("Password hash is in invalid {} format", format.name())))
        }
        _ => Ok(()),
    }
}
