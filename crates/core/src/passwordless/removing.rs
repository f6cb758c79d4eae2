//! Ending codes before their time.

use crate::storage::{Contact, StorageError, StoredLoginMethod, TenantKey, UserRecipe, UserRecords};

/// Removes a code, and its device if that has no other. Nothing if there is no such code.
pub(crate) fn remove_code(
    records: &mut dyn UserRecords,
    tenant: &TenantKey,
    code_id: &str,
) -> Result<(), StorageError> {
    let Some(device) = records.remove_code(tenant, code_id)? else { return Ok(()) };
    if records.codes_of(tenant, &device)?.is_empty() {
        records.remove_device(tenant, &device)?;
    }
    Ok(())
}

/// Ends the codes that are on the way to an account. Nothing if it is one of another recipe.
pub(crate) fn end_codes_of(
    records: &mut dyn UserRecords,
    app_id: &str,
    method: &StoredLoginMethod,
) -> Result<(), StorageError> {
    if method.recipe != UserRecipe::Passwordless {
        return Ok(());
    }
    for contact in contacts(method) {
        for tenant in tenants(app_id, method) {
            records.remove_devices_of(&tenant, &contact)?;
        }
    }
    Ok(())
}

/// Where codes for an account are sent.
pub(super) fn contacts(method: &StoredLoginMethod) -> impl Iterator<Item = Contact> {
    let email = method.email.clone().map(Contact::Email);
    email.into_iter().chain(method.phone_number.clone().map(Contact::PhoneNumber))
}

/// Where an account may sign in.
pub(super) fn tenants(app_id: &str, method: &StoredLoginMethod) -> impl Iterator<Item = TenantKey> {
    method.tenant_ids.iter().map(move |tenant_id| TenantKey { app_id: app_id.into(), tenant_id: tenant_id.clone() })
}
