//! `POST /recipe/signinup/code/remove` and `/recipe/signinup/codes/remove`.

use super::{Reply, read_email, read_phone_number, status};
use crate::{
    core::Context,
    http::{ApiError, Fields},
    passwordless::{self, derivation::parse_pre_auth_session_id},
    storage::{Contact, UserRecords},
};

/// Ends one code, or all codes of a device.
pub(super) async fn code(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let code_id = fields.optional_string("codeId")?;
    let device = fields.optional_string("preAuthSessionId")?;
    match (code_id, device) {
        (Some(code_id), None) => {
            let (tenant, code_id) = (context.tenant()?, code_id.into_owned());
            let remove = move |records: &mut dyn UserRecords| passwordless::remove_code(records, &tenant, &code_id);
            context.storage().change_users(remove).await?;
        }
        (None, Some(device)) => {
            let tenant = context.tenant()?;
            if let Some(device) = parse_pre_auth_session_id(&device) {
                let remove = move |records: &mut dyn UserRecords| records.remove_device(&tenant, &device);
                context.storage().change_users(remove).await?;
            }
        }
        (None, None) => return Err(ApiError::bad_request("Please provide either 'codeId' or 'preAuthSessionId'")),
        (Some(_), Some(_)) => {
            return Err(ApiError::bad_request("Please provide only one of 'codeId' or 'preAuthSessionId'"));
        }
    }
    status("OK")
}

/// Ends all codes that were sent to somebody.
pub(super) async fn codes(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let email = fields.optional_string("email")?;
    let phone_number = fields.optional_string("phoneNumber")?;
    let contact = match (email, phone_number) {
        (Some(email), None) => Contact::Email(read_email(&email)?),
        (None, Some(number)) => Contact::PhoneNumber(read_phone_number(&number)?),
        _ => return Err(ApiError::bad_request("Please provide exactly one of email or phoneNumber")),
    };
    let tenant = context.tenant()?;
    let remove = move |records: &mut dyn UserRecords| records.remove_devices_of(&tenant, &contact);
    context.storage().change_many_users(remove).await?;
    status("OK")
}
