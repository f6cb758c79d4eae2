//! Linking accounts: what the functions take, and what the core answers.
//!
//! The functions belong to the recipe that links accounts. What they take and give lies here, since the flows of
//! signing up and in need it.

use serde::Deserialize;

use super::user::User;
use crate::input;
use crate::recipe::RecipeUserId;

input! {
    /// Which user is to become a primary one, if it could.
    CanCreatePrimaryUser {
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}

input! {
    /// Which user becomes a primary one.
    CreatePrimaryUser {
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}

input! {
    /// Which accounts are to be linked, if they could.
    CanLinkAccounts {
        /// The login method that is linked.
        recipe_user_id: RecipeUserId,
        /// The primary user that it is linked to.
        primary_user_id: String,
    } with {}
}

input! {
    /// Which accounts are linked.
    LinkAccounts {
        /// The login method that is linked.
        recipe_user_id: RecipeUserId,
        /// The primary user that it is linked to.
        primary_user_id: String,
    } with {}
}

input! {
    /// Which login method is taken from its primary user.
    UnlinkAccount {
        /// The login method.
        recipe_user_id: RecipeUserId,
    } with {}
}

/// Whether a user can become a primary one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum CanCreatePrimaryUserResponse {
    /// Yes.
    #[serde(rename = "OK")]
    Ok {
        /// Whether it is one.
        was_already_a_primary_user: bool,
    },
    /// No: the login method belongs to another primary user.
    #[serde(rename = "RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR")]
    RecipeUserIdAlreadyLinkedWithPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// No: another primary user has the same e-mail address, phone number or account with a third party.
    #[serde(rename = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
}

/// What became of the wish to make a user a primary one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum CreatePrimaryUserResponse {
    /// It is one.
    #[serde(rename = "OK")]
    Ok {
        /// The user.
        user: User,
        /// Whether it was one before.
        was_already_a_primary_user: bool,
    },
    /// Nothing: the login method belongs to another primary user.
    #[serde(rename = "RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR")]
    RecipeUserIdAlreadyLinkedWithPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// Nothing: another primary user has the same e-mail address, phone number or account with a third party.
    #[serde(rename = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
}

/// Whether accounts can be linked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum CanLinkAccountsResponse {
    /// Yes.
    #[serde(rename = "OK")]
    Ok {
        /// Whether they are.
        accounts_already_linked: bool,
    },
    /// No: the login method belongs to another primary user.
    #[serde(rename = "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// No: another primary user has the same e-mail address, phone number or account with a third party.
    #[serde(rename = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// No: what is to be linked to is not a primary user.
    #[serde(rename = "INPUT_USER_IS_NOT_A_PRIMARY_USER")]
    InputUserIsNotAPrimaryUser,
}

/// What became of the wish to link accounts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "status", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum LinkAccountsResponse {
    /// They are linked.
    #[serde(rename = "OK")]
    Ok {
        /// The primary user, with all login methods.
        user: User,
        /// Whether they were linked before.
        accounts_already_linked: bool,
    },
    /// Nothing: the login method belongs to another primary user.
    #[serde(rename = "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId {
        /// That user's id.
        primary_user_id: String,
        /// That user.
        user: User,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// Nothing: another primary user has the same e-mail address, phone number or account with a third party.
    #[serde(rename = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR")]
    AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId {
        /// That user.
        primary_user_id: String,
        /// What the core says of it.
        #[serde(default)]
        description: String,
    },
    /// Nothing: what is to be linked to is not a primary user.
    #[serde(rename = "INPUT_USER_IS_NOT_A_PRIMARY_USER")]
    InputUserIsNotAPrimaryUser,
}

/// What became of the wish to unlink a login method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UnlinkAccountResponse {
    /// Whether the login method was deleted: the one whose recipe user id is the primary user's id is, where others
    /// remain.
    pub was_recipe_user_deleted: bool,
    /// Whether it was linked.
    pub was_linked: bool,
}
