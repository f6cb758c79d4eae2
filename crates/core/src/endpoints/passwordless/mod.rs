//! Codes and links to sign in with.

mod ask;
mod change;
mod enter;
mod list;
mod remove;

use serde::Serialize;

pub(super) use self::change::change;
use super::{
    Endpoint, Reply,
    contact::{read_email, read_phone_number},
    status,
};
use crate::{
    http::ApiError,
    passwordless::derivation::{DeviceId, pre_auth_session_id},
    storage::{Contact, StoredDevice},
};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::at("/recipe/signinup/code").post(|context| Box::pin(ask::code(context))),
    Endpoint::at("/recipe/signinup/code/check").post(|context| Box::pin(enter::check(context))),
    Endpoint::at("/recipe/signinup/code/consume").post(|context| Box::pin(enter::consume(context))),
    Endpoint::at("/recipe/signinup/code/remove").post(|context| Box::pin(remove::code(context))),
    Endpoint::at("/recipe/signinup/codes/remove").post(|context| Box::pin(remove::codes(context))),
    Endpoint::at("/recipe/signinup/codes").get(|context| Box::pin(list::codes(context))),
];

/// A device as it is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceReply<'r> {
    pre_auth_session_id: String,
    failed_code_input_attempt_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'r str>,
}

impl<'r> DeviceReply<'r> {
    fn new(device: &'r StoredDevice) -> Self {
        let (email, phone_number) = match &device.contact {
            Contact::Email(email) => (Some(email.as_str()), None),
            Contact::PhoneNumber(phone_number) => (None, Some(phone_number.as_str())),
        };
        Self {
            pre_auth_session_id: pre_auth_session_id(&device.id_hash),
            failed_code_input_attempt_count: device.failed_attempts,
            email,
            phone_number,
        }
    }
}

fn device_id(text: &str) -> Result<DeviceId, ApiError> {
    DeviceId::parse(text).ok_or_else(|| ApiError::bad_request("Input encoding error in deviceId"))
}
