//! No file names a package registry's host or a place on one machine.

use super::{Finding, Rule};
use crate::workspace::TextFile;

pub(super) const HOSTS: Rule = Rule {
    name: "registry-host",
    why: "Where packages come from is the business of each machine's own client settings.",
    advice: "Name the package, not the host. Lock files may hold the one form that their tool writes.",
    check: |workspace| workspace.files.iter().flat_map(registry_hosts).collect(),
};

pub(super) const PATHS: Rule = Rule {
    name: "absolute-path",
    why: "A path of one machine works on no other.",
    advice: "Use a path relative to the file or the workspace, a temporary folder of the test, or a variable.",
    check: |workspace| workspace.files.iter().flat_map(absolute_paths).collect(),
};

// In two parts each, so that this file does not break its own rules.
const REGISTRY_HOSTS: [(&str, &str); 10] = [
    ("crates", ".io"),
    ("npmjs", ".org"),
    ("npmjs", ".com"),
    ("yarnpkg", ".com"),
    ("pypi", ".org"),
    ("pythonhosted", ".org"),
    ("deb.debian", ".org"),
    ("security.debian", ".org"),
    ("proxy.golang", ".org"),
    ("repo.maven.apache", ".org"),
];
const MACHINE_FOLDERS: [(&str, &str); 4] = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/t", "mp/")];
/// The form in which cargo writes the default registry into `Cargo.lock`.
const CARGO_LOCK_FORM: (&str, &str) = ("source = \"registry+https://github.com/rust-lang/crates", ".io-index\"");
/// The form in which npm writes a package's address into `package-lock.json`.
const NPM_LOCK_FORM: (&str, &str) = ("\"resolved\": \"https://registry.npmjs", ".org/");

fn registry_hosts(file: &TextFile) -> Vec<Finding> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let may_hold = match name {
        "Cargo.lock" => Some(joined(CARGO_LOCK_FORM)),
        "package-lock.json" => Some(joined(NPM_LOCK_FORM)),
        _ => None,
    };
    let hosts = REGISTRY_HOSTS.map(joined);
    findings(file, |line| {
        if may_hold.as_ref().is_some_and(|form| line.trim_start().starts_with(form)) {
            return None;
        }
        hosts.iter().find(|host| line.contains(host.as_str())).map(|host| format!("names the host `{host}`"))
    })
}

fn absolute_paths(file: &TextFile) -> Vec<Finding> {
    let folders = MACHINE_FOLDERS.map(joined);
    findings(file, |line| {
        folders.iter().find(|folder| has_absolute(line, folder)).map(|folder| format!("holds a path in `{folder}`"))
    })
}

/// Whether a path begins with `folder`: it is no part of a longer or relative one, such as a URL's or `./` + folder.
fn has_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let (before, _) = line.split_at(start);
        before.ends_with("://") || !before.ends_with(|c: char| c.is_alphanumeric() || "._-/~*}$)".contains(c))
    })
}

fn findings(file: &TextFile, problem: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let lines = file.text.lines().enumerate();
    lines.filter_map(|(index, line)| Some(Finding::new(&file.path, index + 1, problem(line)?))).collect()
}

fn joined((start, end): (&str, &str)) -> String {
    format!("{start}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: impl Into<String>) -> TextFile {
        TextFile { path: path.to_owned(), text: text.into() }
    }

    #[test]
    fn a_registry_host_is_found_in_any_file() {
        for host in REGISTRY_HOSTS.map(joined) {
            let found = registry_hosts(&file("docs/a.md", format!("text\nsee https://static.{host}/x\n")));
            assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2], "{host}");
        }
    }

    #[test]
    fn other_hosts_are_fine() {
        assert_eq!(registry_hosts(&file("a.md", "https://docs.rs/x https://example.org crates.toml")), []);
    }

    #[test]
    fn lock_files_may_hold_only_the_form_of_their_tool() {
        let cargo = joined(CARGO_LOCK_FORM);
        assert_eq!(registry_hosts(&file("Cargo.lock", &*cargo)), []);
        assert_eq!(registry_hosts(&file("fuzz/Cargo.lock", &*cargo)), []);
        assert_eq!(registry_hosts(&file("deny.toml", &*cargo)).len(), 1);
        let other = format!("source = \"sparse+https://index.{}/\"", joined(("crates", ".io")));
        assert_eq!(registry_hosts(&file("Cargo.lock", other)).len(), 1);

        let npm = format!("      {}a/-/a-1.tgz\"", joined(NPM_LOCK_FORM));
        assert_eq!(registry_hosts(&file("tests/browser/package-lock.json", &*npm)), []);
        assert_eq!(registry_hosts(&file("tests/browser/package.json", &*npm)).len(), 1);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for folder in MACHINE_FOLDERS.map(joined) {
            for line in [format!("cd {folder}a"), format!("\"{folder}a\""), format!("file://{folder}a"), folder.clone()]
            {
                assert_eq!(absolute_paths(&file("a.sh", &*line)).len(), 1, "{line}");
            }
        }
    }

    #[test]
    fn a_relative_path_or_an_address_is_fine() {
        for folder in MACHINE_FOLDERS.map(joined) {
            for line in [format!("https://example.org{folder}a"), format!(".{folder}a"), format!("$ROOT{folder}")] {
                assert_eq!(absolute_paths(&file("a.sh", &*line)), [], "{line}");
            }
        }
        assert_eq!(absolute_paths(&file("a.sh", "/usr/bin/chromium and /workspace/")), []);
    }
}
