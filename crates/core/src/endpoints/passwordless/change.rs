//! `PUT /recipe/user`, of an account of this recipe.

use serde::Serialize;

use super::{Reply, read_email, read_phone_number, status};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    passwordless::{Changed, ContactChange, change_contacts},
    storage::{Contact, UserRecords},
};

/// Changes where codes are sent. `null` takes a contact away.
pub(in crate::endpoints) async fn change(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct NotAllowed {
        status: &'static str,
        reason: &'static str,
    }

    let fields = Fields::parse(context.request.body)?;
    let id = fields.string("recipeUserId")?.into_owned();
    let change = ContactChange {
        email: nullable(&fields, "email", read_email)?,
        phone_number: nullable(&fields, "phoneNumber", read_phone_number)?,
    };
    let app_id = context.app_of_public_tenant()?.id.clone();
    let change = move |records: &mut dyn UserRecords| change_contacts(records, &app_id, &id, change);
    match context.storage().change_many_users(change).await? {
        Changed::Yes => status("OK"),
        Changed::UnknownUser => status("UNKNOWN_USER_ID_ERROR"),
        Changed::NoContact => Err(ApiError::bad_request("You cannot clear both email and phone number of a user")),
        Changed::Taken(Contact::Email(_)) => status("EMAIL_ALREADY_EXISTS_ERROR"),
        Changed::Taken(Contact::PhoneNumber(_)) => status("PHONE_NUMBER_ALREADY_EXISTS_ERROR"),
        Changed::NotAllowed(Contact::Email(_)) => json(&NotAllowed {
            status: "EMAIL_CHANGE_NOT_ALLOWED_ERROR",
            reason: "New email is associated with another primary user ID",
        }),
        Changed::NotAllowed(Contact::PhoneNumber(_)) => json(&NotAllowed {
            status: "PHONE_NUMBER_CHANGE_NOT_ALLOWED_ERROR",
            reason: "New phone number is associated with another primary user ID",
        }),
    }
}

/// A field that may be absent (`None`) and may be `null` (`Some(None)`).
fn nullable(
    fields: &Fields<'_>,
    name: &str,
    read: fn(&str) -> Result<String, ApiError>,
) -> Result<Option<Option<String>>, ApiError> {
    if fields.is_null(name) {
        return Ok(Some(None));
    }
    fields.optional_string(name)?.map(|text| read(&text).map(Some)).transpose()
}
