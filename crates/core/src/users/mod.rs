//! The rules about users, run inside the storage's transactions.

mod find;
mod remove;

pub(crate) use self::{
    find::{Combine, UserPage, page, search, with_account_info},
    remove::{end_sessions, forget, remove, remove_account},
};
pub(crate) use crate::user_ids::Accounts;
