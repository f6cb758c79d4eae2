//! Password hashes and reset tokens.

use rusqlite::{OptionalExtension, params};
use supertokens_core::storage::{PasswordRecords, StorageError, StoredResetToken, TokenHash};
use zeroize::Zeroizing;

use super::{Records, from_sql, to_sql};
use crate::threads::failed;

impl PasswordRecords for Records<'_> {
    fn password_hash(&self, app_id: &str, recipe_user_id: &str) -> Result<Option<Zeroizing<String>>, StorageError> {
        let mut statement =
            self.prepare("SELECT password_hash FROM login_methods WHERE app_id = ?1 AND recipe_user_id = ?2")?;
        let hash = statement.query_row([app_id, recipe_user_id], |row| row.get::<_, Option<String>>(0));
        Ok(hash.optional().map_err(failed)?.flatten().map(Zeroizing::new))
    }

    fn set_password_hash(&mut self, app_id: &str, recipe_user_id: &str, hash: &str) -> Result<(), StorageError> {
        self.execute(
            "UPDATE login_methods SET password_hash = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2",
            [app_id, recipe_user_id, hash],
        )?;
        Ok(())
    }

    fn reset_token(&self, app_id: &str, hash: &TokenHash) -> Result<Option<StoredResetToken>, StorageError> {
        let mut statement = self.prepare(
            "SELECT user_id, email, expires_at FROM password_reset_tokens WHERE app_id = ?1 AND token_hash = ?2",
        )?;
        let token = statement.query_row(params![app_id, hash.0], |row| {
            Ok(StoredResetToken {
                hash: *hash,
                user_id: row.get(0)?,
                email: row.get(1)?,
                expires_at_ms: from_sql(row.get(2)?),
            })
        });
        token.optional().map_err(failed)
    }

    fn add_reset_token(&mut self, app_id: &str, token: &StoredResetToken) -> Result<(), StorageError> {
        self.execute(
            "INSERT INTO password_reset_tokens (app_id, token_hash, user_id, email, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![app_id, token.hash.0, token.user_id, token.email, to_sql(token.expires_at_ms)],
        )?;
        Ok(())
    }

    fn remove_reset_tokens_of(&mut self, app_id: &str, user_id: &str) -> Result<(), StorageError> {
        self.execute("DELETE FROM password_reset_tokens WHERE app_id = ?1 AND user_id = ?2", [app_id, user_id])?;
        Ok(())
    }

    fn remove_expired_reset_tokens(&mut self, now_ms: u64) -> Result<(), StorageError> {
        self.execute("DELETE FROM password_reset_tokens WHERE expires_at < ?1", [to_sql(now_ms)])?;
        Ok(())
    }
}
