//! Linking accounts to a primary user, and taking them apart.

use super::conflict::{Conflict, Having, conflict};
use crate::{
    storage::{StorageError, StoredUser, UserRecords},
    users::{end_sessions, forget, remove_account},
};

/// Whether an account is or can be linked to a user.
pub(crate) enum Link {
    UnknownUser,
    /// The user that it should be linked to is not primary.
    NotPrimary,
    /// It is already.
    Already(StoredUser),
    /// It can be linked to this user. After [`link`] it is, and the user is as it is then.
    Can(StoredUser),
    /// It is an account of this user, which is another one.
    LinkedToAnother(StoredUser),
    Conflict(Conflict),
}

/// What came of taking an account from its user.
pub(crate) enum Unlinked {
    UnknownUser,
    /// It was not linked to anybody, and is not primary.
    NotLinked,
    /// It is a user of its own.
    Alone,
    /// It is gone: its id stays that of the accounts that were linked to it.
    Removed,
}

/// Whether an account can be linked to a primary user. Both ids are the core's.
pub(crate) fn can_link(
    records: &dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
    primary_user_id: &str,
) -> Result<Link, StorageError> {
    let Some(account) = records.user(app_id, recipe_user_id)? else { return Ok(Link::UnknownUser) };
    let Some(primary) = records.user(app_id, primary_user_id)? else { return Ok(Link::UnknownUser) };
    if !primary.is_primary {
        return Ok(Link::NotPrimary);
    }
    if account.user_id == primary.user_id {
        return Ok(Link::Already(primary));
    }
    if account.is_primary {
        return Ok(Link::LinkedToAnother(account));
    }
    let having = Having::of_user(&primary).and_user(&account);
    Ok(match conflict(records, app_id, &primary.user_id, &having)? {
        Some(conflict) => Link::Conflict(conflict),
        None => Link::Can(primary),
    })
}

/// Links an account to a primary user, if it can be. Its sessions end: they are of another user now.
pub(crate) fn link(
    records: &mut dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
    primary_user_id: &str,
) -> Result<Link, StorageError> {
    let found = can_link(records, app_id, recipe_user_id, primary_user_id)?;
    let Link::Can(primary) = found else { return Ok(found) };
    records.link_login_method(app_id, recipe_user_id, &primary.user_id)?;
    records.move_activity(app_id, recipe_user_id, &primary.user_id)?;
    end_sessions(records, app_id, recipe_user_id)?;
    Ok(match records.user(app_id, &primary.user_id)? {
        Some(user) => Link::Can(user),
        None => Link::UnknownUser,
    })
}

/// Takes an account from its user.
pub(crate) fn unlink(
    records: &mut dyn UserRecords,
    app_id: &str,
    recipe_user_id: &str,
) -> Result<Unlinked, StorageError> {
    let Some(user) = records.user(app_id, recipe_user_id)? else { return Ok(Unlinked::UnknownUser) };
    // A user's own account may be gone while its id is alive.
    let Some(account) = user.login_method(recipe_user_id).filter(|_| user.is_primary) else {
        return Ok(Unlinked::NotLinked);
    };
    let is_last = user.login_methods.len() == 1;
    if user.user_id != recipe_user_id {
        records.unlink_login_method(app_id, recipe_user_id)?;
        if is_last {
            forget(records, app_id, &user.user_id)?;
        }
        end_sessions(records, app_id, recipe_user_id)?;
        return Ok(Unlinked::Alone);
    }
    if is_last {
        records.unlink_login_method(app_id, recipe_user_id)?;
        end_sessions(records, app_id, recipe_user_id)?;
        return Ok(Unlinked::Alone);
    }
    // Two users of one id cannot be.
    remove_account(records, app_id, account)?;
    Ok(Unlinked::Removed)
}
