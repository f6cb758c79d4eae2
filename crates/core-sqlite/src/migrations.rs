//! The schema, as numbered steps. A step that was released is never changed.

use rusqlite::{Connection, TransactionBehavior};

/// Marks our databases: "STCo".
const APPLICATION_ID: i32 = 0x5354_436f;

const STEPS: &[&str] = &[
    include_str!("migrations/0001_apps_keys_sessions.sql"),
    include_str!("migrations/0002_users.sql"),
    include_str!("migrations/0003_passwordless.sql"),
    include_str!("migrations/0004_verification_metadata_roles.sql"),
    include_str!("migrations/0005_users_are_their_login_methods.sql"),
    include_str!("migrations/0006_activity_without_index.sql"),
];

/// What hinders bringing a schema up to date.
pub(crate) enum MigrationError {
    Foreign,
    TooNew { found: u32, newest: u32 },
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrationError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings a database up to date, each step in a transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), MigrationError> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application_id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application_id != APPLICATION_ID {
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if version != 0 || tables != 0 || application_id != 0 {
            return Err(MigrationError::Foreign);
        }
    }
    let newest = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    if version > newest {
        return Err(MigrationError::TooNew { found: version, newest });
    }
    for (number, step) in (1_u32..).zip(STEPS) {
        if number > version {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
    }
    Ok(())
}
