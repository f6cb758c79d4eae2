//! `GET /recipe/signinup/codes`.

use serde::Serialize;

use super::{DeviceReply, Reply, device_id, read_email, read_phone_number};
use crate::{
    core::Context,
    http::{ApiError, json},
    passwordless::derivation::parse_pre_auth_session_id,
    storage::{Contact, DeviceIdHash, StorageError, StoredCode, StoredDevice, UserRecords},
};

/// Whose codes are asked for.
enum Of {
    Contact(Contact),
    /// `None` if no device can have that name.
    Device(Option<DeviceIdHash>),
}

/// Lists codes by their devices.
pub(super) async fn codes(context: &Context<'_>) -> Reply {
    #[derive(Serialize)]
    struct Devices<'r> {
        status: &'static str,
        devices: Vec<DeviceWithCodes<'r>>,
    }

    #[derive(Serialize)]
    struct DeviceWithCodes<'r> {
        #[serde(flatten)]
        device: DeviceReply<'r>,
        codes: Vec<CodeReply>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct CodeReply {
        code_id: String,
        time_created: u64,
        code_lifetime: u64,
    }

    let of = Of::read(context)?;
    let tenant = context.tenant()?;
    let code_lifetime = context.tenant_config()?.passwordless_code_lifetime;
    let read = move |records: &dyn UserRecords| -> Result<Vec<(StoredDevice, Vec<StoredCode>)>, StorageError> {
        let devices = match of {
            Of::Contact(contact) => records.devices_of(&tenant, &contact)?,
            Of::Device(Some(device)) => records.device(&tenant, &device)?.into_iter().collect(),
            Of::Device(None) => Vec::new(),
        };
        let with_codes = |device: StoredDevice| Ok((device.clone(), records.codes_of(&tenant, &device.id_hash)?));
        devices.into_iter().map(with_codes).collect()
    };
    let found = context.storage().scan_users(read).await?;
    let code =
        |code: &StoredCode| CodeReply { code_id: code.id.clone(), time_created: code.created_at_ms, code_lifetime };
    let devices = found.iter().map(|(device, codes)| DeviceWithCodes {
        device: DeviceReply::new(device),
        codes: codes.iter().map(code).collect(),
    });
    json(&Devices { status: "OK", devices: devices.collect() })
}

impl Of {
    fn read(context: &Context<'_>) -> Result<Self, ApiError> {
        let parameter = |name| context.request.optional_parameter(name);
        let email = parameter("email");
        let phone_number = parameter("phoneNumber");
        let device = parameter("deviceId");
        let pre_auth_session_id = parameter("preAuthSessionId");
        match (email, phone_number, device, pre_auth_session_id) {
            (Some(email), None, None, None) => Ok(Self::Contact(Contact::Email(read_email(&email)?))),
            (None, Some(number), None, None) => Ok(Self::Contact(Contact::PhoneNumber(read_phone_number(&number)?))),
            (None, None, Some(device), None) => Ok(Self::Device(Some(device_id(&device)?.hash()))),
            (None, None, None, Some(id)) => Ok(Self::Device(parse_pre_auth_session_id(&id))),
            _ => Err(ApiError::bad_request(
                "Please provide exactly one of email, phoneNumber, deviceId or preAuthSessionId",
            )),
        }
    }
}
