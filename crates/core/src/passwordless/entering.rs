//! What happens when a code is entered. All of it runs inside one transaction, so that of many who enter one code at once
//! one signs in.

use super::{
    derivation::{DeviceId, LinkCode},
    removing::contacts,
};
use crate::{
    storage::{
        Contact, DeviceIdHash, StorageError, StoredCode, StoredDevice, StoredLoginMethod, StoredUser, TenantKey,
        UserRecipe, UserRecords,
    },
    user_ids,
};

/// What was entered.
pub(crate) enum Entry {
    /// The link was followed.
    Link(LinkCode),
    /// The code was typed, on the device that had asked for it.
    Typed { device: DeviceId, user_input_code: String },
}

/// How long codes are good, and how often one may be wrong.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) code_lifetime_ms: u64,
    pub(crate) max_attempts: u32,
    pub(crate) now_ms: u64,
}

/// What comes of it.
pub(crate) enum Entered {
    /// The code was good. It still is.
    Good(StoredDevice),
    /// Nothing of this device is good any more.
    RestartFlow,
    /// There is no such code.
    Incorrect { failed_attempts: u32 },
    /// There was such a code.
    Expired { failed_attempts: u32 },
    /// The code is one of another device than the caller says.
    OtherDevice,
}

/// Looks at what was entered, and counts it if it was typed and wrong. `device` is whose code it should be.
pub(crate) fn enter(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    device: Option<DeviceIdHash>,
    entry: &Entry,
    limits: Limits,
) -> Result<Entered, StorageError> {
    let is_good = |code: &StoredCode| limits.now_ms.saturating_sub(code.created_at_ms) <= limits.code_lifetime_ms;
    let (found, code) = match entry {
        Entry::Link(link_code) => match records.code_of_link(tenant, &link_code.hash())? {
            Some((id, code)) if is_good(&code) => (records.device(tenant, &id)?, Some(code)),
            _ => return Ok(Entered::RestartFlow),
        },
        Entry::Typed { device, user_input_code } => match records.device(tenant, &device.hash())? {
            Some(found) => {
                let link_code = device.link_code(&found.link_code_salt, user_input_code);
                let code = records.code_of_link(tenant, &link_code.hash())?;
                (Some(found), code.map(|(_, code)| code))
            }
            None => return Ok(Entered::RestartFlow),
        },
    };
    let Some(found) = found else { return Ok(Entered::RestartFlow) };
    if device != Some(found.id_hash) {
        return Ok(Entered::OtherDevice);
    }
    // The limit may have been lowered since.
    if found.failed_attempts >= limits.max_attempts {
        records.remove_device(tenant, &found.id_hash)?;
        return Ok(Entered::RestartFlow);
    }
    if code.as_ref().is_some_and(is_good) {
        return Ok(Entered::Good(found));
    }
    let failed_attempts = found.failed_attempts.saturating_add(1);
    if failed_attempts >= limits.max_attempts {
        records.remove_device(tenant, &found.id_hash)?;
        return Ok(Entered::RestartFlow);
    }
    records.set_failed_attempts(tenant, &found.id_hash, failed_attempts)?;
    Ok(match code {
        Some(_) => Entered::Expired { failed_attempts },
        None => Entered::Incorrect { failed_attempts },
    })
}

/// Who signed in with a code.
pub(crate) struct SignedIn {
    pub(crate) created_new_user: bool,
    pub(crate) user: StoredUser,
    /// The core's id.
    pub(crate) recipe_user_id: String,
    pub(crate) device: StoredDevice,
}

/// Signs in with what was entered, and up if nobody has this contact yet: then with `new_user_id`. A code that was good
/// ends, and with it every device of that contact.
pub(crate) fn consume(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    device: Option<DeviceIdHash>,
    entry: &Entry,
    limits: Limits,
    new_user_id: String,
) -> Result<Result<SignedIn, Entered>, StorageError> {
    let device = match enter(records, tenant, device, entry, limits)? {
        Entered::Good(device) => device,
        refused => return Ok(Err(refused)),
    };
    records.remove_devices_of(tenant, &device.contact)?;
    let known = recipe_user_with(records, tenant, &device.contact)?;
    let created_new_user = known.is_none();
    let recipe_user_id = match known {
        Some(recipe_user_id) => recipe_user_id,
        None => {
            let method = new_login_method(tenant, &device.contact, new_user_id, limits.now_ms);
            records.add_login_method(&tenant.app_id, &method, None)?;
            method.recipe_user_id
        }
    };
    if let Contact::Email(email) = &device.contact {
        let id = user_ids::external_id(records, &tenant.app_id, &recipe_user_id)?;
        records.add_verified_email(&tenant.app_id, &id, email)?;
    }
    let Some(user) = records.user(&tenant.app_id, &recipe_user_id)? else { return Ok(Err(Entered::RestartFlow)) };
    // Codes on the way to the user's other contact would sign in to the same account.
    if let Some(method) = user.login_method(&recipe_user_id) {
        for contact in contacts(method).filter(|contact| *contact != device.contact) {
            records.remove_devices_of(tenant, &contact)?;
        }
    }
    Ok(Ok(SignedIn { created_new_user, user, recipe_user_id, device }))
}

fn recipe_user_with(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    contact: &Contact,
) -> Result<Option<String>, StorageError> {
    let methods = records.login_methods_with(tenant, contact.as_account_info())?;
    let method = methods.into_iter().find(|method| method.recipe == UserRecipe::Passwordless);
    Ok(method.map(|method| method.recipe_user_id))
}

fn new_login_method(tenant: &TenantKey, contact: &Contact, id: String, now_ms: u64) -> StoredLoginMethod {
    let (email, phone_number) = match contact {
        Contact::Email(email) => (Some(email.clone()), None),
        Contact::PhoneNumber(phone_number) => (None, Some(phone_number.clone())),
    };
    StoredLoginMethod {
        recipe_user_id: id,
        external_user_id: None,
        recipe: UserRecipe::Passwordless,
        tenant_ids: vec![tenant.tenant_id.clone()],
        time_joined_ms: now_ms,
        email,
        phone_number,
        third_party: None,
        is_verified: true,
    }
}
