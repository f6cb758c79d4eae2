//! Reading users.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Result, Row, params};
use supertokens_core::storage::{
    AccountInfo, LoginMethodRef, StorageError, StoredLoginMethod, StoredThirdParty, StoredUser, TenantKey, UserRecipe,
};

use super::{Records, from_sql};
use crate::threads::failed;

macro_rules! login_methods_where {
    ($condition:literal) => {
        concat!(
            "SELECT method.recipe_user_id, mapping.external_user_id, method.recipe_id, method.time_joined, method.email,
                 method.phone_number, method.third_party_id, method.third_party_user_id,
                 (SELECT group_concat(tenant_id, ' ') FROM login_method_tenants AS tenant
                  WHERE tenant.app_id = ?1 AND tenant.recipe_user_id = method.recipe_user_id),
                 EXISTS (SELECT 1 FROM verified_emails AS verified WHERE verified.app_id = ?1
                  AND verified.user_id = coalesce(mapping.external_user_id, method.recipe_user_id)
                  AND verified.email = method.email)
             FROM login_methods AS method LEFT JOIN user_id_mappings AS mapping
                 ON mapping.app_id = ?1 AND mapping.supertokens_user_id = method.recipe_user_id
             WHERE ",
            $condition
        )
    };
}

impl Records<'_> {
    pub(super) fn find_user_id(&self, app_id: &str, id: &str) -> Result<Option<String>, StorageError> {
        // A login method that was linked to another user has taken its id with it.
        let mut statement = self.prepare(
            "SELECT coalesce(
                 (SELECT user_id FROM login_methods WHERE app_id = ?1 AND recipe_user_id = ?2),
                 (SELECT user_id FROM users WHERE app_id = ?1 AND user_id = ?2))",
        )?;
        statement.query_row([app_id, id], |row| row.get(0)).map_err(failed)
    }

    pub(super) fn find_user(&self, app_id: &str, id: &str) -> Result<Option<StoredUser>, StorageError> {
        let mut statement = self.prepare(
            "SELECT user_id, is_primary, time_joined,
                 (SELECT external_user_id FROM user_id_mappings
                  WHERE app_id = ?1 AND supertokens_user_id = users.user_id)
             FROM users WHERE app_id = ?1 AND user_id = coalesce(
                 (SELECT user_id FROM login_methods WHERE app_id = ?1 AND recipe_user_id = ?2), ?2)",
        )?;
        let user = statement.query_row([app_id, id], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, from_sql(row.get(2)?), row.get(3)?))
        });
        let Some((user_id, is_primary, time_joined_ms, external_user_id)) = user.optional().map_err(failed)? else {
            return Ok(None);
        };
        // Only a primary user has other login methods than its own, so only for one is another index looked at.
        let mut statement = self.prepare(if is_primary {
            login_methods_where!("method.app_id = ?1 AND method.user_id = ?2")
        } else {
            login_methods_where!("method.app_id = ?1 AND method.recipe_user_id = ?2")
        })?;
        let methods = statement.query_map([app_id, &user_id], read_login_method).map_err(failed)?;
        let mut login_methods = methods.collect::<Result<Vec<_>>>().map_err(failed)?;
        // Mostly there is one, which a sorting statement would take its time over.
        login_methods.sort_by(|a, b| (a.time_joined_ms, &a.recipe_user_id).cmp(&(b.time_joined_ms, &b.recipe_user_id)));
        Ok(Some(StoredUser { user_id, external_user_id, is_primary, time_joined_ms, login_methods }))
    }

    pub(super) fn find_login_methods(
        &self,
        tenant: &TenantKey,
        info: AccountInfo<'_>,
    ) -> Result<Vec<LoginMethodRef>, StorageError> {
        let TenantKey { app_id, tenant_id } = tenant;
        let result = match info {
            AccountInfo::Email(email) => self
                .prepare(
                    "SELECT recipe_user_id, recipe_id, user_id FROM login_method_tenants
                     WHERE app_id = ?1 AND tenant_id = ?2 AND email = ?3 ORDER BY user_time_joined, user_id",
                )?
                .query_map(params![app_id, tenant_id, email], read_reference)
                .and_then(Iterator::collect),
            AccountInfo::PhoneNumber(phone_number) => self
                .prepare(
                    "SELECT recipe_user_id, recipe_id, user_id FROM login_method_tenants
                     WHERE app_id = ?1 AND tenant_id = ?2 AND phone_number = ?3",
                )?
                .query_map(params![app_id, tenant_id, phone_number], read_reference)
                .and_then(Iterator::collect),
            AccountInfo::ThirdParty { id, user_id } => self
                .prepare(
                    "SELECT recipe_user_id, recipe_id, user_id FROM login_method_tenants
                     WHERE app_id = ?1 AND tenant_id = ?2 AND third_party_id = ?3 AND third_party_user_id = ?4",
                )?
                .query_map(params![app_id, tenant_id, id, user_id], read_reference)
                .and_then(Iterator::collect),
        };
        result.map_err(failed)
    }
}

fn read_reference(row: &Row<'_>) -> Result<LoginMethodRef> {
    Ok(LoginMethodRef { recipe_user_id: row.get(0)?, recipe: recipe(row, 1)?, user_id: row.get(2)? })
}

fn read_login_method(row: &Row<'_>) -> Result<StoredLoginMethod> {
    let recipe = recipe(row, 2)?;
    let email: Option<String> = row.get(4)?;
    let third_party_id: Option<String> = row.get(6)?;
    let third_party_user_id: Option<String> = row.get(7)?;
    // Ids of tenants have no spaces.
    let tenant_ids: Option<String> = row.get(8)?;
    Ok(StoredLoginMethod {
        recipe_user_id: row.get(0)?,
        external_user_id: row.get(1)?,
        recipe,
        tenant_ids: tenant_ids.unwrap_or_default().split_whitespace().map(Arc::from).collect(),
        time_joined_ms: from_sql(row.get(3)?),
        phone_number: row.get(5)?,
        third_party: third_party_id.zip(third_party_user_id).map(|(id, user_id)| StoredThirdParty { id, user_id }),
        // Whoever has a phone number and no address has proved to have the phone.
        is_verified: email.is_none() || row.get(9)?,
        email,
    })
}

fn recipe(row: &Row<'_>, column: usize) -> Result<UserRecipe> {
    let id = row.get_ref(column)?.as_str()?;
    UserRecipe::parse(id).ok_or_else(|| {
        let error = format!("'{id}' is no recipe of this version");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}
