//! Session handles: a UUID, and for a tenant other than `public` its id behind an underscore.

use std::sync::Arc;

use uuid::Builder;

use crate::{
    random,
    storage::{PUBLIC, SessionKey, TenantKey},
};

/// A handle for a new session.
///
/// The UUID is one of version 7, whose first half is the time: sessions of one time then lie together in the storage.
pub(crate) fn new_handle(tenant_id: &str, now_ms: u64) -> Result<String, random::NoRandomness> {
    let uuid = Builder::from_unix_timestamp_millis(now_ms, &random::bytes()?).into_uuid();
    Ok(if tenant_id == PUBLIC { uuid.to_string() } else { format!("{uuid}_{tenant_id}") })
}

/// Where the session of a handle lies: the handle names its tenant.
pub(crate) fn locate(app_id: &Arc<str>, handle: &str) -> SessionKey {
    let tenant_id = handle.split_once('_').map_or(PUBLIC, |(_, tenant_id)| tenant_id);
    SessionKey { tenant: TenantKey { app_id: app_id.clone(), tenant_id: tenant_id.into() }, handle: handle.to_owned() }
}
