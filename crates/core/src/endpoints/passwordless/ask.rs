//! `POST /recipe/signinup/code`.

use serde::Serialize;

use super::{Reply, device_id, read_email, read_phone_number, status};
use crate::{
    core::Context,
    http::{ApiError, Fields, json},
    passwordless::{
        Asked, For, NewCode, ask,
        derivation::{NewSecrets, pre_auth_session_id},
    },
    storage::{Contact, UserRecords},
};

/// How often random digits are drawn for a device that may have had them. Six of them repeat once in a million times.
const MAX_DRAWS: usize = 10;

/// Makes a code.
pub(super) async fn code(context: &Context<'_>) -> Reply {
    let fields = Fields::parse(context.request.body)?;
    let for_whom = for_whom(&fields)?;
    let given_code = fields.optional_string("userInputCode")?;
    if given_code.as_deref() == Some("") {
        return Err(ApiError::bad_request("userInputCode cannot be an empty string."));
    }
    let tenant = context.tenant()?;
    let lifetime_ms = context.tenant_config()?.passwordless_code_lifetime;
    let now_ms = context.now_ms();
    let draws = if given_code.is_some() { 1 } else { MAX_DRAWS };
    for _ in 0..draws {
        let secrets = NewSecrets::generate(given_code.as_deref())?;
        let (tenant, for_whom) = (tenant.clone(), for_whom.clone());
        let make = move |records: &mut dyn UserRecords| ask(records, &tenant, for_whom, secrets, now_ms);
        match context.storage().change_users(make).await? {
            Asked::Made(code) => return reply(&code, lifetime_ms),
            Asked::RestartFlow => return status("RESTART_FLOW_ERROR"),
            Asked::CodeAlreadyUsed => {}
        }
    }
    status("USER_INPUT_CODE_ALREADY_USED_ERROR")
}

fn for_whom(fields: &Fields<'_>) -> Result<For, ApiError> {
    let email = fields.optional_string("email")?;
    let phone_number = fields.optional_string("phoneNumber")?;
    let device = fields.optional_string("deviceId")?;
    match (email, phone_number, device) {
        (Some(email), None, None) => Ok(For::Contact(Contact::Email(read_email(&email)?))),
        (None, Some(number), None) => Ok(For::Contact(Contact::PhoneNumber(read_phone_number(&number)?))),
        (None, None, Some(device)) => Ok(For::Device(device_id(&device)?)),
        _ => Err(ApiError::bad_request("Please provide exactly one of email, phoneNumber or deviceId")),
    }
}

fn reply(code: &NewCode, lifetime_ms: u64) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct CodeReply<'r> {
        status: &'static str,
        pre_auth_session_id: String,
        code_id: &'r str,
        device_id: String,
        user_input_code: &'r str,
        link_code: String,
        time_created: u64,
        code_lifetime: u64,
    }

    json(&CodeReply {
        status: "OK",
        pre_auth_session_id: pre_auth_session_id(&code.device.hash()),
        code_id: &code.stored.id,
        device_id: code.device.to_text(),
        user_input_code: &code.user_input_code,
        link_code: code.link_code.to_text(),
        time_created: code.stored.created_at_ms,
        code_lifetime: lifetime_ms,
    })
}
