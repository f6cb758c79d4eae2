#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]
// A test ends where something is not as it should be: that is what its functions are for.
#![allow(clippy::expect_used, clippy::panic)]

mod app;
mod browser;
mod core;
mod jar;
mod mails;
mod response;

pub use app::{TestApp, TestAppBuilder};
pub use browser::{Browser, TestRequest};
pub use mails::TestMail;
pub use response::TestResponse;
