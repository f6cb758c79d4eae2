//! Recipes from outside, HTTP in and HTTP out, with a real core behind them: roles, metadata, tenants, verified
//! addresses and the people behind them. On the core in this process, and, with `--ignored` and `SUPERTOKENS_CORE_BIN`, on the program.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod email_verification;
mod multitenancy;
mod support;
mod user_metadata;
mod user_roles;
mod verified_accounts;
