//! Which accounts are one user: making a user primary, linking others to it, and taking them apart.
//!
//! In each tenant an e-mail address, a phone number and a third party's account belong to at most one primary user. A
//! primary user has all of its accounts' addresses and numbers in all of its accounts' tenants.

mod conflict;
mod primary;
mod together;

pub(crate) use self::{
    conflict::{Conflict, Having, conflict},
    primary::{Primary, can_be_primary, make_primary},
    together::{Link, Unlinked, can_link, link, unlink},
};
