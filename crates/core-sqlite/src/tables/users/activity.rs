//! When users were last active.

use rusqlite::params;
use supertokens_core::storage::{ActivityRecords, StorageError};

use super::{Records, from_sql, to_sql};
use crate::threads::failed;

impl ActivityRecords for Records<'_> {
    fn count_active(&mut self, app_id: &str, since_ms: u64) -> Result<u64, StorageError> {
        self.write_noted_activity()?;
        let mut statement =
            self.prepare("SELECT count(*) FROM user_activity WHERE app_id = ?1 AND last_active >= ?2")?;
        let count = statement.query_row(params![app_id, to_sql(since_ms)], |row| row.get(0)).map_err(failed)?;
        Ok(from_sql(count))
    }

    fn set_last_active(&mut self, app_id: &str, user_id: &str, now_ms: u64) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO user_activity (app_id, user_id, last_active)
             SELECT app_id, ?2, ?3 FROM apps WHERE app_id = ?1
             ON CONFLICT (app_id, user_id) DO UPDATE SET last_active = max(last_active, excluded.last_active)",
            params![app_id, user_id, to_sql(now_ms)],
        )?;
        Ok(())
    }

    fn write_noted_activity(&mut self) -> Result<(), StorageError> {
        let noted = self.activity.take();
        let result = noted.iter().try_for_each(|(app_id, user_id, at_ms)| self.set_last_active(app_id, user_id, at_ms));
        self.written.extend(noted);
        result
    }

    fn move_activity(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError> {
        self.write_noted_activity()?;
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
