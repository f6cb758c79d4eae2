//! Giving users ids of the application's own.

use crate::storage::{StorageError, StoredUserIdMapping, UserRecords};

/// The name of the one recipe whose records follow a user to a new id by themselves.
const EMAIL_VERIFICATION: &str = "EmailVerification";

/// What an id is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserIdType {
    SuperTokens,
    External,
    /// The core's if it is one, else an external one.
    Any,
}

/// Whether ids are changed although recipes have records under the old one, which they then no longer find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    Yes,
    No,
}

/// What came of giving a user an id.
pub(crate) enum Mapped {
    Yes,
    UnknownUser,
    /// The user has another external id, or the external id another user.
    Exists {
        user_is: bool,
        external_id_is: bool,
    },
    /// The external id is the core's id of some user.
    ExternalIdIsAUsers,
    /// This recipe has records under the core's id.
    InUse(&'static str),
}

/// What came of taking it away.
pub(crate) enum Unmapped {
    Yes,
    WasNot,
    /// This recipe has records under the external id.
    InUse(&'static str),
}

/// The mapping that an id is part of.
pub(crate) fn find(
    records: &dyn UserRecords,
    app_id: &str,
    id: &str,
    id_type: UserIdType,
) -> Result<Option<StoredUserIdMapping>, StorageError> {
    let by_ours = match id_type {
        UserIdType::External => None,
        UserIdType::SuperTokens | UserIdType::Any => records.mapping_by_supertokens_id(app_id, id)?,
    };
    match (by_ours, id_type) {
        (None, UserIdType::External | UserIdType::Any) => records.mapping_by_external_id(app_id, id),
        (found, _) => Ok(found),
    }
}

/// Gives a user an id.
pub(crate) fn map(
    records: &mut dyn UserRecords,
    app_id: &str,
    mapping: &StoredUserIdMapping,
    force: Force,
) -> Result<Mapped, StorageError> {
    let StoredUserIdMapping { supertokens_user_id, external_user_id, .. } = mapping;
    if let Some(other) = records.mapping_by_external_id(app_id, external_user_id)? {
        let user_is = other.supertokens_user_id == *supertokens_user_id;
        return Ok(Mapped::Exists { user_is, external_id_is: true });
    }
    if records.user_id_of(app_id, supertokens_user_id)?.is_none() {
        return Ok(Mapped::UnknownUser);
    }
    let mut verification_follows = false;
    if force == Force::No {
        if records.user_id_of(app_id, external_user_id)?.is_some() {
            return Ok(Mapped::ExternalIdIsAUsers);
        }
        match records.recipes_using(app_id, supertokens_user_id)?.as_slice() {
            [] => {}
            // Third parties and codes verify addresses by themselves: that must not stand in the way.
            [EMAIL_VERIFICATION] => verification_follows = true,
            [first, ..] => return Ok(Mapped::InUse(first)),
        }
    }
    if records.mapping_by_supertokens_id(app_id, supertokens_user_id)?.is_some() {
        return Ok(Mapped::Exists { user_is: true, external_id_is: false });
    }
    records.add_mapping(app_id, mapping)?;
    if verification_follows {
        records.move_verification(app_id, supertokens_user_id, external_user_id)?;
    }
    Ok(Mapped::Yes)
}

/// Takes a user's id away.
pub(crate) fn unmap(
    records: &mut dyn UserRecords,
    app_id: &str,
    id: &str,
    id_type: UserIdType,
    force: Force,
) -> Result<Unmapped, StorageError> {
    let Some(mapping) = find(records, app_id, id, id_type)? else { return Ok(Unmapped::WasNot) };
    // Where the external id is also the core's id of a user, the records under it are that one's.
    let is_anothers = records.user_id_of(app_id, &mapping.external_user_id)?.is_some();
    if force == Force::No
        && !is_anothers
        && let Some(recipe) = records.recipes_using(app_id, &mapping.external_user_id)?.first()
    {
        return Ok(Unmapped::InUse(recipe));
    }
    records.remove_mapping(app_id, &mapping.supertokens_user_id)?;
    Ok(Unmapped::Yes)
}

/// Replaces what is noted about a mapping. Gives whether there is one.
pub(crate) fn set_info(
    records: &mut dyn UserRecords,
    app_id: &str,
    id: &str,
    id_type: UserIdType,
    info: Option<&str>,
) -> Result<bool, StorageError> {
    let Some(mapping) = find(records, app_id, id, id_type)? else { return Ok(false) };
    records.set_mapping_info(app_id, &mapping.supertokens_user_id, info)?;
    Ok(true)
}
