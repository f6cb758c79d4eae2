//! What every `Cargo.toml` of the workspace says.

use super::{Finding, Rule};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "manifest",
    why: "Version, edition, licence and lints are said once, in the root Cargo.toml, and hold for every crate.",
    advice: "Add `version.workspace = true`, `edition.workspace = true`, `license.workspace = true` under `[package]` and \
             `workspace = true` under `[lints]`.",
    check: not_inherited,
};

pub(super) const UNSAFE_CODE: Rule = Rule {
    name: "unsafe-code",
    why: "No crate of the workspace has unsafe code; `forbid`, unlike `deny`, cannot be allowed again further down.",
    advice: "Put `unsafe_code = \"forbid\"` under `[workspace.lints.rust]` in the root Cargo.toml.",
    check: unsafe_code_allowed,
};

const INHERITED: [&str; 3] = ["version", "edition", "license"];

fn not_inherited(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in workspace.packages.iter().map(|package| package.manifest()) {
        let text = workspace.file(&manifest).map(|file| file.text.as_str()).unwrap_or_default();
        for key in INHERITED.iter().filter(|key| !inherits(text, "package", key)) {
            findings.push(Finding::new(&manifest, line_of(text, "package"), format!("does not inherit `{key}`")));
        }
        if !value_is(text, "lints", "workspace", "true") {
            findings.push(Finding::new(&manifest, 1, "does not take the workspace's lints"));
        }
    }
    findings
}

fn unsafe_code_allowed(workspace: &Workspace) -> Vec<Finding> {
    let text = workspace.file("Cargo.toml").map(|file| file.text.as_str()).unwrap_or_default();
    if value_is(text, "workspace.lints.rust", "unsafe_code", "\"forbid\"") {
        return Vec::new();
    }
    vec![Finding::new("Cargo.toml", line_of(text, "workspace.lints.rust"), "`unsafe_code` is not forbidden")]
}

fn inherits(manifest: &str, section: &str, key: &str) -> bool {
    value_is(manifest, section, &format!("{key}.workspace"), "true")
        || value_is(manifest, section, key, "{ workspace = true }")
}

/// Whether `key = value` stands in `[section]`.
fn value_is(manifest: &str, section: &str, key: &str, value: &str) -> bool {
    let header = format!("[{section}]");
    let lines = manifest.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
    let mut pairs = lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    pairs.any(|(name, rest)| name.trim() == key && rest.split('#').next().unwrap_or_default().trim() == value)
}

fn line_of(manifest: &str, section: &str) -> usize {
    let header = format!("[{section}]");
    manifest.lines().position(|line| line.trim() == header).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition = { workspace = true }\n\
        license.workspace = true # one for all\n\n[dependencies]\n\n[lints]\nworkspace = true\n";

    fn findings(manifest: &str) -> usize {
        not_inherited(&Workspace::of_files(&[("crates/a/Cargo.toml", manifest)]).with_package("crates/a", &[])).len()
    }

    #[test]
    fn a_manifest_that_inherits_is_fine() {
        assert_eq!(findings(GOOD), 0);
    }

    #[test]
    fn a_manifest_that_says_its_own_is_found() {
        assert_eq!(findings(&GOOD.replace("version.workspace = true", "version = \"1.0.0\"")), 1);
        assert_eq!(findings(&GOOD.replace("license.workspace = true", "")), 1);
        assert_eq!(findings(&GOOD.replace("[lints]\nworkspace = true", "")), 1);
        assert_eq!(findings(&GOOD.replace("[lints]", "[features]")), 1);
        assert_eq!(findings(""), 4);
    }

    #[test]
    fn unsafe_code_must_be_forbidden() {
        let forbidden = |value: &str| {
            let manifest = format!("[workspace.lints.rust]\nunsafe_code = \"{value}\"\n");
            unsafe_code_allowed(&Workspace::of_files(&[("Cargo.toml", &manifest)])).is_empty()
        };
        assert!(forbidden("forbid"));
        assert!(!forbidden("deny"));
    }
}
