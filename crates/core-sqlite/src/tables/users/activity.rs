//! When users were last active.

use rusqlite::{Connection, params};
use supertokens_core::storage::{ActivityRecords, StorageError};

use super::{Records, from_sql, to_sql};

/// How many users were active at `since_ms` or later, of what is written.
pub(crate) fn count_active(connection: &Connection, app_id: &str, since_ms: u64) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM user_activity WHERE app_id = ?1 AND last_active >= ?2";
    connection.prepare_cached(sql)?.query_row(params![app_id, to_sql(since_ms)], |row| row.get(0)).map(from_sql)
}

impl Records<'_> {
    /// Writes what is noted of the first so many users. Gives of how many it was.
    pub(crate) fn write_activity(&mut self, most: usize) -> Result<usize, StorageError> {
        let noted = self.activity.take(most);
        let count = noted.len();
        let result = noted.iter().try_for_each(|(app_id, user_id, at_ms)| self.set_last_active(app_id, user_id, at_ms));
        self.taken.extend(noted);
        result.map(|()| count)
    }

    /// Takes what is noted of a user, and gives it.
    pub(super) fn take_noted_activity(&mut self, app_id: &str, user_id: &str) -> Option<u64> {
        let noted = self.activity.take_of(app_id, user_id);
        let at_ms = noted.iter().next().map(|(_, _, at_ms)| at_ms);
        self.taken.extend(noted);
        at_ms
    }

    fn set_last_active(&self, app_id: &str, user_id: &str, at_ms: u64) -> Result<(), StorageError> {
        // Its app may be gone.
        self.execute(
            "INSERT INTO user_activity (app_id, user_id, last_active)
             SELECT app_id, ?2, ?3 FROM apps WHERE app_id = ?1
             ON CONFLICT (app_id, user_id) DO UPDATE SET last_active = max(last_active, excluded.last_active)",
            params![app_id, user_id, to_sql(at_ms)],
        )?;
        Ok(())
    }
}

impl ActivityRecords for Records<'_> {
    fn move_activity(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError> {
        if let Some(at_ms) = self.take_noted_activity(app_id, from_user_id) {
            self.set_last_active(app_id, to_user_id, at_ms)?;
        }
        self.execute(
            "INSERT INTO user_activity (app_id, user_id, last_active)
             SELECT app_id, ?3, last_active FROM user_activity WHERE app_id = ?1 AND user_id = ?2
             ON CONFLICT (app_id, user_id) DO UPDATE SET last_active = max(last_active, excluded.last_active)",
            [app_id, from_user_id, to_user_id],
        )?;
        self.execute("DELETE FROM user_activity WHERE app_id = ?1 AND user_id = ?2", [app_id, from_user_id])?;
        Ok(())
    }
}
