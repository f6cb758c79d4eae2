//! Finding users: what the functions take and give.

use serde::Deserialize;

use super::account_info::AccountInfo;
use super::user::{RecipeId, User};
use crate::input;
use crate::tenant::TenantId;

/// In which order users are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeJoinedOrder {
    /// The oldest first.
    #[default]
    Ascending,
    /// The newest first.
    Descending,
}

/// What users are searched for. Each is a list of beginnings, separated by `;`; a user is found who has any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSearch {
    /// The beginnings of e-mail addresses, or of their domains.
    pub email: Option<String>,
    /// The beginnings of phone numbers.
    pub phone: Option<String>,
    /// The beginnings of third parties' ids.
    pub provider: Option<String>,
}

/// A page of users.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserPage {
    /// The users.
    pub users: Vec<User>,
    /// What asks for the next page; nothing on the last one.
    #[serde(default)]
    pub next_pagination_token: Option<String>,
}

input! {
    /// Which users are listed.
    GetUsers {
        /// The tenant whose users are listed.
        tenant_id: TenantId,
    } with {
        /// In which order; the oldest first unless said otherwise.
        time_joined_order: TimeJoinedOrder = TimeJoinedOrder::Ascending,
        /// How many at most; the core gives 100 unless said otherwise, and 500 at most.
        limit: Option<u32> = None,
        /// Where the page before ended.
        pagination_token: Option<String> = None,
        /// Only users who sign in with one of these; with any where the list is empty.
        include_recipe_ids: Vec<RecipeId> = Vec::new(),
        /// Only users that are found by this.
        query: UserSearch = UserSearch::default(),
    }
}

input! {
    /// Which user is asked for.
    GetUser {
        /// The user's id, or the recipe user id of one of the login methods.
        user_id: String,
    } with {}
}

input! {
    /// Which users are looked for by what they sign in with.
    ListUsersByAccountInfo {
        /// The tenant.
        tenant_id: TenantId,
        /// What is looked for.
        account_info: AccountInfo,
    } with {
        /// Whether a user is found who has any of it; unless said otherwise, only those who have all of it.
        do_union_of_account_info: bool = false,
    }
}

input! {
    /// Which user is deleted.
    DeleteUser {
        /// The user's id, or the recipe user id of one of the login methods.
        user_id: String,
    } with {
        /// Whether all login methods are deleted, as they are unless said otherwise, or only that of `user_id`.
        remove_all_linked_accounts: bool = true,
    }
}

impl TimeJoinedOrder {
    /// The order as the core interface spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }
}
