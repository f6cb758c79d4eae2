//! The embedded SuperTokens core: the core interface 5.4 to 5.6 as a service, over any storage.
//!
//! A [`Core`] answers what a SuperTokens core answers over HTTP, at the same paths and with the same JSON, as an async
//! function from request to response. An SDK calls it in the same process; the program `supertokens-core` puts it on a
//! socket. It keeps its data in a [`storage::Storage`], such as the one of the crate `supertokens-core-sqlite`.
//!
//! Each request is answered by the interface version of its own `cdi-version` header; `docs/core-interface.md` says what
//! they differ in. There are endpoints for people who sign in with a password, a third party's account or a code; for
//! linked accounts and ids of the application's own; for sessions, verified addresses, roles and metadata; for JWTs and
//! published keys; for apps and tenants.

mod begun;
mod cdi_version;
mod clock;
mod config;
mod core;
mod email;
mod emailpassword;
mod endpoints;
mod error;
mod http;
mod json_object;
mod keys;
mod linking;
mod maintenance;
mod one_time_token;
mod passwordless;
mod passwords;
mod phone_number;
mod random;
mod session;
pub mod storage;
mod tenancy;
mod third_party;
mod user_id_mapping;
mod user_ids;
mod users;

pub use self::{
    cdi_version::CdiVersion,
    clock::{Clock, ManualClock, SystemClock},
    config::{ApiKeyError, ApiKeys, Config, ConfigError, PasswordHashingAlgorithm, RecentTokenReuseBehaviour, Secret},
    core::{Core, CoreBuilder},
    error::CoreError,
    http::MAX_BODY_BYTES,
    storage::Storage,
};
