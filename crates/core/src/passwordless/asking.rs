//! Making codes.

use super::derivation::{DeviceId, LinkCode, NewSecrets};
use crate::storage::{Contact, StorageError, StoredCode, StoredDevice, TenantKey, UserRecords};

/// A code as only the one who asked for it gets to see it.
pub(crate) struct NewCode {
    pub(crate) device: DeviceId,
    pub(crate) link_code: LinkCode,
    pub(crate) user_input_code: String,
    pub(crate) stored: StoredCode,
}

/// What came of asking for a code.
pub(crate) enum Asked {
    Made(NewCode),
    /// The device is none any more.
    RestartFlow,
    /// The device has this code already.
    CodeAlreadyUsed,
}

/// For whom a code is.
#[derive(Clone)]
pub(crate) enum For {
    /// A device that asks for the first time.
    Contact(Contact),
    /// One that asks again.
    Device(DeviceId),
}

/// Makes a code. What is random about it is given: inside the transaction nothing should fail that is not the storage's.
pub(crate) fn ask(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    for_whom: For,
    secrets: NewSecrets,
    now_ms: u64,
) -> Result<Asked, StorageError> {
    let (device, salt) = match for_whom {
        For::Contact(contact) => {
            let id_hash = secrets.device.hash();
            let link_code_salt = secrets.link_code_salt;
            let device = StoredDevice { id_hash, contact, link_code_salt, failed_attempts: 0 };
            records.add_device(tenant, &device)?;
            (secrets.device, link_code_salt)
        }
        For::Device(device) => match records.device(tenant, &device.hash())? {
            Some(stored) => (device, stored.link_code_salt),
            None => return Ok(Asked::RestartFlow),
        },
    };
    let link_code = device.link_code(&salt, &secrets.user_input_code);
    let stored = StoredCode { id: secrets.code_id, link_code_hash: link_code.hash(), created_at_ms: now_ms };
    if !records.add_code(tenant, &device.hash(), &stored)? {
        return Ok(Asked::CodeAlreadyUsed);
    }
    Ok(Asked::Made(NewCode { device, link_code, user_input_code: secrets.user_input_code, stored }))
}
