//! Calls of cargo.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::process::{command, output_of};
use crate::step::Failure;
use crate::workspace::Workspace;

/// `cargo WORDS`, in the workspace's root; `words` are separated by spaces.
pub(crate) fn cargo(workspace: &Workspace, words: &str) -> Command {
    let mut command = command("cargo", &workspace.root);
    command.args(words.split_whitespace());
    command
}

/// Builds one program of the workspace and says where it is.
pub(crate) fn build_program(workspace: &Workspace, package: &str, program: &str) -> Result<PathBuf, Failure> {
    println!("    cargo build -p {package} --bin {program}");
    let words = format!("build -p {package} --bin {program} --message-format json-render-diagnostics");
    let messages = output_of(&mut cargo(workspace, &words))?;
    let path = messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message.pointer("/target/name")? == program).then(|| message.get("executable")?.as_str().map(PathBuf::from))?
    });
    path.ok_or_else(|| format!("cargo built no program `{program}` from package `{package}`.").into())
}
