//! Users, and what is stored about them.

mod activity;
mod data;
mod linking;
mod login_methods;
mod mapping;
mod pages;
mod passwordless;
mod passwords;
mod read;
mod verification;
mod verification_tokens;

pub(crate) use self::activity::count_active;
use rusqlite::{CachedStatement, Connection, Params};
use supertokens_core::storage::StorageError;

use super::{from_sql, to_sql};
use crate::{
    activity::{Activity, Noted},
    threads::failed,
};

/// The records that a transaction sees.
pub(crate) struct Records<'c> {
    connection: &'c Connection,
    activity: &'c Activity,
    /// What this transaction has taken of it.
    taken: Noted,
}

impl<'c> Records<'c> {
    pub(crate) fn new(connection: &'c Connection, activity: &'c Activity) -> Self {
        Self { connection, activity, taken: Noted::default() }
    }

    /// When the transaction is undone: what it has taken is for another.
    pub(crate) fn note_again(&mut self) {
        self.activity.put_back(std::mem::take(&mut self.taken));
    }

    /// What it has taken, for when its commit fails.
    pub(crate) fn into_taken(self) -> Noted {
        self.taken
    }

    fn prepare(&self, sql: &str) -> Result<CachedStatement<'c>, StorageError> {
        self.connection.prepare_cached(sql).map_err(failed)
    }

    /// Runs a statement that changes rows. Gives how many.
    fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StorageError> {
        self.prepare(sql)?.execute(params).map_err(failed)
    }
}
