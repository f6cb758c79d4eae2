//! Steps with a heading each, run in order up to the first failure.

use std::fmt::Display;
use std::process::ExitCode;
use std::time::Instant;

use crate::tally::Tally;
use crate::workspace::Workspace;

type Check = Box<dyn Fn(&Workspace) -> Outcome>;

/// The tests that a step counted (none for a step that is no test run), or why it failed.
pub(crate) type Outcome = Result<Tally, Failure>;

/// Why a step failed, and the tests it had counted by then.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    tally: Tally,
}

impl Failure {
    /// A failed test run. One that broke down before it counted anything is one failed test.
    pub(crate) fn of_tests(message: impl Into<String>, mut tally: Tally) -> Self {
        tally.failed = tally.failed.max(1);
        Self { message: message.into(), tally }
    }

    /// What this step counted, on top of what went before.
    pub(crate) fn after(mut self, earlier: Tally) -> Self {
        self.tally += earlier;
        self
    }
}

/// Whatever has a message can stop a step: an `io::Error`, a `String`.
impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { message: error.to_string(), tally: Tally::default() }
    }
}

/// One check with the name that its heading shows.
pub(crate) struct Step {
    name: String,
    check: Check,
}

impl Step {
    /// A step that runs `check`.
    pub(crate) fn new(name: impl Into<String>, check: impl Fn(&Workspace) -> Outcome + 'static) -> Self {
        Self { name: name.into(), check: Box::new(check) }
    }
}

/// Runs the steps up to the first failure. Where tests ran, the last line says `N passed, N failed`.
pub(crate) fn run_steps(workspace: &Workspace, steps: &[Step]) -> ExitCode {
    let mut total = Tally::default();
    let mut result = ExitCode::SUCCESS;
    for (number, Step { name, check }) in steps.iter().enumerate() {
        println!("\n==> {}/{} {name}", number + 1, steps.len());
        let start = Instant::now();
        match check(workspace) {
            Ok(tally) => {
                total += tally;
                println!("==> {name}: done ({:.1} s)", start.elapsed().as_secs_f64());
            }
            Err(Failure { message, tally }) => {
                total += tally;
                println!("==> {name}: FAILED ({:.1} s)\n{message}", start.elapsed().as_secs_f64());
                result = ExitCode::FAILURE;
                break;
            }
        }
    }
    if !total.is_empty() {
        println!("\n{total}");
    }
    result
}
