//! What recipes keep under a user's id.

use rusqlite::params;
use supertokens_core::storage::{StorageError, TenantKey, UserDataRecords};

use super::Records;
use crate::threads::failed;

/// A table with rows of a user.
struct UserTable {
    /// The recipe whose rows they are, as the real core calls it. `None`: they do not count as a use of the id.
    recipe: Option<&'static str>,
    table: &'static str,
    column: &'static str,
    /// Whether a row is of one tenant, and goes when the user leaves it.
    has_tenant: bool,
}

/// Every table whose rows go with a user: a recipe that keeps something under user ids adds its own.
const USER_TABLES: &[UserTable] = &[
    UserTable { recipe: Some("Session"), table: "sessions", column: "recipe_user_id", has_tenant: true },
    UserTable { recipe: Some("UserMetadata"), table: "user_metadata", column: "user_id", has_tenant: false },
    UserTable { recipe: Some("UserRoles"), table: "user_roles", column: "user_id", has_tenant: true },
    UserTable { recipe: Some("EmailVerification"), table: "verified_emails", column: "user_id", has_tenant: false },
    UserTable {
        recipe: Some("EmailVerification"),
        table: "email_verification_tokens",
        column: "user_id",
        has_tenant: true,
    },
    UserTable { recipe: None, table: "user_activity", column: "user_id", has_tenant: false },
];

impl UserDataRecords for Records<'_> {
    fn recipes_using(&self, app_id: &str, user_id: &str) -> Result<Vec<&'static str>, StorageError> {
        let mut recipes = Vec::new();
        for UserTable { recipe, table, column, .. } in USER_TABLES {
            let Some(recipe) = *recipe else { continue };
            let sql = format!("SELECT 1 FROM {table} WHERE app_id = ?1 AND {column} = ?2 LIMIT 1");
            if !recipes.contains(&recipe) && self.prepare(&sql)?.exists([app_id, user_id]).map_err(failed)? {
                recipes.push(recipe);
            }
        }
        Ok(recipes)
    }

    fn remove_user_data(&mut self, app_id: &str, user_id: &str) -> Result<(), StorageError> {
        // Or it would come back when it is written.
        self.take_noted_activity(app_id, user_id);
        for UserTable { table, column, .. } in USER_TABLES {
            self.execute(&format!("DELETE FROM {table} WHERE app_id = ?1 AND {column} = ?2"), [app_id, user_id])?;
        }
        Ok(())
    }

    fn remove_user_data_of_tenant(&mut self, tenant: &TenantKey, user_id: &str) -> Result<(), StorageError> {
        for UserTable { table, column, .. } in USER_TABLES.iter().filter(|table| table.has_tenant) {
            let sql = format!("DELETE FROM {table} WHERE app_id = ?1 AND tenant_id = ?2 AND {column} = ?3");
            self.execute(&sql, params![tenant.app_id, tenant.tenant_id, user_id])?;
        }
        Ok(())
    }

    fn remove_sessions_of_user(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError> {
        self.execute("DELETE FROM sessions WHERE app_id = ?1 AND recipe_user_id = ?2", [app_id, recipe_user_id])?;
        Ok(())
    }
}
