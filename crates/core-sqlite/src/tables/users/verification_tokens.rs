//! Tokens that verify e-mail addresses.

use rusqlite::{OptionalExtension, params};
use supertokens_core::storage::{
    StorageError, StoredVerificationToken, TenantKey, TokenHash, VerificationTokenRecords,
};

use super::{Records, from_sql, to_sql};
use crate::{storage::if_unknown_tenant, threads::failed};

impl VerificationTokenRecords for Records<'_> {
    fn verification_token(
        &self,
        tenant: &TenantKey,
        hash: &TokenHash,
    ) -> Result<Option<StoredVerificationToken>, StorageError> {
        let mut statement = self.prepare(
            "SELECT user_id, email, expires_at FROM email_verification_tokens
             WHERE app_id = ?1 AND tenant_id = ?2 AND token_hash = ?3",
        )?;
        let found = statement.query_row(params![tenant.app_id, tenant.tenant_id, hash.0], |row| {
            Ok(StoredVerificationToken {
                hash: *hash,
                user_id: row.get(0)?,
                email: row.get(1)?,
                expires_at_ms: from_sql(row.get(2)?),
            })
        });
        found.optional().map_err(failed)
    }

    fn add_verification_token(
        &mut self,
        tenant: &TenantKey,
        token: &StoredVerificationToken,
    ) -> Result<(), StorageError> {
        let added = self.execute(
            "INSERT INTO email_verification_tokens (app_id, tenant_id, token_hash, user_id, email, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                tenant.app_id,
                tenant.tenant_id,
                token.hash.0,
                token.user_id,
                token.email,
                to_sql(token.expires_at_ms)
            ],
        );
        added.map(drop).map_err(|error| if_unknown_tenant(error, tenant.clone()))
    }

    fn remove_verification_tokens(
        &mut self,
        tenant: &TenantKey,
        user_id: &str,
        email: &str,
    ) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM email_verification_tokens
             WHERE app_id = ?1 AND tenant_id = ?2 AND user_id = ?3 AND email = ?4",
            params![tenant.app_id, tenant.tenant_id, user_id, email],
        )?;
        Ok(())
    }

    fn remove_expired_verification_tokens(&mut self, now_ms: u64) -> Result<(), StorageError> {
        self.execute("DELETE FROM email_verification_tokens WHERE expires_at < ?1", [to_sql(now_ms)])?;
        Ok(())
    }
}
