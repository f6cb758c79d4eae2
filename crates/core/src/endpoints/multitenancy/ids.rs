//! The ids that apps and tenants may have.

use crate::http::{ApiError, NO_TENANT_IDS, is_id_byte};

/// An app's id as it is stored: trimmed and in lower case.
pub(super) fn app_id(text: &str) -> Result<String, ApiError> {
    id(text, "appId")
}

/// A tenant's id, likewise.
pub(super) fn tenant_id(text: &str) -> Result<String, ApiError> {
    let lower = text.trim().to_lowercase();
    if NO_TENANT_IDS.contains(&lower.as_str()) {
        return Err(ApiError::bad_request(format!("Cannot use '{lower}' as a tenantId")));
    }
    id(text, "tenantId")
}

fn id(text: &str, name: &str) -> Result<String, ApiError> {
    let id = text.trim().to_lowercase();
    if id.is_empty() {
        return Err(ApiError::bad_request(format!("{name} should not be an empty String")));
    }
    if id.starts_with("appid-") {
        return Err(ApiError::bad_request(format!("{name} must not start with 'appid-'")));
    }
    if !id.bytes().all(is_id_byte) {
        return Err(ApiError::bad_request(format!("{name} can only contain letters, numbers and hyphens")));
    }
    Ok(id)
}
