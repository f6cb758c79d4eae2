//! Library code does not panic.

use std::collections::BTreeSet;

use super::rust_code::{code_only, line_of, positions_of_word, test_modules, without_test_items};
use super::{Finding, Rule};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    name: "no-panic",
    why: "A panic in a library takes down the application's request, and input may reach it.",
    advice: "Return an error. If it truly cannot happen, say why in a comment `// infallible: the reason` on the same \
             line or the one above.",
    check,
};

const PANICS: [&str; 6] = [".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!"];
const MARKER: &str = "// infallible: ";
/// Crates that are no library for applications, though they lie beside some.
const NO_LIBRARIES: [&str; 1] = ["crates/testkit/"];

fn check(workspace: &Workspace) -> Vec<Finding> {
    let sources = workspace.files_of_kind("rs").filter(|file| is_library(&file.path));
    let code: Vec<_> = sources.map(|file| (file, code_only(&file.text))).collect();
    let for_tests: BTreeSet<String> = code
        .iter()
        .flat_map(|(file, code)| test_modules(code).into_iter().map(|name| module_path(&file.path, name)))
        .collect();
    let is_for_tests = |path: &str| {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        for_tests.iter().any(|tests| module == tests || module.starts_with(&format!("{tests}/")))
    };
    code.iter()
        .filter(|(file, _)| !is_for_tests(&file.path))
        .flat_map(|(file, code)| findings(&file.path, &file.text, &without_test_items(code)))
        .collect()
}

fn is_library(path: &str) -> bool {
    let in_a_crate = path.starts_with("crates/") || path.starts_with("recipes/");
    let is_source = path.starts_with("src/") || (in_a_crate && path.contains("/src/"));
    is_source && !NO_LIBRARIES.iter().any(|folder| path.starts_with(folder))
}

/// Path without extension of the module `name` that the file at `parent` declares.
fn module_path(parent: &str, name: &str) -> String {
    let stem = parent.trim_end_matches(".rs");
    let folder = match stem.rsplit_once('/') {
        Some((folder, "lib" | "main" | "mod")) => folder,
        _ => stem,
    };
    format!("{folder}/{name}")
}

fn findings(path: &str, source: &str, code: &str) -> Vec<Finding> {
    let lines: Vec<&str> = source.lines().collect();
    let mut findings: Vec<Finding> = PANICS
        .iter()
        .flat_map(|panic| positions_of_word(code, panic).map(move |position| (panic, line_of(code, position))))
        .filter(|(_, line)| !is_marked(&lines, *line))
        .map(|(panic, line)| Finding::new(path, line, format!("`{panic}` in library code")))
        .collect();
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// Whether the line (from 1), or the comments and attributes right above it, say why it cannot happen.
fn is_marked(lines: &[&str], line: usize) -> bool {
    let (above, here) = lines.split_at(line.saturating_sub(1).min(lines.len()));
    let belongs = |line: &&&str| line.trim_start().starts_with("//") || line.trim_start().starts_with("#[");
    let mut comments = here.iter().take(1).chain(above.iter().rev().take_while(belongs));
    comments.any(|line| line.split_once(MARKER).is_some_and(|(_, reason)| !reason.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(files: &[(&str, &str)]) -> Vec<(String, usize)> {
        check(&Workspace::of_files(files)).into_iter().map(|finding| (finding.path, finding.line)).collect()
    }

    #[test]
    fn every_way_to_panic_is_found_in_library_code() {
        for panic in
            ["a.unwrap()", "a\n.expect(\"b\")", "panic!(\"a\")", "std::todo!()", "unimplemented!()", "unreachable!()"]
        {
            let source = format!("//! A.\nfn a() {{ {panic} }}");
            let expected = source.lines().count();
            assert_eq!(
                lines(&[("crates/a/src/b.rs", &source)]),
                [("crates/a/src/b.rs".to_owned(), expected)],
                "{panic}"
            );
        }
    }

    #[test]
    fn words_that_only_look_like_it_are_fine() {
        let source =
            "/// ```\n/// a.unwrap();\n/// ```\nfn a() { b.unwrap_or(1); dont_panic!(); c.expect_err(); \"panic!\" }";
        assert_eq!(lines(&[("src/lib.rs", source)]), []);
    }

    #[test]
    fn tests_and_other_folders_may_panic() {
        let parent = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inline { fn a() { b.unwrap() } }\n";
        let panics = "fn a() { b.unwrap() }";
        let files = [
            ("crates/a/src/client/mod.rs", parent),
            ("crates/a/src/client/tests.rs", panics),
            ("crates/a/src/client/tests/more.rs", panics),
            ("crates/a/tests/wire.rs", panics),
            ("crates/a/benches/b.rs", panics),
            ("crates/testkit/src/lib.rs", panics),
            ("examples/a/src/main.rs", panics),
            ("xtask/src/main.rs", panics),
        ];
        assert_eq!(lines(&files), []);
        assert_eq!(lines(&[("recipes/a/src/client/tests.rs", panics)]).len(), 1, "no parent says that it is for tests");
    }

    #[test]
    fn a_marker_with_a_reason_exempts() {
        for source in [
            "fn a() { b.unwrap() } // infallible: b is set above",
            "// infallible: b is set above\nb.unwrap()",
            "// infallible: b is set above,\n// in the constructor\n#[expect(clippy::unwrap_used)]\nb.unwrap()",
        ] {
            assert_eq!(lines(&[("src/lib.rs", source)]), [], "{source}");
        }
        for source in ["b.unwrap() // infallible: ", "// infallible: a\n\nb.unwrap()", "b.unwrap() // it is set"] {
            assert_eq!(lines(&[("src/lib.rs", source)]).len(), 1, "{source}");
        }
    }
}
