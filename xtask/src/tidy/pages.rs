//! The pages that a newcomer looks for, and the changelog's open section.

use super::{Finding, Rule};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "pages",
    why: "A stranger starts at README.md, a contributor at ARCHITECTURE.md, and each change says what it changes for users.",
    advice: "Write the missing page; keep a section `## [Unreleased]` at the top of CHANGELOG.md (Keep a Changelog).",
    check,
};

const PAGES: [&str; 4] = ["ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "README.md"];
const UNRELEASED: &str = "## [Unreleased]";

fn check(workspace: &Workspace) -> Vec<Finding> {
    let missing = PAGES.iter().filter(|page| !workspace.paths.contains(**page));
    let mut findings: Vec<_> = missing.map(|page| Finding::new(*page, 1, "does not exist")).collect();
    if let Some(changelog) = workspace.file("CHANGELOG.md")
        && !changelog.text.lines().any(|line| line.trim_end() == UNRELEASED)
    {
        findings.push(Finding::new(&changelog.path, 1, format!("has no section `{UNRELEASED}`")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(changelog: &str) -> Vec<Finding> {
        check(&Workspace::of_files(&[
            ("ARCHITECTURE.md", ""),
            ("LICENSE", ""),
            ("README.md", ""),
            ("CHANGELOG.md", changelog),
        ]))
    }

    #[test]
    fn a_changelog_has_an_open_section() {
        assert_eq!(findings("# Changelog\n\n## [Unreleased]\n\n### Added\n"), []);
        assert_eq!(findings("# Changelog\n\n## [0.1.0]\n").len(), 1);
    }

    #[test]
    fn missing_pages_are_named() {
        let paths: Vec<_> = check(&Workspace::default()).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, PAGES);
    }
}
