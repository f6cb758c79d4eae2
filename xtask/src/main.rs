//! The workspace's own checks: `cargo xtask help` lists them.
//!
//! `tidy` holds the rules that neither cargo nor clippy knows; `ci` is everything that must pass before a change lands.

mod browser;
mod cargo;
mod ci;
mod example;
mod process;
mod replay;
mod step;
mod tally;
mod tests_step;
mod tidy;
mod workspace;

use std::process::ExitCode;

use browser::MissingBrowser;
use step::{Step, run_steps};
use workspace::Workspace;

const HELP: &str = "\
cargo xtask COMMAND

  tidy      the rules that cargo does not know: layout, dependency edges, file sizes, docs, links
  ci        everything, in the order of the CI, up to the first failure
  test      unit, integration and doc tests, the wire tests over the core's program, the replay of recorded exchanges,
            Node and browser tests
  replay    send the recorded exchanges to a fresh supertokens-core and compare its answers
  node      the tests in tests/*/package.json that need no browser
  browser   the tests in tests/browser, with Chromium [--allow-missing-browser]
  example   NAME: builds the front end of examples/NAME, if it has one, and runs the program
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["example", rest @ ..] = &*words {
        return match (rest, Workspace::load()) {
            ([name], Ok(workspace)) => run_steps(&workspace, &[example::step(name)]),
            (_, Err(error)) => unreadable(&error),
            _ => {
                eprintln!("`cargo xtask example` takes the name of one example.\n\n{HELP}");
                ExitCode::FAILURE
            }
        };
    }
    let missing_browser = match words.get(1..).unwrap_or_default() {
        [] => MissingBrowser::Fails,
        ["--allow-missing-browser"] => MissingBrowser::IsSkipped,
        [unknown, ..] => {
            eprintln!("`{unknown}` is not an option of this command.\n\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    let workspace = match Workspace::load() {
        Ok(workspace) => workspace,
        Err(error) => return unreadable(&error),
    };
    let steps = match words.first().copied() {
        Some("tidy") => vec![Step::new("tidy", tidy::run)],
        Some("ci") => ci::steps(&workspace, missing_browser),
        Some("test") => tests_step::steps(missing_browser),
        Some("replay") => vec![replay::step()],
        Some("node") => vec![browser::node_step()],
        Some("browser") => vec![browser::step(missing_browser)],
        Some("help" | "--help" | "-h") | None => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(unknown) => {
            eprintln!("`{unknown}` is not a command.\n\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    run_steps(&workspace, &steps)
}

fn unreadable(error: &impl std::fmt::Display) -> ExitCode {
    eprintln!("The workspace could not be read: {error}");
    ExitCode::FAILURE
}
