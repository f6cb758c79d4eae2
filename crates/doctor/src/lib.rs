#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

mod addresses;
mod answers;
mod application;
mod cookies;
mod cors;
mod finding;
mod subject;

pub use addresses::check_addresses;
pub use application::check_application;
pub use finding::Finding;
pub use subject::Subject;

use http::Method;

/// The response headers that the front-end SDKs read, for `Access-Control-Expose-Headers`.
pub const EXPOSED_HEADERS: [&str; 4] = ["front-token", "anti-csrf", "st-access-token", "st-refresh-token"];

/// The methods that websites call APIs with, for `Access-Control-Allow-Methods`.
pub const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD];
