//! Which crate of the workspace may depend on which.

use super::{Finding, Rule};
use crate::workspace::{Dependency, Package, Workspace};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const HEADING: &str = "## Recipe edges";

pub(super) const RULE: Rule = Rule {
    name: "dependency-edge",
    why: "The kernel knows no recipe and no core, the core no part of the SDK, a recipe only the kernel and the recipes \
          that ARCHITECTURE.md lists; rusqlite stays in one crate, or a remote-core user would compile SQLite.",
    advice: "Meet at a trait in `kernel::ports`, or move the shared item down to the kernel or jose. If a recipe must \
             use another one, add `* from -> to` under \"Recipe edges\" in ARCHITECTURE.md, with the reason.",
    check: forbidden_edges,
};

pub(super) const LISTED: Rule = Rule {
    name: "recipe-edges-list",
    why: "The list in ARCHITECTURE.md is what a reader and this check rely on: one line `* from -> to` per edge under a \
          heading \"## Recipe edges\".",
    advice: "Add the section, or take out the line whose edge is no more.",
    check: stale_edges,
};

/// What each crate below the recipes may use of this repository; adapters, recipes and what stands above have rules of
/// their own.
const ALLOWED: [(&str, &[&str]); 7] = [
    ("crates/jose", &[]),
    ("crates/kernel", &["crates/jose"]),
    ("crates/core", &["crates/jose"]),
    ("crates/core-sqlite", &["crates/core", "crates/jose"]),
    ("crates/core-server", &["crates/core", "crates/core-sqlite", "crates/jose"]),
    ("crates/doctor", &["crates/kernel"]),
    ("crates/app", &["crates/doctor", "crates/kernel", "crates/jose", "crates/core", "crates/core-sqlite"]),
];
/// Crates that stand above everything else in `crates/`.
const UNRESTRICTED: [&str; 1] = ["crates/testkit"];
/// The only home of rusqlite.
const SQLITE: &str = "crates/core-sqlite";

/// `from -> to`, names of recipe folders, and the line that says so.
struct RecipeEdge<'a> {
    line: usize,
    from: &'a str,
    to: &'a str,
}

fn forbidden_edges(workspace: &Workspace) -> Vec<Finding> {
    let listed = listed_edges(workspace);
    let mut findings = Vec::new();
    for package in &workspace.packages {
        for dependency in &package.dependencies {
            let is_allowed = match &dependency.folder {
                Some(folder) => may_use(&package.folder, folder, &listed),
                None => dependency.name != "rusqlite" || package.folder == SQLITE,
            };
            if !is_allowed {
                let message = format!("`{}` must not depend on `{}`", package.name, dependency.name);
                findings.push(Finding::new(package.manifest(), line_of(workspace, package, dependency), message));
            }
        }
    }
    findings
}

fn stale_edges(workspace: &Workspace) -> Vec<Finding> {
    let has_heading =
        workspace.file(ARCHITECTURE).is_some_and(|file| file.text.lines().any(|line| line.trim_end() == HEADING));
    if !has_heading {
        return vec![Finding::new(ARCHITECTURE, 1, format!("has no section \"{HEADING}\""))];
    }
    let exists = |edge: &RecipeEdge<'_>| {
        let (from, to) = (format!("recipes/{}", edge.from), format!("recipes/{}", edge.to));
        let mut packages = workspace.packages.iter().filter(|package| package.folder == from);
        packages.any(|package| package.dependencies.iter().any(|used| used.folder.as_deref() == Some(to.as_str())))
    };
    let stale = listed_edges(workspace).into_iter().filter(|edge| !exists(edge));
    stale
        .map(|RecipeEdge { line, from, to }| {
            Finding::new(ARCHITECTURE, line, format!("recipe `{from}` does not depend on `{to}` (any more)"))
        })
        .collect()
}

fn may_use(from: &str, to: &str, listed: &[RecipeEdge<'_>]) -> bool {
    if let Some((_, allowed)) = ALLOWED.iter().find(|(folder, _)| *folder == from) {
        return allowed.contains(&to);
    }
    if let Some(recipe) = from.strip_prefix("recipes/") {
        return match to.strip_prefix("recipes/") {
            Some(other) => listed.iter().any(|edge| edge.from == recipe && edge.to == other),
            None => ["crates/kernel", "crates/jose"].contains(&to),
        };
    }
    if from.starts_with("crates/") && !UNRESTRICTED.contains(&from) {
        // An adapter of a framework.
        const BELOW: [&str; 5] = ["crates/app", "crates/doctor", "crates/jose", "crates/kernel", "crates/tower"];
        return to.starts_with("recipes/") || BELOW.contains(&to);
    }
    true
}

fn listed_edges(workspace: &Workspace) -> Vec<RecipeEdge<'_>> {
    let text = workspace.file(ARCHITECTURE).map(|file| file.text.as_str()).unwrap_or_default();
    let section = text.lines().enumerate().skip_while(|(_, line)| line.trim_end() != HEADING).skip(1);
    section.take_while(|(_, line)| !line.starts_with("## ")).filter_map(|(index, line)| edge(index + 1, line)).collect()
}

/// `* session -> openid: why` as an edge.
fn edge(line: usize, text: &str) -> Option<RecipeEdge<'_>> {
    let (from, rest) = text.trim_start().strip_prefix(['*', '-'])?.split_once("->")?;
    let name = |text: &'_ str| text.find(|c: char| c.is_whitespace() || c == ':' || c == ',').unwrap_or(text.len());
    let (from, rest) = (from.trim().trim_matches('`'), rest.trim_start());
    let (to, _) = rest.split_at(name(rest));
    Some(RecipeEdge { line, from, to: to.trim_matches('`') })
}

fn line_of(workspace: &Workspace, package: &Package, dependency: &Dependency) -> usize {
    let text = workspace.file(&package.manifest()).map(|file| file.text.as_str()).unwrap_or_default();
    text.lines().position(|line| line.starts_with(&dependency.name)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: (&str, &str) =
        (ARCHITECTURE, "# A\n\n## Recipe edges\n\n* session -> openid: keys\n\n## Other\n* a -> b\n");

    fn messages(workspace: &Workspace) -> Vec<String> {
        forbidden_edges(workspace).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn edges_along_the_layers_are_allowed() {
        let workspace = Workspace::of_files(&[LIST])
            .with_package("", &["crates/kernel", "recipes/session", "crates/tower"])
            .with_package("crates/kernel", &["crates/jose", "serde"])
            .with_package("crates/core", &["crates/jose"])
            .with_package("crates/core-sqlite", &["crates/core", "rusqlite"])
            .with_package("crates/tower", &["crates/app", "crates/kernel", "recipes/session"])
            .with_package("crates/axum", &["crates/app", "crates/doctor", "crates/tower", "recipes/session"])
            .with_package("crates/doctor", &["crates/kernel"])
            .with_package("recipes/session", &["crates/kernel", "crates/jose", "recipes/openid"])
            .with_package("examples/hyper", &["crates/core", "recipes/session"]);
        assert_eq!(messages(&workspace), [""; 0]);
        assert_eq!(stale_edges(&workspace), []);
    }

    #[test]
    fn edges_against_the_layers_are_refused() {
        for (from, to) in [
            ("crates/kernel", "recipes/session"),
            ("crates/kernel", "crates/core"),
            ("crates/jose", "crates/kernel"),
            ("crates/core", "crates/kernel"),
            ("crates/core", "recipes/session"),
            ("crates/core-sqlite", "crates/app"),
            ("crates/tower", "crates/core"),
            ("crates/axum", "crates/core-sqlite"),
            ("crates/doctor", "crates/app"),
            ("crates/app", "rusqlite"),
            ("recipes/session", "crates/app"),
            ("recipes/session", "recipes/jwt"),
            ("recipes/openid", "recipes/session"),
        ] {
            let workspace = Workspace::of_files(&[LIST]).with_package(from, &[to]);
            assert_eq!(messages(&workspace).len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn the_line_of_the_manifest_is_named() {
        let manifest = ("recipes/session/Cargo.toml", "[dependencies]\nserde = \"1\"\njwt = { workspace = true }\n");
        let workspace = Workspace::of_files(&[LIST, manifest]).with_package("recipes/session", &["recipes/jwt"]);
        assert_eq!(
            forbidden_edges(&workspace),
            [Finding::new("recipes/session/Cargo.toml", 3, "`session` must not depend on `jwt`")]
        );
    }

    #[test]
    fn a_listed_edge_that_is_no_more_is_found() {
        let workspace = Workspace::of_files(&[LIST]).with_package("recipes/session", &["crates/kernel"]);
        let lines: Vec<_> = stale_edges(&workspace).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [5]);
    }

    #[test]
    fn a_missing_list_is_found() {
        assert_eq!(stale_edges(&Workspace::of_files(&[(ARCHITECTURE, "# A\n")])).len(), 1);
    }
}
