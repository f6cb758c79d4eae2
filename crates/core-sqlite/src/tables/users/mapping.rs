//! User id mappings.

use rusqlite::{OptionalExtension, Row, params};
use supertokens_core::storage::{SessionUser, StorageError, StoredUserIdMapping, UserIdMappingRecords};

use super::Records;
use crate::threads::failed;

impl UserIdMappingRecords for Records<'_> {
    fn mapping_by_supertokens_id(
        &self,
        app_id: &str,
        user_id: &str,
    ) -> Result<Option<StoredUserIdMapping>, StorageError> {
        let mut statement = self.prepare(
            "SELECT supertokens_user_id, external_user_id, external_user_id_info FROM user_id_mappings
             WHERE app_id = ?1 AND supertokens_user_id = ?2",
        )?;
        statement.query_row([app_id, user_id], read).optional().map_err(failed)
    }

    fn session_user(&self, app_id: &str, id: &str) -> Result<SessionUser, StorageError> {
        // One statement, because every new session and every refreshed one waits for it.
        let mut statement = self.prepare(
            "WITH account (id) AS (
                 SELECT coalesce(
                     (SELECT supertokens_user_id FROM user_id_mappings WHERE app_id = ?1 AND supertokens_user_id = ?2),
                     (SELECT supertokens_user_id FROM user_id_mappings WHERE app_id = ?1 AND external_user_id = ?2),
                     ?2)),
             owner (id, user_id) AS (
                 SELECT id, coalesce(
                     (SELECT user_id FROM login_methods WHERE app_id = ?1 AND recipe_user_id = account.id), id)
                 FROM account)
             SELECT owner.user_id,
                 coalesce((SELECT external_user_id FROM user_id_mappings
                           WHERE app_id = ?1 AND supertokens_user_id = owner.user_id), owner.user_id),
                 coalesce((SELECT external_user_id FROM user_id_mappings
                           WHERE app_id = ?1 AND supertokens_user_id = owner.id), owner.id)
             FROM owner",
        )?;
        let read = |row: &Row<'_>| {
            Ok(SessionUser { supertokens_user_id: row.get(0)?, user_id: row.get(1)?, recipe_user_id: row.get(2)? })
        };
        statement.query_row([app_id, id], read).map_err(failed)
    }

    fn mapping_by_external_id(&self, app_id: &str, user_id: &str) -> Result<Option<StoredUserIdMapping>, StorageError> {
        let mut statement = self.prepare(
            "SELECT supertokens_user_id, external_user_id, external_user_id_info FROM user_id_mappings
             WHERE app_id = ?1 AND external_user_id = ?2",
        )?;
        statement.query_row([app_id, user_id], read).optional().map_err(failed)
    }

    fn add_mapping(&mut self, app_id: &str, mapping: &StoredUserIdMapping) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO user_id_mappings (app_id, supertokens_user_id, external_user_id, external_user_id_info)
             VALUES (?1, ?2, ?3, ?4)",
            params![app_id, mapping.supertokens_user_id, mapping.external_user_id, mapping.external_user_id_info],
        )?;
        Ok(())
    }

    fn set_mapping_info(
        &mut self,
        app_id: &str,
        supertokens_user_id: &str,
        info: Option<&str>,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE user_id_mappings SET external_user_id_info = ?3 WHERE app_id = ?1 AND supertokens_user_id = ?2",
            params![app_id, supertokens_user_id, info],
        )?;
        Ok(())
    }

    fn move_verification(&mut self, app_id: &str, from_user_id: &str, to_user_id: &str) -> Result<(), StorageError> {
        let values = [app_id, from_user_id, to_user_id];
        self.execute("UPDATE OR REPLACE verified_emails SET user_id = ?3 WHERE app_id = ?1 AND user_id = ?2", values)?;
        self.execute("UPDATE email_verification_tokens SET user_id = ?3 WHERE app_id = ?1 AND user_id = ?2", values)?;
        Ok(())
    }

    fn remove_mapping(&mut self, app_id: &str, supertokens_user_id: &str) -> Result<bool, StorageError> {
        let removed = self.execute(
            "DELETE FROM user_id_mappings WHERE app_id = ?1 AND supertokens_user_id = ?2",
            [app_id, supertokens_user_id],
        )?;
        Ok(removed > 0)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredUserIdMapping> {
    Ok(StoredUserIdMapping {
        supertokens_user_id: row.get(0)?,
        external_user_id: row.get(1)?,
        external_user_id_info: row.get(2)?,
    })
}
