//! Everything that must pass before a change lands: `cargo xtask ci`.

use crate::browser::MissingBrowser;
use crate::cargo::cargo;
use crate::process::{is_installed, run, run_and_keep};
use crate::step::{Outcome, Step};
use crate::tally::Tally;
use crate::workspace::Workspace;
use crate::{tests_step, tidy};

/// The steps of the CI, cheap ones first.
pub(crate) fn steps(workspace: &Workspace, missing_browser: MissingBrowser) -> Vec<Step> {
    let mut steps = vec![
        Step::new("tidy", tidy::run),
        cargo_step("format", "fmt --all --check"),
        Step::new("licences, bans and sources", deny),
        cargo_step("clippy", "clippy --workspace --all-targets --all-features -- -D warnings"),
    ];
    steps.extend(
        feature_sets(workspace)
            .into_iter()
            .map(|(name, options)| Step::new(name, move |workspace: &Workspace| check_features(workspace, &options))),
    );
    steps.push(Step::new("documentation", |workspace| {
        let mut doc = cargo(workspace, "doc --workspace --no-deps --all-features");
        doc.env("RUSTDOCFLAGS", "-D warnings");
        run(&mut doc)?;
        Ok(Tally::default())
    }));
    if workspace.paths.contains("fuzz/Cargo.toml") {
        steps.push(Step::new("fuzz targets compile", |workspace| {
            let mut check = cargo(workspace, "check --all-targets --manifest-path fuzz/Cargo.toml --target-dir");
            run(check.arg(&workspace.target))?;
            Ok(Tally::default())
        }));
    }
    steps.extend(tests_step::steps(missing_browser));
    steps
}

fn cargo_step(name: &str, words: &'static str) -> Step {
    Step::new(name, move |workspace| {
        run(&mut cargo(workspace, words))?;
        Ok(Tally::default())
    })
}

/// A heading and cargo's options for the facade with no feature, with the default ones, and with each one alone.
fn feature_sets(workspace: &Workspace) -> Vec<(String, String)> {
    let facade = workspace.packages.iter().find(|package| package.folder.is_empty());
    let features = facade.into_iter().flat_map(|package| &package.features).filter(|feature| *feature != "default");
    let mut sets = vec![
        ("no feature".to_owned(), "--no-default-features".to_owned()),
        ("default features".to_owned(), String::new()),
    ];
    sets.extend(
        features.map(|feature| {
            (format!("feature `{feature}` alone"), format!("--no-default-features --features {feature}"))
        }),
    );
    sets
}

/// Compiles the facade with some features. Clippy has seen all features at once: an import that only some of them use
/// is a warning here, and no less an error.
fn check_features(workspace: &Workspace, options: &str) -> Outcome {
    let finished = run_and_keep(cargo(workspace, &format!("check -p supertokens {options}")))?;
    if !finished.success {
        return Err("The facade does not compile with these features.".into());
    }
    if has_rustc_warning(&finished.output) {
        return Err("The facade compiles with these features, but with the warnings above: put the items they name \
            behind the same `cfg(feature = ..)` as their use."
            .into());
    }
    Ok(Tally::default())
}

/// Whether rustc (not cargo itself) warned about a crate: `` warning: `name` (lib) generated 2 warnings ``.
fn has_rustc_warning(output: &str) -> bool {
    output.lines().any(|line| line.starts_with("warning: ") && line.contains(" generated "))
}

fn deny(workspace: &Workspace) -> Outcome {
    if is_installed("cargo", &["deny", "--version"]) {
        run(&mut cargo(workspace, "deny check --hide-inclusion-graph bans licenses sources"))?;
    } else {
        println!("    left out: cargo-deny is not installed. The public CI runs it.");
    }
    Ok(Tally::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;

    #[test]
    fn every_feature_of_the_facade_is_checked_alone() {
        let features = ["default", "remote", "session"].map(str::to_owned).to_vec();
        let workspace =
            Workspace { packages: vec![Package { features, ..Package::default() }], ..Workspace::default() };
        let options: Vec<_> = feature_sets(&workspace).into_iter().map(|(_, options)| options).collect();
        let alone = |feature| format!("--no-default-features --features {feature}");
        assert_eq!(options, ["--no-default-features".to_owned(), String::new(), alone("remote"), alone("session")]);
    }

    #[test]
    fn a_warning_of_rustc_is_seen() {
        assert!(has_rustc_warning("warning: unused import\nwarning: `supertokens` (lib) generated 1 warning\n"));
        assert!(!has_rustc_warning("    Checking supertokens v0.1.0\n    Finished `dev` profile\n"));
    }
}
