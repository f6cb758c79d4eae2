//! Finding and listing users.

use crate::storage::{
    AccountInfo, PageRequest, PageStart, StorageError, StoredUser, TenantKey, UserRecords, UserSearch,
};

/// How several things that are looked for belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combine {
    /// A user has all of them.
    All,
    /// A user has one of them.
    Any,
}

/// Users, and the first one of the next page.
pub(crate) struct UserPage {
    pub(crate) users: Vec<StoredUser>,
    pub(crate) next: Option<PageStart>,
}

/// Users that have this in a tenant, oldest first.
pub(crate) fn with_account_info(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    infos: &[AccountInfo<'_>],
    combine: Combine,
) -> Result<Vec<StoredUser>, StorageError> {
    let mut found: Option<Vec<String>> = None;
    for info in infos {
        let mut ids: Vec<_> =
            records.login_methods_with(tenant, *info)?.into_iter().map(|method| method.user_id).collect();
        ids.dedup();
        found = Some(match (found, combine) {
            (None, _) => ids,
            (Some(mut before), Combine::All) => {
                before.retain(|id| ids.contains(id));
                before
            }
            (Some(mut before), Combine::Any) => {
                before.extend(ids);
                before
            }
        });
    }
    let mut users = whole(records, &tenant.app_id, found.unwrap_or_default().iter())?;
    users.sort_by(|one, other| (one.time_joined_ms, &one.user_id).cmp(&(other.time_joined_ms, &other.user_id)));
    users.dedup_by(|one, other| one.user_id == other.user_id);
    Ok(users)
}

/// A page of a tenant's users.
pub(crate) fn page(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    mut page: PageRequest,
) -> Result<UserPage, StorageError> {
    let limit = page.limit;
    // The one beyond tells whether and where there is more.
    page.limit = limit.saturating_add(1);
    let mut places = records.user_page(tenant, &page)?;
    let next = places.split_off(limit.min(places.len())).into_iter().next();
    let users = whole(records, &tenant.app_id, places.iter().map(|place| &place.user_id))?;
    Ok(UserPage { users, next })
}

/// The users that a search finds.
pub(crate) fn search(
    records: &dyn UserRecords,
    tenant: &TenantKey,
    search: &UserSearch,
    page: &PageRequest,
) -> Result<UserPage, StorageError> {
    let places = records.search_users(tenant, search, page)?;
    let users = whole(records, &tenant.app_id, places.iter().map(|place| &place.user_id))?;
    Ok(UserPage { users, next: None })
}

fn whole<'i>(
    records: &dyn UserRecords,
    app_id: &str,
    ids: impl Iterator<Item = &'i String>,
) -> Result<Vec<StoredUser>, StorageError> {
    let mut users = Vec::new();
    for id in ids {
        users.extend(records.user(app_id, id)?);
    }
    Ok(users)
}
