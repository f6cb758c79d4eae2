//! Roles, their permissions, and who has them.

use rusqlite::{Connection, Params, Result, params};
use supertokens_core::storage::{Permissions, TenantKey};

pub(crate) fn put(connection: &Connection, app_id: &str, role: &str, permissions: &[String]) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("INSERT INTO roles (app_id, role) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    let is_new = statement.execute([app_id, role])? > 0;
    let mut statement = connection.prepare_cached(
        "INSERT INTO role_permissions (app_id, role, permission) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for permission in permissions {
        statement.execute([app_id, role, permission])?;
    }
    Ok(is_new)
}

pub(crate) fn remove(connection: &Connection, app_id: &str, role: &str) -> Result<bool> {
    // Its permissions, and the rows of who has it, go with it.
    let mut statement = connection.prepare_cached("DELETE FROM roles WHERE app_id = ?1 AND role = ?2")?;
    Ok(statement.execute([app_id, role])? > 0)
}

pub(crate) fn all(connection: &Connection, app_id: &str) -> Result<Vec<String>> {
    texts(connection, "SELECT role FROM roles WHERE app_id = ?1 ORDER BY role", [app_id])
}

pub(crate) fn permissions(connection: &Connection, app_id: &str, role: &str) -> Result<Option<Vec<String>>> {
    if !exists(connection, app_id, role)? {
        return Ok(None);
    }
    let sql = "SELECT permission FROM role_permissions WHERE app_id = ?1 AND role = ?2 ORDER BY permission";
    texts(connection, sql, [app_id, role]).map(Some)
}

pub(crate) fn remove_permissions(
    connection: &Connection,
    app_id: &str,
    role: &str,
    permissions: &Permissions,
) -> Result<Option<()>> {
    if !exists(connection, app_id, role)? {
        return Ok(None);
    }
    match permissions {
        Permissions::All => {
            let sql = "DELETE FROM role_permissions WHERE app_id = ?1 AND role = ?2";
            connection.prepare_cached(sql)?.execute([app_id, role])?;
        }
        Permissions::Only(permissions) => {
            let sql = "DELETE FROM role_permissions WHERE app_id = ?1 AND role = ?2 AND permission = ?3";
            let mut statement = connection.prepare_cached(sql)?;
            for permission in permissions {
                statement.execute([app_id, role, permission])?;
            }
        }
    }
    Ok(Some(()))
}

pub(crate) fn with_permission(connection: &Connection, app_id: &str, permission: &str) -> Result<Vec<String>> {
    let sql = "SELECT role FROM role_permissions WHERE app_id = ?1 AND permission = ?2 ORDER BY role";
    texts(connection, sql, [app_id, permission])
}

pub(crate) fn add_to_user(
    connection: &Connection,
    tenant: &TenantKey,
    user_id: &str,
    role: &str,
) -> Result<Option<bool>> {
    if !exists(connection, &tenant.app_id, role)? {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO user_roles (app_id, tenant_id, user_id, role) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    Ok(Some(statement.execute(params![tenant.app_id, tenant.tenant_id, user_id, role])? > 0))
}

pub(crate) fn remove_of_user(
    connection: &Connection,
    tenant: &TenantKey,
    user_id: &str,
    role: &str,
) -> Result<Option<bool>> {
    if !exists(connection, &tenant.app_id, role)? {
        return Ok(None);
    }
    let mut statement = connection
        .prepare_cached("DELETE FROM user_roles WHERE app_id = ?1 AND tenant_id = ?2 AND user_id = ?3 AND role = ?4")?;
    Ok(Some(statement.execute(params![tenant.app_id, tenant.tenant_id, user_id, role])? > 0))
}

pub(crate) fn of_user(connection: &Connection, tenant: &TenantKey, user_id: &str) -> Result<Vec<String>> {
    let sql = "SELECT role FROM user_roles WHERE app_id = ?1 AND tenant_id = ?2 AND user_id = ?3 ORDER BY role";
    texts(connection, sql, params![tenant.app_id, tenant.tenant_id, user_id])
}

pub(crate) fn users(connection: &Connection, tenant: &TenantKey, role: &str) -> Result<Option<Vec<String>>> {
    if !exists(connection, &tenant.app_id, role)? {
        return Ok(None);
    }
    let sql = "SELECT user_id FROM user_roles WHERE app_id = ?1 AND tenant_id = ?2 AND role = ?3 ORDER BY user_id";
    texts(connection, sql, params![tenant.app_id, tenant.tenant_id, role]).map(Some)
}

fn exists(connection: &Connection, app_id: &str, role: &str) -> Result<bool> {
    connection.prepare_cached("SELECT 1 FROM roles WHERE app_id = ?1 AND role = ?2")?.exists([app_id, role])
}

/// The first column of every row.
fn texts(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<String>> {
    connection.prepare_cached(sql)?.query_map(params, |row| row.get(0))?.collect()
}
