//! The pages in `docs/` that teach overrides and recipes show code that is compiled and tested.

use std::fs;
use std::path::Path;

/// The Rust code of a page, block by block.
fn blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let blocks = text.split("\n```rust\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned());
    blocks.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of code without their indentation, which differs where a page shows a part of an `impl`.
fn lines(code: &str) -> String {
    code.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

/// All source files below a folder, or the one file that `path` is.
fn sources(path: &Path) -> Vec<String> {
    if path.is_file() {
        return vec![lines(&fs::read_to_string(path).unwrap())];
    }
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|entry| entry.is_dir() || entry.extension().is_some_and(|end| end == "rs"))
        .flat_map(|entry| sources(&entry))
        .collect()
}

fn assert_shows(page: &str, source: &str) {
    let sources = sources(&root().join(source));
    let blocks = blocks(page);
    assert!(!blocks.is_empty(), "{page} shows no code");
    for block in blocks {
        let is_shown = sources.iter().any(|source| source.contains(&lines(&block)));
        assert!(is_shown, "this code of {page} is not in {source}:\n{block}");
    }
}

#[test]
fn the_page_about_overrides_shows_tested_code() {
    assert_shows("docs/overrides.md", "tests/overrides/documented.rs");
}

#[test]
fn the_guide_to_a_recipe_shows_the_examples_code() {
    assert_shows("docs/recipe-from-scratch.md", "examples/recipe");
}
