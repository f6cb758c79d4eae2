//! The running application: what `SuperTokens::init` makes, and what answers requests.
//!
//! Applications use this through the `supertokens` crate. Recipes depend on the kernel alone; adapters for frameworks
//! depend on this crate, for [`SuperTokens`].

#![forbid(unsafe_code)]

mod builder;
mod core;
mod debug;
mod dispatch;
#[cfg(feature = "embedded")]
mod embedded;
mod global;
mod spare;
mod supertokens;

pub use builder::Builder;
pub use core::Core;
pub use dispatch::{AppBody, Handled};
pub use supertokens::SuperTokens;
