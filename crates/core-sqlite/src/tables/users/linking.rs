//! What belongs to primary users.

use rusqlite::params_from_iter;
use supertokens_core::storage::{AccountInfo, LinkingRecords, StorageError};

use super::Records;
use crate::threads::failed;

impl LinkingRecords for Records<'_> {
    fn primary_users_with(&self, app_id: &str, info: AccountInfo<'_>) -> Result<Vec<String>, StorageError> {
        let (condition, values) = match info {
            AccountInfo::Email(email) => ("place.email = ?1", vec![email]),
            AccountInfo::PhoneNumber(phone_number) => ("place.phone_number = ?1", vec![phone_number]),
            AccountInfo::ThirdParty { id, user_id } => {
                ("place.third_party_user_id = ?1 AND place.third_party_id = ?3", vec![user_id, id])
            }
        };
        let mut statement = self.prepare(&format!(
            "SELECT DISTINCT method.user_id
             FROM login_method_tenants AS place JOIN login_methods AS method USING (app_id, recipe_user_id)
             WHERE {condition} AND place.app_id = ?2 AND method.user_is_primary"
        ))?;
        let mut values = values.into_iter();
        let values = values.next().into_iter().chain([app_id]).chain(values);
        statement
            .query_map(params_from_iter(values), |row| row.get(0))
            .map_err(failed)?
            .collect::<Result<_, _>>()
            .map_err(failed)
    }
}
