//! Other programs, run with their output on the screen and, where it is read afterwards, kept as well.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Command;

use crate::step::{Failure, Outcome};
use crate::tally::Tally;

/// What a program printed (both streams, in order) and whether it succeeded.
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) output: String,
}

/// A command that starts in `folder`, without the variables that `cargo run` sets for this program: build scripts
/// watch some of them, and would be built again at every turn.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a command to its end; a failing one fails the step.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    announce(command);
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}.", line_of(command)).into()) }
}

/// Runs a test runner to its end and counts its tests.
pub(crate) fn run_tests(command: Command) -> Outcome {
    let line = line_of(&command);
    let finished = run_and_keep(command)?;
    let tally = Tally::of_output(&finished.output);
    if finished.success { Ok(tally) } else { Err(Failure::of_tests(format!("{line} failed: see above."), tally)) }
}

/// Runs a command to its end, with its output on the screen and in the answer.
pub(crate) fn run_and_keep(mut command: Command) -> Result<Finished, Failure> {
    announce(&command);
    let (mut reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().map_err(|error| not_started(&command, &error))?;
    drop(command); // it holds the writing end: reading would never come to an end
    let mut kept = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let length = reader.read(&mut buffer)?;
        let Some(new) = buffer.get(..length).filter(|new| !new.is_empty()) else { break };
        io::stdout().write_all(new)?;
        io::stdout().flush()?;
        kept.extend_from_slice(new);
    }
    let success = child.wait()?.success();
    Ok(Finished { success, output: String::from_utf8_lossy(&kept).into_owned() })
}

/// What a command prints on its standard output; its errors go to the screen.
pub(crate) fn output_of(command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stderr(std::process::Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}.", line_of(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program answers to `--version`.
pub(crate) fn is_installed(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn announce(command: &Command) {
    println!("    {}", line_of(command));
}

fn not_started(command: &Command, error: &io::Error) -> Failure {
    format!("{} could not be started: {error}. Is it installed?", line_of(command)).into()
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_of_a_program_are_kept() {
        let mut command = command("sh", Path::new("."));
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let finished = run_and_keep(command).unwrap_or_else(|_| panic!("sh is everywhere"));
        assert!(!finished.success);
        assert_eq!(finished.output, "one\ntwo\n");
    }

    #[test]
    fn a_failing_program_fails_the_step_and_counts_as_a_failed_test() {
        assert!(run(command("sh", Path::new(".")).args(["-c", "exit 1"])).is_err());
        let mut silent = command("sh", Path::new("."));
        silent.args(["-c", "exit 1"]);
        assert!(run_tests(silent).is_err_and(|failure| format!("{failure:?}").contains("failed: 1")));
    }
}
