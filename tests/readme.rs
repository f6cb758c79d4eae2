//! The README's examples are those of the crate's documentation, which compile.

#[test]
fn every_example_of_the_readme_is_one_of_the_crate_documentation() {
    let readme = include_str!("../README.md");
    let documented: Vec<String> = examples(include_str!("../src/lib.md")).iter().map(|code| shown(code)).collect();
    let shown_in_readme = examples(readme);
    assert!(shown_in_readme.len() >= 2, "the README has lost its examples");
    for example in shown_in_readme {
        assert!(documented.contains(&example.to_owned()), "not in src/lib.md, so nothing compiles it:\n{example}");
    }
}

fn examples(markdown: &str) -> Vec<&str> {
    markdown.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// What documentation shows of an example: not the lines that only make it compile.
fn shown(example: &str) -> String {
    example.lines().filter(|line| !line.starts_with("# ")).map(|line| format!("{line}\n")).collect()
}
