//! The SQL, one file per group of tables.

pub(crate) mod apps;
pub(crate) mod sessions;
pub(crate) mod user_metadata;
pub(crate) mod user_roles;
mod users;

pub(crate) use self::users::{Records, count_active};

/// SQLite's integers are signed. No time that is meant reaches past them.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
