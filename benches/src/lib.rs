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

#[cfg(test)]
mod tests {
    use supertokens::session::CreateNewSession;

    use super::*;

    #[test]
    fn creating_a_session_asks_the_core_once_and_verifying_it_does_not() {
        let double = CoreDouble::new(&Keys::generate());
        let app = application(Core::transport(double.clone()));
        let sessions = Session::of(&app).unwrap();
        let calls_of_a_round = || {
            let before = double.calls();
            let new = CreateNewSession::new("public", "user-1");
            let session = ready(sessions.create_new_session_without_request_response(new)).unwrap();
            let after_creation = double.calls();
            let token = session.access_token();
            ready(sessions.get_session_without_request_response(token, None, Default::default())).unwrap();
            (after_creation - before, double.calls() - after_creation)
        };
        // The version is agreed on once, and the keys are fetched once.
        assert_eq!(calls_of_a_round(), (2, 1));
        assert_eq!(calls_of_a_round(), (1, 0));
    }
}
