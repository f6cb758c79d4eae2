//! `cargo xtask tidy`: the rules that neither cargo nor clippy knows, one per function.
//!
//! A rule looks at the [`Workspace`] and returns what it found. To add one: write the function with a test that shows
//! it failing on a bad example and passing on a good one, and add it to [`RULES`].

mod default_features;
mod edges;
mod facade;
mod file_size;
mod hosts_and_paths;
mod links;
mod manifests;
mod module_docs;
mod pages;
mod panics;
mod rust_code;

use crate::step::Outcome;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// A rule: what to look for, why, and what to do about it.
struct Rule {
    name: &'static str,
    why: &'static str,
    advice: &'static str,
    check: fn(&Workspace) -> Vec<Finding>,
}

/// One place that breaks a rule. Lines count from 1.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }
}

const RULES: &[Rule] = &[
    facade::RULE,
    edges::RULE,
    edges::LISTED,
    default_features::RULE,
    file_size::LONG,
    file_size::HALF,
    module_docs::RULE,
    hosts_and_paths::HOSTS,
    hosts_and_paths::PATHS,
    manifests::RULE,
    manifests::UNSAFE_CODE,
    panics::RULE,
    pages::RULE,
    links::RULE,
];

/// Checks every rule and prints what broke, with the reason and the remedy.
pub(crate) fn run(workspace: &Workspace) -> Outcome {
    let mut broken = 0;
    for rule in RULES {
        let findings = (rule.check)(workspace);
        broken += findings.len();
        print!("{}", report(rule, &findings));
    }
    let files = workspace.files.len();
    if broken > 0 {
        return Err(format!("{broken} places in {files} files break a rule.").into());
    }
    println!("    {} rules hold in {files} files", RULES.len());
    Ok(Tally::default())
}

fn report(rule: &Rule, findings: &[Finding]) -> String {
    let mut report = String::new();
    if findings.is_empty() {
        return report;
    }
    for Finding { path, line, message } in findings {
        report += &format!("{path}:{line}: {}: {message}\n", rule.name);
    }
    report + &format!("    why: {}\n    do:  {}\n\n", rule.why, rule.advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_file_line_rule_reason_and_remedy() {
        let rule = Rule { name: "short", why: "Long is bad.", advice: "Split it.", check: |_| Vec::new() };
        let text = report(&rule, &[Finding::new("src/lib.rs", 7, "it is long")]);
        assert_eq!(text, "src/lib.rs:7: short: it is long\n    why: Long is bad.\n    do:  Split it.\n\n");
        assert_eq!(report(&rule, &[]), "");
    }

    #[test]
    fn rules_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
