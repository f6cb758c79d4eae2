//! Files with one subject.

use super::{Finding, Rule};
use crate::workspace::{TextFile, Workspace};

const LONGEST: usize = 600;
const SHORT: usize = 200;
/// Files that may be longer, each with the reason.
const EXCEPTIONS: [(&str, &str); 0] = [];

pub(super) const LONG: Rule = Rule {
    name: "file-size",
    why: "A file of more than 600 lines has a second subject.",
    advice: "Split it along that subject; unit tests can go to a file of their own.",
    check: long_files,
};

pub(super) const HALF: Rule = Rule {
    name: "half-short",
    why: "At least half of the Rust files stay under 200 lines, so that a reader sees a subject at a glance.",
    advice: "Split files that hold more than one subject.",
    check: too_few_short_files,
};

fn long_files(workspace: &Workspace) -> Vec<Finding> {
    let files = sources(workspace).filter(|file| !EXCEPTIONS.iter().any(|(path, _)| *path == file.path));
    files
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| Finding::new(&file.path, LONGEST + 1, format!("{lines} lines, {LONGEST} are allowed")))
        .collect()
}

fn too_few_short_files(workspace: &Workspace) -> Vec<Finding> {
    let all = sources(workspace).count();
    let short = sources(workspace).filter(|file| file.text.lines().count() < SHORT).count();
    if short * 2 >= all {
        return Vec::new();
    }
    vec![Finding::new("Cargo.toml", 1, format!("only {short} of {all} Rust files are under {SHORT} lines"))]
}

/// Rust files that people write; data of tests is as long as it is.
fn sources(workspace: &Workspace) -> impl Iterator<Item = &TextFile> {
    workspace.files_of_kind("rs").filter(|file| !file.path.split('/').any(|folder| folder == "data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_601_lines_is_too_long() {
        let (long, fits) = ("x\n".repeat(601), "x\n".repeat(600));
        let workspace = Workspace::of_files(&[("a/long.rs", &long), ("fits.rs", &fits), ("tests/data/a.rs", &long)]);
        assert_eq!(long_files(&workspace), [Finding::new("a/long.rs", 601, "601 lines, 600 are allowed")]);
    }

    #[test]
    fn half_of_the_files_are_short() {
        let long = "x\n".repeat(200);
        let half = [("a.rs", long.as_str()), ("b.rs", "x")];
        assert_eq!(too_few_short_files(&Workspace::of_files(&half)), []);
        let fewer = [half[0], half[1], ("c.rs", long.as_str())];
        assert_eq!(too_few_short_files(&Workspace::of_files(&fewer)).len(), 1);
    }
}
