//! Sessions.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use supertokens_core::storage::{
    DecideChange, KeyKind, RefreshState, SessionChange, SessionKey, SessionsOf, StoredSession, TenantKey, TokenHash,
};

use super::{from_sql, to_sql};

/// How many sessions are looked through in one go, so that nobody waits long behind it.
const LOOKED_AT_AT_ONCE: u32 = 500;

pub(crate) fn create(connection: &Connection, key: &SessionKey, session: &StoredSession) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO sessions (app_id, tenant_id, session_handle, recipe_user_id, refresh_token_hash_2,
             prev_refresh_token_hash_2, refresh_token_rotated_at, expires_at, use_static_key, user_data_in_jwt,
             user_data_in_database, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let SessionKey { tenant: TenantKey { app_id, tenant_id }, handle } = key;
    let refresh = &session.refresh;
    statement
        .execute(params![
            app_id,
            tenant_id,
            handle,
            session.recipe_user_id,
            refresh.current.0,
            refresh.previous.map(|hash| hash.0),
            refresh.rotated_at_ms.map(to_sql),
            to_sql(refresh.expires_at_ms),
            refresh.key_kind == KeyKind::Static,
            session.user_data_in_jwt,
            session.user_data_in_database,
            to_sql(session.created_at_ms),
        ])
        .map(drop)
}

pub(crate) fn find(connection: &Connection, key: &SessionKey) -> Result<Option<StoredSession>> {
    let mut statement = connection.prepare_cached(
        "SELECT recipe_user_id, refresh_token_hash_2, prev_refresh_token_hash_2, refresh_token_rotated_at, expires_at,
             use_static_key, user_data_in_jwt, user_data_in_database, created_at
         FROM sessions WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3",
    )?;
    statement.query_row(params![key.tenant.app_id, key.tenant.tenant_id, key.handle], read).optional()
}

fn read(row: &Row<'_>) -> Result<StoredSession> {
    Ok(StoredSession {
        recipe_user_id: row.get(0)?,
        refresh: RefreshState {
            current: TokenHash(row.get(1)?),
            previous: row.get::<_, Option<[u8; 32]>>(2)?.map(TokenHash),
            rotated_at_ms: row.get::<_, Option<i64>>(3)?.map(from_sql),
            expires_at_ms: from_sql(row.get(4)?),
            key_kind: if row.get(5)? { KeyKind::Static } else { KeyKind::Dynamic },
        },
        user_data_in_jwt: row.get(6)?,
        user_data_in_database: row.get(7)?,
        created_at_ms: from_sql(row.get(8)?),
    })
}

pub(crate) fn change(connection: &Connection, key: &SessionKey, decide: DecideChange) -> Result<()> {
    let session = find(connection, key)?;
    let SessionKey { tenant: TenantKey { app_id, tenant_id }, handle } = key;
    match decide(session.as_ref()) {
        SessionChange::Keep => Ok(()),
        SessionChange::Refresh(refresh) => connection
            .prepare_cached(
                "UPDATE sessions SET refresh_token_hash_2 = ?4, prev_refresh_token_hash_2 = ?5,
                     refresh_token_rotated_at = ?6, expires_at = ?7, use_static_key = ?8
                 WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3",
            )?
            .execute(params![
                app_id,
                tenant_id,
                handle,
                refresh.current.0,
                refresh.previous.map(|hash| hash.0),
                refresh.rotated_at_ms.map(to_sql),
                to_sql(refresh.expires_at_ms),
                refresh.key_kind == KeyKind::Static,
            ])
            .map(drop),
        SessionChange::UserDataInJwt(text) => connection
            .prepare_cached(
                "UPDATE sessions SET user_data_in_jwt = ?4
                 WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3",
            )?
            .execute(params![app_id, tenant_id, handle, text])
            .map(drop),
        SessionChange::UserDataInDatabase(text) => connection
            .prepare_cached(
                "UPDATE sessions SET user_data_in_database = ?4
                 WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3",
            )?
            .execute(params![app_id, tenant_id, handle, text])
            .map(drop),
        SessionChange::Remove => remove_one(connection, key).map(drop),
    }
}

pub(crate) fn handles(connection: &Connection, of: &SessionsOf, now_ms: u64) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT created_at, session_handle FROM sessions INDEXED BY sessions_of_user
         WHERE app_id = ?1 AND recipe_user_id = ?2 AND (?3 IS NULL OR tenant_id = ?3) AND expires_at > ?4",
    )?;
    let mut found: Vec<(i64, String)> = Vec::new();
    for id in &of.recipe_user_ids {
        let values = params![of.app_id, id, of.tenant_id, to_sql(now_ms)];
        for row in statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))? {
            found.push(row?);
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, handle)| handle).collect())
}

pub(crate) fn remove(connection: &Connection, keys: Vec<SessionKey>) -> Result<Vec<String>> {
    let mut removed = Vec::with_capacity(keys.len());
    for key in keys {
        if remove_one(connection, &key)? {
            removed.push(key.handle);
        }
    }
    Ok(removed)
}

pub(crate) fn remove_of(connection: &Connection, of: &SessionsOf, now_ms: u64) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM sessions INDEXED BY sessions_of_user
         WHERE app_id = ?1 AND recipe_user_id = ?2 AND (?3 IS NULL OR tenant_id = ?3) AND expires_at > ?4
         RETURNING session_handle",
    )?;
    let mut removed = Vec::new();
    for id in &of.recipe_user_ids {
        for handle in statement.query_map(params![of.app_id, id, of.tenant_id, to_sql(now_ms)], |row| row.get(0))? {
            removed.push(handle?);
        }
    }
    Ok(removed)
}

/// Looks through the next sessions after `after`: those that have ended, and the last one looked at, if there may be more.
pub(crate) fn ended(
    connection: &Connection,
    after: Option<&SessionKey>,
    now_ms: u64,
) -> Result<(Vec<SessionKey>, Option<SessionKey>)> {
    let mut statement = connection.prepare_cached(
        "SELECT app_id, tenant_id, session_handle, expires_at FROM sessions
         WHERE (app_id, tenant_id, session_handle) > (?1, ?2, ?3)
         ORDER BY app_id, tenant_id, session_handle LIMIT ?4",
    )?;
    let (app_id, tenant_id, handle) =
        after.map_or(("", "", ""), |key| (&*key.tenant.app_id, &*key.tenant.tenant_id, key.handle.as_str()));
    let mut rows = statement.query(params![app_id, tenant_id, handle, LOOKED_AT_AT_ONCE])?;
    let (mut ended, mut last, mut count) = (Vec::new(), None, 0);
    while let Some(row) = rows.next()? {
        let tenant = TenantKey { app_id: row.get(0)?, tenant_id: row.get(1)? };
        let key = SessionKey { tenant, handle: row.get(2)? };
        count += 1;
        if from_sql(row.get(3)?) <= now_ms {
            ended.push(key.clone());
        }
        last = Some(key);
    }
    Ok((ended, last.filter(|_| count == LOOKED_AT_AT_ONCE)))
}

/// Removes those that have still ended: one may have been refreshed meanwhile.
pub(crate) fn remove_ended(connection: &Connection, keys: &[SessionKey], now_ms: u64) -> Result<usize> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM sessions WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3 AND expires_at <= ?4",
    )?;
    let mut removed = 0;
    for key in keys {
        removed += statement.execute(params![key.tenant.app_id, key.tenant.tenant_id, key.handle, to_sql(now_ms)])?;
    }
    Ok(removed)
}

fn remove_one(connection: &Connection, key: &SessionKey) -> Result<bool> {
    let mut statement = connection
        .prepare_cached("DELETE FROM sessions WHERE app_id = ?1 AND tenant_id = ?2 AND session_handle = ?3")?;
    Ok(statement.execute(params![key.tenant.app_id, key.tenant.tenant_id, key.handle])? > 0)
}
