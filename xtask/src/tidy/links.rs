//! Links between the Markdown files lead somewhere.

use super::{Finding, Rule};
use crate::workspace::{TextFile, Workspace};

pub(super) const RULE: Rule = Rule {
    name: "link",
    why: "A reader follows the links of the docs, and a file that moved takes its links along.",
    advice: "Correct the path: it is relative to the file that holds the link, and its target is tracked by git.",
    check,
};

fn check(workspace: &Workspace) -> Vec<Finding> {
    // Pages under a crate's `src/` are part of its API docs: rustdoc checks their links.
    let pages = workspace.files_of_kind("md").filter(|file| !file.path.split('/').any(|folder| folder == "src"));
    pages.flat_map(|page| dead_links(workspace, page)).collect()
}

fn dead_links(workspace: &Workspace, page: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_code_block = false;
    for (index, line) in page.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code_block = !in_code_block;
        }
        if in_code_block {
            continue;
        }
        for target in targets(&without_inline_code(line)) {
            if is_relative(&target) && !leads_somewhere(workspace, &page.path, &target) {
                findings.push(Finding::new(&page.path, index + 1, format!("the link to `{target}` is dead")));
            }
        }
    }
    findings
}

/// Targets of `[text](target)` and `[label]: target`.
fn targets(line: &str) -> Vec<String> {
    let mut targets: Vec<String> = line
        .split("](")
        .skip(1)
        .filter_map(|after| after.split([')', ' ']).next())
        .map(|target| target.trim_matches(['<', '>']).to_owned())
        .collect();
    if let Some((_, target)) = line.strip_prefix('[').and_then(|definition| definition.split_once("]: ")) {
        targets.extend(target.split_whitespace().next().map(str::to_owned));
    }
    targets
}

fn is_relative(target: &str) -> bool {
    !target.is_empty() && !target.starts_with('#') && !target.contains("://") && !target.starts_with("mailto:")
}

fn leads_somewhere(workspace: &Workspace, page: &str, target: &str) -> bool {
    let target = target.split(['#', '?']).next().unwrap_or_default();
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if folders.pop().is_none() {
                    return false; // outside of the repository
                }
            }
            name => folders.push(name),
        }
    }
    let path = folders.join("/");
    let as_folder = format!("{path}/");
    path.is_empty() || workspace.paths.iter().any(|tracked| *tracked == path || tracked.starts_with(&as_folder))
}

fn without_inline_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let files = [("docs/guide.md", text), ("README.md", ""), ("docs/adr/0001.md", "")];
        check(&Workspace::of_files(&files)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn links_to_files_folders_sections_and_other_sites_are_fine() {
        let text = "[a](../README.md) [b](adr/0001.md#why \"title\") [c](adr) [d](#here) [e](https://example.org/x) [f](..)\n\
            [g]: ./adr/0001.md\n`[no](link)` and\n```\n[no](link)\n```\n";
        assert_eq!(lines(text), [0; 0]);
    }

    #[test]
    fn links_to_nothing_are_found() {
        assert_eq!(lines("[a](README.md)\n\n[b]: adr/0002.md\n[c](../../outside.md)\n![d](page.png)"), [1, 3, 4, 5]);
    }

    #[test]
    fn pages_of_a_crates_docs_are_left_to_rustdoc() {
        let files = [("crates/a/src/lib.md", "[Recipe](crate::Recipe)")];
        assert_eq!(check(&Workspace::of_files(&files)), []);
    }
}
