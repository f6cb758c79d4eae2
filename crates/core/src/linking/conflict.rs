//! What belongs to another primary user.

use std::{collections::BTreeSet, sync::Arc};

use crate::storage::{AccountInfo, StorageError, StoredLoginMethod, StoredUser, UserRecords};

/// Another primary user has it already.
pub(crate) struct Conflict {
    /// Its id as callers are given it.
    pub(crate) primary_user_id: String,
    /// Why, in the real core's words.
    pub(crate) description: &'static str,
}

/// What a primary user has or is to have.
#[derive(Default)]
pub(crate) struct Having<'m> {
    infos: Vec<AccountInfo<'m>>,
    tenant_ids: BTreeSet<Arc<str>>,
}

impl<'m> Having<'m> {
    /// All that a user has.
    pub(crate) fn of_user(user: &'m StoredUser) -> Self {
        user.login_methods.iter().fold(Self::default(), Self::and_method)
    }

    pub(crate) fn and_user(self, user: &'m StoredUser) -> Self {
        user.login_methods.iter().fold(self, Self::and_method)
    }

    pub(crate) fn and_info(mut self, info: AccountInfo<'m>) -> Self {
        self.infos.push(info);
        self
    }

    pub(crate) fn and_tenant(mut self, tenant_id: Arc<str>) -> Self {
        self.tenant_ids.insert(tenant_id);
        self
    }

    pub(crate) fn and_tenants_of(mut self, user: &StoredUser) -> Self {
        self.tenant_ids.extend(user.login_methods.iter().flat_map(|method| method.tenant_ids.iter().cloned()));
        self
    }

    fn and_method(mut self, method: &'m StoredLoginMethod) -> Self {
        self.infos.extend(method.email.as_deref().map(AccountInfo::Email));
        self.infos.extend(method.phone_number.as_deref().map(AccountInfo::PhoneNumber));
        let third_party = method.third_party.as_ref();
        self.infos.extend(third_party.map(|info| AccountInfo::ThirdParty { id: &info.id, user_id: &info.user_id }));
        self.tenant_ids.extend(method.tenant_ids.iter().cloned());
        self
    }
}

/// The primary user other than `user_id` that has one of these in one of the tenants.
pub(crate) fn conflict(
    records: &dyn UserRecords,
    app_id: &str,
    user_id: &str,
    having: &Having<'_>,
) -> Result<Option<Conflict>, StorageError> {
    for info in &having.infos {
        for other_id in records.primary_users_with(app_id, *info)? {
            if other_id == user_id {
                continue;
            }
            let Some(other) = records.user(app_id, &other_id)? else { continue };
            let mut tenant_ids = other.login_methods.iter().flat_map(|method| &method.tenant_ids);
            if tenant_ids.any(|tenant_id| having.tenant_ids.contains(tenant_id)) {
                let primary_user_id = other.external_user_id.unwrap_or(other_id);
                return Ok(Some(Conflict { primary_user_id, description: description(info) }));
            }
        }
    }
    Ok(None)
}

fn description(info: &AccountInfo<'_>) -> &'static str {
    match info {
        AccountInfo::Email(_) => "This user's email is already associated with another user ID",
        AccountInfo::PhoneNumber(_) => "This user's phone number is already associated with another user ID",
        AccountInfo::ThirdParty { .. } => "This user's third party login is already associated with another user ID",
    }
}
