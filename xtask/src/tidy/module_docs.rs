//! Every Rust file says at its top what it is.

use super::{Finding, Rule};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "module-doc",
    why: "A reader who opens a file knows from its first line what is in it.",
    advice: "Begin the file with a line `//! What is in here.` (or `#![doc = include_str!(..)]`).",
    check,
};

fn check(workspace: &Workspace) -> Vec<Finding> {
    let undocumented = workspace.files_of_kind("rs").filter(|file| !begins_with_doc(&file.text));
    undocumented.map(|file| Finding::new(&file.path, 1, "no `//!` line at the top")).collect()
}

fn begins_with_doc(source: &str) -> bool {
    let mut lines = source.lines().map(str::trim);
    // Attributes of the crate may stand before its doc.
    let first = lines.find(|line| line.starts_with("#![doc") || !(line.is_empty() || line.starts_with("#![")));
    first.is_some_and(|line| {
        line.starts_with("#![doc") || line.strip_prefix("//!").is_some_and(|doc| !doc.trim().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doc_line_at_the_top_is_enough() {
        for source in ["//! Keys.\nuse a;", "#![no_main]\n\n//! Fuzzes keys.\n", "#![doc = include_str!(\"lib.md\")]\n"]
        {
            assert!(begins_with_doc(source), "{source}");
        }
    }

    #[test]
    fn a_file_without_one_is_found() {
        for source in ["", "use a;\n//! late", "// a comment\n//! late", "//!\nuse a;", "/// An item.\nfn a() {}"] {
            assert!(!begins_with_doc(source), "{source}");
        }
        assert_eq!(check(&Workspace::of_files(&[("a.rs", "use b;"), ("b.rs", "//! B."), ("c.md", "text")])).len(), 1);
    }
}
