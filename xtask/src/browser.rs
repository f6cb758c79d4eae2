//! Tests that run on Node: those in `tests/browser` drive Chromium over this workspace's example and the official browser
//! SDK over a server of their own, the others speak to the workspace's programs with the official Node SDK.

use std::path::Path;

use crate::cargo::build_program;
use crate::example;
use crate::process::{command, run, run_tests};
use crate::step::{Outcome, Step};
use crate::tally::Tally;
use crate::workspace::Workspace;

const BROWSER_TESTS: &str = "tests/browser";
const CHROMIUM: &str = "/usr/bin/chromium";
/// What the tests start, and the variable that tells them where it is.
const PROGRAMS: [(&str, &str, &str); 8] = [
    ("browser-sdk-server", "browser-sdk-server", "BROWSER_SDK_SERVER"),
    ("example-emailpassword", "example-emailpassword", "EXAMPLE_EMAILPASSWORD"),
    ("example-prebuilt-ui", "example-prebuilt-ui", "EXAMPLE_PREBUILT_UI"),
    ("example-hyper", "example-hyper", "EXAMPLE_HYPER"),
    ("example-axum", "example-axum", "EXAMPLE_AXUM"),
    ("example-actix-web", "example-actix-web", "EXAMPLE_ACTIX_WEB"),
    ("supertokens-cli", "supertokens", "SUPERTOKENS"),
    ("supertokens-core-server", "supertokens-core", "SUPERTOKENS_CORE"),
];

/// What a machine without Chromium means. In the CI (`CI=true`) it is always a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingBrowser {
    Fails,
    IsSkipped,
}

/// The browser tests.
pub(crate) fn step(missing: MissingBrowser) -> Step {
    Step::new("browser tests", move |workspace| {
        if !Path::new(CHROMIUM).exists() {
            let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            return without_browser(if in_ci { MissingBrowser::Fails } else { missing });
        }
        example::build_front_ends(workspace)?;
        run_node_tests(workspace, BROWSER_TESTS)
    })
}

/// Every other folder of `tests/` with a `package.json`.
pub(crate) fn node_step() -> Step {
    Step::new("Node tests", |workspace| {
        let mut tally = Tally::default();
        for folder in node_folders(workspace) {
            tally += run_node_tests(workspace, folder).map_err(|failure| failure.after(tally))?;
        }
        Ok(tally)
    })
}

fn without_browser(missing: MissingBrowser) -> Outcome {
    let message = format!(
        "{CHROMIUM} is missing. Install it (Debian: `apt-get install chromium`), or leave these tests out with \
         `--allow-missing-browser`."
    );
    match missing {
        MissingBrowser::Fails => Err(message.into()),
        MissingBrowser::IsSkipped => {
            println!("    left out: {message}");
            Ok(Tally::default())
        }
    }
}

fn node_folders(workspace: &Workspace) -> impl Iterator<Item = &str> {
    workspace.paths.iter().filter_map(|path| {
        let folder = path.strip_suffix("/package.json")?;
        let name = folder.strip_prefix("tests/")?;
        (folder != BROWSER_TESTS && !name.contains('/')).then_some(folder)
    })
}

fn run_node_tests(workspace: &Workspace, folder: &str) -> Outcome {
    if !workspace.paths.contains(&format!("{folder}/package.json")) {
        return Err(format!("{folder}/package.json is missing: there are no tests to run.").into());
    }
    let path = workspace.root.join(folder);
    let locked = workspace.paths.contains(&format!("{folder}/package-lock.json"));
    let mut install = command("npm", &path);
    // Browser packages would fetch a browser of their own.
    install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("PUPPETEER_SKIP_DOWNLOAD", "1");
    run(install.args([if locked { "ci" } else { "install" }, "--no-audit", "--no-fund"]))?;

    let mut tests = command("node", &path);
    tests.args(["--test", "--test-reporter=spec"]).env("CHROMIUM", CHROMIUM);
    for (package, program, variable) in PROGRAMS {
        tests.env(variable, build_program(workspace, package, program)?);
    }
    run_tests(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_browser_fails_with_the_way_to_install_it_unless_it_may_be_missing() {
        let failure = without_browser(MissingBrowser::Fails).unwrap_err();
        assert!(format!("{failure:?}").contains("apt-get install chromium"));
        assert!(without_browser(MissingBrowser::IsSkipped).is_ok());
    }

    #[test]
    fn folders_of_tests_with_a_package_are_found_and_those_of_the_browser_left_out() {
        let files =
            ["tests/browser/package.json", "tests/node/package.json", "tests/node/deep/package.json", "package.json"];
        let workspace = Workspace::of_files(&files.map(|path| (path, "{}")));
        assert_eq!(node_folders(&workspace).collect::<Vec<_>>(), ["tests/node"]);
    }
}
