//! What a user of the facade compiles without asking for it.

use super::{Finding, Rule};
use crate::cargo::cargo;
use crate::process::output_of;
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "default-features",
    why: "A user of a remote core compiles no SQLite, no password hashing and no WebAuthn, and can link another SQLite.",
    advice: "Put the dependency behind the feature `embedded`, or behind a feature of its recipe. \
             `cargo tree -p supertokens -e no-dev -i CRATE` shows who pulls it in.",
    check,
};

/// Crates that belong to the embedded core, by the start of their names.
const EMBEDDED_ONLY: [&str; 8] =
    ["argon2", "bcrypt", "ciborium", "libsqlite3-sys", "rusqlite", "scrypt", "supertokens-core", "webauthn"];

fn check(workspace: &Workspace) -> Vec<Finding> {
    let manifest = workspace.file("Cargo.toml").map(|file| file.text.as_str()).unwrap_or_default();
    let line = manifest.lines().position(|line| line.starts_with("default = ")).map_or(1, |index| index + 1);
    match tree(workspace) {
        Ok(tree) => embedded_only(&tree)
            .map(|name| Finding::new("Cargo.toml", line, format!("the default features pull in `{name}`")))
            .collect(),
        Err(problem) => vec![Finding::new("Cargo.toml", 1, problem)],
    }
}

/// One line per package that the facade's default features need on any platform.
fn tree(workspace: &Workspace) -> Result<String, String> {
    let words = "tree -p supertokens -e no-dev --target all --prefix none --format {p} --quiet";
    let offline = cargo(workspace, &format!("{words} --offline")).output();
    // Without the network first: a new machine may not have all packages yet.
    match offline.ok().filter(|output| output.status.success()) {
        Some(output) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        None => output_of(&mut cargo(workspace, words)).map_err(|_| "`cargo tree` failed: see above".to_owned()),
    }
}

fn embedded_only(tree: &str) -> impl Iterator<Item = &str> {
    let names: std::collections::BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    names.into_iter().filter(|name| EMBEDDED_ONLY.iter().any(|start| name.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_embedded_core_is_found_in_a_tree() {
        let tree = "supertokens v0.1.0 (path)\nsupertokens-kernel v0.1.0 (path)\nrusqlite v0.43.0\nrusqlite v0.43.0 (*)\n\
            supertokens-core v0.1.0 (path)\n";
        assert_eq!(embedded_only(tree).collect::<Vec<_>>(), ["rusqlite", "supertokens-core"]);
    }

    #[test]
    fn a_remote_core_user_is_fine() {
        let tree = "supertokens v0.1.0 (path)\nreqwest v0.13.5\nsupertokens-kernel v0.1.0 (path) (*)\n";
        assert_eq!(embedded_only(tree).count(), 0);
    }
}
