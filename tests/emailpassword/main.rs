//! Signing up and in with e-mail and password, HTTP in and HTTP out: what official front-end SDKs send and what they get
//! back, and the mails that people get.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod bad_input;
mod changes;
mod delivery;
mod email_exists;
mod failing_core;
mod form_fields;
mod functions;
mod into_a_session;
mod linking;
mod other_tenants;
mod overridden_apis;
mod reset;
mod reset_forms;
mod sign_in;
mod sign_up;
mod site;
// The whole of it is used by the wire tests.
#[allow(dead_code, unused_imports)]
#[path = "../wire/support/mod.rs"]
mod support;
mod tenants;
mod throttle;
mod unknown_addresses;
