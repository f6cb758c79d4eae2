//! The embedded core over SQLite, as a caller sees it: requests in, responses out, and a clock that is moved.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod accounts;
mod activity;
mod apps;
mod clearing;
mod common;
mod durability;
mod email_verification;
mod emailpassword;
mod files;
mod input;
mod jwt;
mod keys;
mod linking;
mod linking_rules;
mod long_work;
mod other_program;
mod parallel;
mod passwordless;
mod passwords;
mod people;
mod refresh_5_4;
mod refresh_5_6;
mod session_data;
mod tenant_users;
mod third_party_config;
mod user_data;
mod user_id_mapping;
mod user_metadata;
mod user_roles;
mod users;
mod verify;
mod wire;
