//! Ending codes before their time.

use crate::storage::{StorageError, TenantKey, UserRecords};

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
