//! Removing users.

use crate::{
    passwordless::end_codes_of,
    storage::{StorageError, StoredLoginMethod, UserRecords},
    user_ids::{Accounts, known_ids, supertokens_id},
};

/// Removes a login method with everything that is kept under its id, or all login methods of its user. While others
/// remain, the user's id stays alive, and so does what is kept under it.
pub(crate) fn remove(
    records: &mut dyn UserRecords,
    app_id: &str,
    id: &str,
    accounts: Accounts,
) -> Result<(), StorageError> {
    let id = supertokens_id(records, app_id, id)?;
    let Some(user) = records.user(app_id, &id)? else { return Ok(()) };
    let removed: Vec<&StoredLoginMethod> = match accounts {
        Accounts::Linked => user.login_methods.iter().collect(),
        Accounts::Named => user.login_method(&id).into_iter().collect(),
    };
    let is_whole = removed.len() == user.login_methods.len();
    for method in removed {
        remove_account(records, app_id, method)?;
        if method.recipe_user_id != user.user_id {
            forget(records, app_id, &method.recipe_user_id)?;
        }
    }
    if is_whole {
        forget(records, app_id, &user.user_id)?;
    }
    Ok(())
}

/// Removes a login method, its sessions, and codes and reset tokens that are on the way to it. What else is kept under its
/// id stays.
pub(crate) fn remove_account(
    records: &mut dyn UserRecords,
    app_id: &str,
    method: &StoredLoginMethod,
) -> Result<(), StorageError> {
    end_codes_of(records, app_id, method)?;
    records.remove_reset_tokens_of(app_id, &method.recipe_user_id)?;
    records.remove_login_method(app_id, &method.recipe_user_id)?;
    end_sessions(records, app_id, &method.recipe_user_id)
}

/// Ends the sessions of a login method, also those that were made before the application gave it an id.
pub(crate) fn end_sessions(
    records: &mut dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
) -> Result<(), StorageError> {
    for id in known_ids(records, app_id, recipe_user_id)? {
        records.remove_sessions_of_user(app_id, &id)?;
    }
    Ok(())
}

/// Removes what is kept under an id that is nobody's any more, and under the one that the application gave for it.
pub(crate) fn forget(records: &mut dyn UserRecords, app_id: &str, id: &str) -> Result<(), StorageError> {
    records.remove_user_data(app_id, id)?;
    // Also of a user whose own login method went before the others.
    records.remove_reset_tokens_of(app_id, id)?;
    if let Some(mapping) = records.mapping_by_supertokens_id(app_id, id)? {
        records.remove_mapping(app_id, id)?;
        // An external id that is also the core's id of a user is that user's.
        if records.user_id_of(app_id, &mapping.external_user_id)?.is_none() {
            records.remove_user_data(app_id, &mapping.external_user_id)?;
        }
    }
    Ok(())
}
