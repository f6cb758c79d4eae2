//! User metadata.

use rusqlite::{Connection, OptionalExtension, Result, params};
use supertokens_core::storage::ChangeMetadata;

pub(crate) fn find(connection: &Connection, app_id: &str, user_id: &str) -> Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT metadata FROM user_metadata WHERE app_id = ?1 AND user_id = ?2")?;
    statement.query_row([app_id, user_id], |row| row.get(0)).optional()
}

pub(crate) fn change(
    connection: &Connection,
    app_id: &str,
    user_id: &str,
    change: ChangeMetadata,
) -> Result<Option<String>> {
    let stored = find(connection, app_id, user_id)?;
    let Some(new) = change(stored.as_deref()) else { return Ok(stored) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO user_metadata (app_id, user_id, metadata) VALUES (?1, ?2, ?3)
         ON CONFLICT (app_id, user_id) DO UPDATE SET metadata = excluded.metadata",
    )?;
    statement.execute(params![app_id, user_id, new])?;
    Ok(Some(new))
}

pub(crate) fn remove(connection: &Connection, app_id: &str, user_id: &str) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM user_metadata WHERE app_id = ?1 AND user_id = ?2")?;
    statement.execute([app_id, user_id]).map(drop)
}
