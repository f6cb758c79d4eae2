//! Apps, their tenants, and their signing keys.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Result, params};
use supertokens_core::storage::{AppSecret, KeyKind, PUBLIC, StoredSigningKey, StoredTenant, TenantKey};
use zeroize::Zeroizing;

use super::{from_sql, to_sql};

pub(crate) fn tenants(connection: &Connection) -> Result<Vec<StoredTenant>> {
    let mut statement = connection.prepare_cached("SELECT app_id, tenant_id, settings FROM tenants ORDER BY number")?;
    let rows = statement.query_map([], |row| {
        let key = TenantKey { app_id: row.get(0)?, tenant_id: row.get(1)? };
        Ok(StoredTenant { key, settings: row.get(2)? })
    })?;
    rows.collect()
}

pub(crate) fn put_tenant(connection: &Connection, tenant: &StoredTenant) -> Result<()> {
    let TenantKey { app_id, tenant_id } = &tenant.key;
    if &**tenant_id == PUBLIC {
        connection.prepare_cached("INSERT INTO apps (app_id) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([app_id])?;
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO tenants (app_id, tenant_id, settings) VALUES (?1, ?2, ?3)
         ON CONFLICT (app_id, tenant_id) DO UPDATE SET settings = excluded.settings",
    )?;
    statement.execute(params![app_id, tenant_id, tenant.settings]).map(drop)
}

pub(crate) fn remove_tenant(connection: &Connection, key: &TenantKey) -> Result<()> {
    // Rows of sessions, keys and tenants go with what they belong to.
    if &*key.tenant_id == PUBLIC {
        return connection.prepare_cached("DELETE FROM apps WHERE app_id = ?1")?.execute([&key.app_id]).map(drop);
    }
    let mut statement = connection.prepare_cached("DELETE FROM tenants WHERE app_id = ?1 AND tenant_id = ?2")?;
    statement.execute([&key.app_id, &key.tenant_id]).map(drop)
}

/// The stored secret, else the candidate, stored. `None` if there is no such app.
pub(crate) fn app_secret(connection: &Connection, app_id: &str, candidate: &AppSecret) -> Result<Option<AppSecret>> {
    connection
        .prepare_cached("UPDATE apps SET secret = ?2 WHERE app_id = ?1 AND secret IS NULL")?
        .execute(params![app_id, candidate.as_slice()])?;
    let mut statement = connection.prepare_cached("SELECT secret FROM apps WHERE app_id = ?1")?;
    statement.query_row([app_id], |row| row.get(0).map(Zeroizing::new)).optional()
}

pub(crate) fn signing_keys(connection: &Connection, app_id: &str) -> Result<Vec<StoredSigningKey>> {
    let mut statement = connection.prepare_cached(
        "SELECT kid, is_static, created_at, private_key FROM signing_keys WHERE app_id = ?1 ORDER BY created_at",
    )?;
    let rows = statement.query_map([app_id], |row| {
        Ok(StoredSigningKey {
            kid: row.get(0)?,
            kind: if row.get(1)? { KeyKind::Static } else { KeyKind::Dynamic },
            created_at_ms: from_sql(row.get(2)?),
            pkcs8: Zeroizing::new(row.get(3)?),
        })
    })?;
    rows.collect()
}

pub(crate) fn add_signing_key(connection: &Connection, app_id: &Arc<str>, key: &StoredSigningKey) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO signing_keys (app_id, kid, is_static, created_at, private_key) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let is_static = key.kind == KeyKind::Static;
    statement.execute(params![app_id, key.kid, is_static, to_sql(key.created_at_ms), key.pkcs8.as_slice()]).map(drop)
}

pub(crate) fn remove_signing_keys(connection: &Connection, app_id: &str, before_ms: u64) -> Result<()> {
    let mut statement = connection
        .prepare_cached("DELETE FROM signing_keys WHERE app_id = ?1 AND is_static = 0 AND created_at < ?2")?;
    statement.execute(params![app_id, to_sql(before_ms)]).map(drop)
}
