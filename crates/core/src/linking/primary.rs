//! Making a user primary.

use super::conflict::{Conflict, Having, conflict};
use crate::storage::{StorageError, StoredUser, UserRecords};

/// Whether a user is or can be primary.
pub(crate) enum Primary {
    UnknownUser,
    /// It is already.
    Already(StoredUser),
    /// It can be, and after [`make_primary`] it is.
    Can(StoredUser),
    /// It is an account of this user.
    LinkedTo(StoredUser),
    Conflict(Conflict),
}

/// Whether the user of this id of the core's can be primary.
pub(crate) fn can_be_primary(records: &dyn UserRecords, app_id: &str, id: &str) -> Result<Primary, StorageError> {
    let Some(user) = records.user(app_id, id)? else { return Ok(Primary::UnknownUser) };
    if user.is_primary {
        return Ok(if user.user_id == id { Primary::Already(user) } else { Primary::LinkedTo(user) });
    }
    Ok(match conflict(records, app_id, &user.user_id, &Having::of_user(&user))? {
        Some(conflict) => Primary::Conflict(conflict),
        None => Primary::Can(user),
    })
}

/// Makes it primary, if it can be.
pub(crate) fn make_primary(records: &mut dyn UserRecords, app_id: &str, id: &str) -> Result<Primary, StorageError> {
    let mut found = can_be_primary(records, app_id, id)?;
    if let Primary::Can(user) = &mut found {
        records.set_primary(app_id, &user.user_id, true)?;
        user.is_primary = true;
    }
    Ok(found)
}
