//! Changing where codes for an account are sent.

use super::removing::tenants;
use crate::{
    emailpassword::end_reset_tokens,
    linking::{Having, conflict},
    storage::{Contact, StorageError, UserRecipe, UserRecords},
    user_ids::supertokens_id,
};

/// What is to become of an account's contacts. `None` leaves one as it is, `Some(None)` takes it away.
pub(crate) struct ContactChange {
    pub(crate) email: Option<Option<String>>,
    pub(crate) phone_number: Option<Option<String>>,
}

/// What came of it.
pub(crate) enum Changed {
    Yes,
    /// There is no such account of this recipe.
    UnknownUser,
    /// The account would have no contact left.
    NoContact,
    /// Another account of this recipe has it.
    Taken(Contact),
    /// Another primary user has it, and the account's user is primary as well.
    NotAllowed(Contact),
}

/// Changes an account's contacts, and ends the codes that are on the way to the old ones and the new, and the reset tokens
/// for its user.
pub(crate) fn change_contacts(
    records: &mut dyn UserRecords,
    app_id: &str,
    id: &str,
    change: ContactChange,
) -> Result<Changed, StorageError> {
    let id = supertokens_id(records, app_id, id)?;
    let user = records.user(app_id, &id)?;
    let method = user.as_ref().and_then(|user| user.login_method(&id));
    let (Some(user), Some(method)) = (&user, method.filter(|method| method.recipe == UserRecipe::Passwordless)) else {
        return Ok(Changed::UnknownUser);
    };
    let email = change.email.unwrap_or_else(|| method.email.clone());
    let phone_number = change.phone_number.unwrap_or_else(|| method.phone_number.clone());
    if email.is_none() && phone_number.is_none() {
        return Ok(Changed::NoContact);
    }
    let new_email = email.clone().filter(|_| email != method.email).map(Contact::Email);
    let new_number = phone_number.clone().filter(|_| phone_number != method.phone_number).map(Contact::PhoneNumber);
    for contact in new_email.into_iter().chain(new_number) {
        let info = contact.as_account_info();
        let having = Having::default().and_info(info).and_tenants_of(user);
        if user.is_primary && conflict(records, app_id, &user.user_id, &having)?.is_some() {
            return Ok(Changed::NotAllowed(contact));
        }
        for tenant in tenants(app_id, method) {
            let methods = records.login_methods_with(&tenant, info)?;
            if methods.iter().any(|other| other.recipe == UserRecipe::Passwordless && other.recipe_user_id != id) {
                return Ok(Changed::Taken(contact));
            }
        }
    }
    let emails = [&method.email, &email].map(|email| email.clone().map(Contact::Email));
    let phone_numbers = [&method.phone_number, &phone_number].map(|number| number.clone().map(Contact::PhoneNumber));
    for [old, new] in [emails, phone_numbers].into_iter().filter(|[old, new]| old != new) {
        for contact in old.into_iter().chain(new) {
            for tenant in tenants(app_id, method) {
                records.remove_devices_of(&tenant, &contact)?;
            }
        }
    }
    if email != method.email {
        end_reset_tokens(records, app_id, &id, &user.user_id)?;
    }
    records.set_email(app_id, &id, email.as_deref())?;
    records.set_phone_number(app_id, &id, phone_number.as_deref())?;
    Ok(Changed::Yes)
}
