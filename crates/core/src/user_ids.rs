//! The two ids of a user whom the application gave one of its own, translated at the border of the endpoints.
//!
//! Login methods and users go by the core's ids. Everything that a recipe keeps about somebody (sessions, metadata, roles,
//! verified addresses) goes by the external id, if there is one. Callers may give either, and are given external ids.

use crate::storage::{StorageError, StoredUser, UserRecords};

/// The core's id of whom `id` names, be it that or an external one. What names nobody stays as it is.
pub(crate) fn supertokens_id(records: &dyn UserRecords, app_id: &str, id: &str) -> Result<String, StorageError> {
    if records.mapping_by_supertokens_id(app_id, id)?.is_none()
        && let Some(mapping) = records.mapping_by_external_id(app_id, id)?
    {
        return Ok(mapping.supertokens_user_id);
    }
    Ok(id.to_owned())
}

/// The id that callers are given for one of the core's.
pub(crate) fn external_id(records: &dyn UserRecords, app_id: &str, id: &str) -> Result<String, StorageError> {
    let mapping = records.mapping_by_supertokens_id(app_id, id)?;
    Ok(mapping.map_or_else(|| id.to_owned(), |mapping| mapping.external_user_id))
}

/// The ids that something of a login method may be under: the core's, and the external one if there is one. An
/// application may give an id to somebody who has sessions already.
pub(crate) fn known_ids(
    records: &dyn UserRecords,
    app_id: &str,
    id: &str,
) -> Result<impl Iterator<Item = String> + use<>, StorageError> {
    let mapping = records.mapping_by_supertokens_id(app_id, id)?;
    Ok([Some(id.to_owned()), mapping.map(|mapping| mapping.external_user_id)].into_iter().flatten())
}

/// The ids that the sessions of a user may be under: those of `id` and, if wanted, of the accounts linked to it.
pub(crate) fn session_owners(
    records: &dyn UserRecords,
    app_id: &str,
    id: &str,
    accounts: Accounts,
) -> Result<Vec<String>, StorageError> {
    let recipe_user_id = supertokens_id(records, app_id, id)?;
    let mut owners = vec![id.to_owned(), external_id(records, app_id, &recipe_user_id)?, recipe_user_id.clone()];
    if accounts == Accounts::Linked
        && let Some(user) = records.user(app_id, &recipe_user_id)?
    {
        for method in user.login_methods {
            owners.extend(method.external_user_id);
            owners.push(method.recipe_user_id);
        }
    }
    owners.sort_unstable();
    owners.dedup();
    Ok(owners)
}

/// Which of a user's accounts are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accounts {
    /// The one that was named.
    Named,
    /// All that are linked with it.
    Linked,
}

impl StoredUser {
    /// The user's id as callers are given it.
    pub(crate) fn shown_id(&self) -> &str {
        self.external_user_id.as_deref().unwrap_or(&self.user_id)
    }

    /// The id of one of its login methods, likewise.
    pub(crate) fn shown_recipe_user_id<'u>(&'u self, recipe_user_id: &'u str) -> &'u str {
        let external = self.login_method(recipe_user_id).and_then(|method| method.external_user_id.as_deref());
        external.unwrap_or(recipe_user_id)
    }
}
