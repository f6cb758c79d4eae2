//! Reading users.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Result, Row, params_from_iter};
use supertokens_core::storage::{
    AccountInfo, LoginMethodRef, StorageError, StoredLoginMethod, StoredThirdParty, StoredUser, TenantKey,
    UserIdMappingRecords, UserRecipe,
};

use super::{Records, from_sql};
use crate::threads::failed;

macro_rules! login_methods_where {
    ($condition:literal) => {
        concat!(
            "SELECT method.recipe_user_id, mapping.external_user_id, method.recipe_id, method.time_joined, method.email,
                 method.phone_number, method.third_party_id, method.third_party_user_id, method.tenant_ids,
                 EXISTS (SELECT 1 FROM verified_emails AS verified WHERE verified.app_id = ?1
                  AND verified.user_id = coalesce(mapping.external_user_id, method.recipe_user_id)
                  AND verified.email = method.email),
                 method.user_id, method.user_is_primary
             FROM login_methods AS method LEFT JOIN user_id_mappings AS mapping
                 ON mapping.app_id = ?1 AND mapping.supertokens_user_id = method.recipe_user_id
             WHERE method.app_id = ?1 AND ",
            $condition
        )
    };
}

// Its index says which login method it is, and whoever asks reads that one's row next.
macro_rules! references_where {
    ($condition:literal) => {
        concat!(
            "SELECT place.recipe_user_id, place.recipe_id, method.user_id
             FROM login_method_tenants AS place CROSS JOIN login_methods AS method USING (app_id, recipe_user_id)
             WHERE place.app_id = ?1 AND place.tenant_id = ?2 AND ",
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
                 (SELECT user_id FROM login_methods WHERE app_id = ?1 AND user_id = ?2))",
        )?;
        statement.query_row([app_id, id], |row| row.get(0)).map_err(failed)
    }

    pub(super) fn find_user(&self, app_id: &str, id: &str) -> Result<Option<StoredUser>, StorageError> {
        let mut statement = self.prepare(login_methods_where!("method.recipe_user_id = ?2"))?;
        let found = statement.query_row([app_id, id], read_of_user).optional().map_err(failed)?;
        match found {
            // Only a primary user has other login methods than its own.
            Some((OfUser { is_primary: false, user_id }, method)) => Ok(Some(StoredUser {
                user_id,
                external_user_id: method.external_user_id.clone(),
                is_primary: false,
                time_joined_ms: method.time_joined_ms,
                login_methods: vec![method],
            })),
            Some((OfUser { user_id, .. }, _)) => self.find_whole_user(app_id, user_id),
            // Its own login method may be gone.
            None => self.find_whole_user(app_id, id.to_owned()),
        }
    }

    fn find_whole_user(&self, app_id: &str, user_id: String) -> Result<Option<StoredUser>, StorageError> {
        let mut statement = self.prepare(login_methods_where!("method.user_id = ?2 ORDER BY method.time_joined, 1"))?;
        let rows = statement.query_map([app_id, &user_id], read_of_user).map_err(failed)?;
        let found = rows.collect::<Result<Vec<_>>>().map_err(failed)?;
        let Some((OfUser { is_primary, .. }, oldest)) = found.first() else { return Ok(None) };
        let (is_primary, time_joined_ms) = (*is_primary, oldest.time_joined_ms);
        let external_user_id =
            self.mapping_by_supertokens_id(app_id, &user_id)?.map(|mapping| mapping.external_user_id);
        let login_methods = found.into_iter().map(|(_, method)| method).collect();
        Ok(Some(StoredUser { user_id, external_user_id, is_primary, time_joined_ms, login_methods }))
    }

    pub(super) fn find_login_methods(
        &self,
        tenant: &TenantKey,
        info: AccountInfo<'_>,
    ) -> Result<Vec<LoginMethodRef>, StorageError> {
        let (sql, values) = match info {
            AccountInfo::Email(email) => (references_where!("place.email = ?3"), vec![email]),
            AccountInfo::PhoneNumber(phone_number) => {
                (references_where!("place.phone_number = ?3"), vec![phone_number])
            }
            AccountInfo::ThirdParty { id, user_id } => {
                (references_where!("place.third_party_user_id = ?3 AND place.third_party_id = ?4"), vec![user_id, id])
            }
        };
        let values = [&*tenant.app_id, &*tenant.tenant_id].into_iter().chain(values);
        let mut statement = self.prepare(sql)?;
        let rows = statement.query_map(params_from_iter(values), read_reference).map_err(failed)?;
        rows.collect::<Result<_>>().map_err(failed)
    }
}

fn read_reference(row: &Row<'_>) -> Result<LoginMethodRef> {
    Ok(LoginMethodRef { recipe_user_id: row.get(0)?, recipe: recipe(row, 1)?, user_id: row.get(2)? })
}

/// What a row says of the user.
struct OfUser {
    user_id: String,
    is_primary: bool,
}

fn read_of_user(row: &Row<'_>) -> Result<(OfUser, StoredLoginMethod)> {
    Ok((OfUser { user_id: row.get(10)?, is_primary: row.get(11)? }, read_login_method(row)?))
}

fn read_login_method(row: &Row<'_>) -> Result<StoredLoginMethod> {
    let recipe = recipe(row, 2)?;
    let email: Option<String> = row.get(4)?;
    let third_party_id: Option<String> = row.get(6)?;
    let third_party_user_id: Option<String> = row.get(7)?;
    // Ids of tenants have no spaces.
    let tenant_ids = row.get_ref(8)?.as_str()?;
    Ok(StoredLoginMethod {
        recipe_user_id: row.get(0)?,
        external_user_id: row.get(1)?,
        recipe,
        tenant_ids: tenant_ids.split_whitespace().map(Arc::from).collect(),
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
