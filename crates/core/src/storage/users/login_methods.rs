//! Login methods and the users that they make up.

use super::{StoredLoginMethod, StoredUser, UserRecipe};
use crate::storage::{StorageError, TenantKey};

/// What people sign in with, normalised.
#[derive(Clone, Copy, Debug)]
pub enum AccountInfo<'i> {
    /// An e-mail address.
    Email(&'i str),
    /// A phone number.
    PhoneNumber(&'i str),
    /// An account at a third party.
    ThirdParty {
        /// The third party's id.
        id: &'i str,
        /// The user's id there.
        user_id: &'i str,
    },
}

/// A login method, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginMethodRef {
    /// Its id.
    pub recipe_user_id: String,
    /// Its recipe.
    pub recipe: UserRecipe,
    /// The user that it belongs to.
    pub user_id: String,
}

/// The order of a list of users, by when they joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageOrder {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// A user's place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageStart {
    /// When the user joined.
    pub time_joined_ms: u64,
    /// The user's id.
    pub user_id: String,
}

/// Which part of a tenant's list of users is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Only users that have a login method of one of these recipes in the tenant.
    pub recipes: Vec<UserRecipe>,
    /// The order.
    pub order: PageOrder,
    /// The first user, or the place where it was.
    pub start: Option<PageStart>,
    /// At most so many.
    pub limit: usize,
}

/// What a login method must have to be found. Of a list that is not empty, one must fit.
#[derive(Clone, Debug, Default)]
pub struct UserSearch {
    /// Beginnings of e-mail addresses or of their domains.
    pub emails: Vec<String>,
    /// Beginnings of phone numbers.
    pub phone_numbers: Vec<String>,
    /// Beginnings of third parties' ids.
    pub third_party_ids: Vec<String>,
}

/// Login methods and users in a transaction.
///
/// A user's time of joining is that of its oldest login method; the storage sees to that.
pub trait LoginMethodRecords {
    /// The id of the user that an id names, be it the user's own or that of one of its login methods.
    fn user_id_of(&self, app_id: &str, id: &str) -> Result<Option<String>, StorageError>;

    /// The user that an id names, as [`Self::user_id_of`], whole.
    fn user(&self, app_id: &str, id: &str) -> Result<Option<StoredUser>, StorageError>;

    /// The login methods in a tenant that have this, in no order.
    fn login_methods_with(
        &self,
        tenant: &TenantKey,
        info: AccountInfo<'_>,
    ) -> Result<Vec<LoginMethodRef>, StorageError>;

    /// A part of a tenant's list of users.
    fn user_page(&self, tenant: &TenantKey, page: &PageRequest) -> Result<Vec<PageStart>, StorageError>;

    /// Users in a tenant with one login method that fits all of the search, in order, at most `page.limit`.
    fn search_users(
        &self,
        tenant: &TenantKey,
        search: &UserSearch,
        page: &PageRequest,
    ) -> Result<Vec<PageStart>, StorageError>;

    /// How many users have a login method of one of these recipes in a tenant, or with `None` anywhere in the app.
    fn count_users(&self, app_id: &str, tenant_id: Option<&str>, recipes: &[UserRecipe]) -> Result<u64, StorageError>;

    /// Adds a login method with its tenants and its password's hash. It is a user of the same id, which is not primary.
    /// Whether it is verified and its external id are nothing of it: see the other records.
    fn add_login_method(
        &mut self,
        app_id: &str,
        method: &StoredLoginMethod,
        password_hash: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Replaces a login method's e-mail address.
    fn set_email(&mut self, app_id: &str, recipe_user_id: &str, email: Option<&str>) -> Result<(), StorageError>;

    /// Replaces a login method's phone number.
    fn set_phone_number(
        &mut self,
        app_id: &str,
        recipe_user_id: &str,
        phone_number: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Lets a login method be used in a tenant. Nothing if it may be already.
    fn add_to_tenant(&mut self, tenant: &TenantKey, recipe_user_id: &str) -> Result<(), StorageError>;

    /// The opposite. Gives whether it could be used there.
    fn remove_from_tenant(&mut self, tenant: &TenantKey, recipe_user_id: &str) -> Result<bool, StorageError>;

    /// Removes a login method. A user is gone with its last one.
    fn remove_login_method(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError>;

    /// Says whether a user is primary.
    fn set_primary(&mut self, app_id: &str, user_id: &str, is_primary: bool) -> Result<(), StorageError>;

    /// Gives a login method to a primary user.
    fn link_login_method(
        &mut self,
        app_id: &str,
        recipe_user_id: &str,
        primary_user_id: &str,
    ) -> Result<(), StorageError>;

    /// Makes a login method a user of its own again, which is not primary.
    fn unlink_login_method(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError>;
}
