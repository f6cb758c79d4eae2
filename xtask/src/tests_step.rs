//! The steps that run tests: `cargo xtask test`.

use crate::browser::{self, MissingBrowser};
use crate::cargo::{build_program, cargo};
use crate::process::{is_installed, run_tests};
use crate::replay;
use crate::step::Step;

/// Unit and integration tests, doc tests, the recorded exchanges, Node and the browser.
pub(crate) fn steps(missing_browser: MissingBrowser) -> Vec<Step> {
    vec![
        Step::new("tests", |workspace| {
            let words = if is_installed("cargo", &["nextest", "--version"]) {
                "nextest run --workspace --all-features --no-fail-fast"
            } else {
                "test --workspace --all-features --no-fail-fast --lib --bins --tests --examples"
            };
            let mut tests = cargo(workspace, words);
            // How often the core is killed in the middle of writes; by default fewer, so that a plain `cargo test` is quick.
            tests.env("CRASH_ROUNDS", "200").env("SUPERTOKENS_TEST_KILLS", "200");
            run_tests(tests)
        }),
        Step::new("documentation tests", |workspace| {
            run_tests(cargo(workspace, "test --doc --workspace --all-features --no-fail-fast"))
        }),
        Step::new("tests over the program", |workspace| {
            let program = build_program(workspace, "supertokens-core-server", "supertokens-core")?;
            // In one process, which starts the program once: not with nextest.
            let words =
                "test -p supertokens --test wire --test emailpassword --test recipes --all-features -- --ignored";
            let mut tests = cargo(workspace, words);
            tests.env("SUPERTOKENS_CORE_BIN", program);
            run_tests(tests)
        }),
        replay::step(),
        browser::node_step(),
        browser::step(missing_browser),
    ]
}
