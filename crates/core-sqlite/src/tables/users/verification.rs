//! Verified addresses.

use supertokens_core::storage::{StorageError, VerificationRecords};

use super::Records;
use crate::threads::failed;

impl VerificationRecords for Records<'_> {
    fn is_email_verified(&self, app_id: &str, user_id: &str, email: &str) -> Result<bool, StorageError> {
        let mut statement =
            self.prepare("SELECT 1 FROM verified_emails WHERE app_id = ?1 AND user_id = ?2 AND email = ?3")?;
        statement.exists([app_id, user_id, email]).map_err(failed)
    }

    fn add_verified_email(&mut self, app_id: &str, user_id: &str, email: &str) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO verified_emails (app_id, user_id, email) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            [app_id, user_id, email],
        )?;
        Ok(())
    }

    fn remove_verified_email(&mut self, app_id: &str, user_id: &str, email: &str) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM verified_emails WHERE app_id = ?1 AND user_id = ?2 AND email = ?3",
            [app_id, user_id, email],
        )?;
        Ok(())
    }
}
