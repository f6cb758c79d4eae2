//! What the measurements share: an application over a core that is a double, its tokens, and CPU time.
//!
//! `docs/benchmarks.md` says how each program is run, and what it showed.

#![allow(clippy::expect_used, reason = "programs that measure: what fails here is to be seen at once")]

mod cpu;
mod double;
mod poll;

use supertokens::session::Session;
use supertokens::{AppInfo, Core, Recipe, SuperTokens};

pub use cpu::CpuTime;
pub use double::{CoreDouble, KID, Keys};
pub use poll::ready;

/// An application with the session recipe on this core.
///
/// # Panics
///
/// If it cannot be built.
pub fn application(core: Core) -> SuperTokens {
    application_with(core, Session::new())
}

/// An application with this session recipe on this core.
///
/// # Panics
///
/// If it cannot be built.
pub fn application_with(core: Core, session: Session) -> SuperTokens {
    SuperTokens::builder(AppInfo::new("bench", "http://localhost:3001", "http://localhost:3000"))
        .core(core)
        .recipes(vec![session.boxed()])
        .build()
        .expect("the settings are good")
}
