//! Examples with a front end of their own: `cargo xtask example NAME`.

use crate::cargo::cargo;
use crate::process::{command, run};
use crate::step::{Failure, Step};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// Builds the front end of an example, if it has one, and runs the program until it is interrupted.
pub(crate) fn step(name: &str) -> Step {
    let name = name.to_owned();
    Step::new(format!("example {name}"), move |workspace| {
        if !workspace.paths.contains(&format!("examples/{name}/Cargo.toml")) {
            return Err(format!("There is no example `{name}`; there are: {}.", names(workspace).join(", ")).into());
        }
        build_front_end(workspace, &name)?;
        run(&mut cargo(workspace, &format!("run -p example-{name}")))?;
        Ok(Tally::default())
    })
}

/// Builds every front end, for tests that start the programs.
pub(crate) fn build_front_ends(workspace: &Workspace) -> Result<(), Failure> {
    names(workspace).into_iter().try_for_each(|name| build_front_end(workspace, name))
}

/// Installs what `examples/NAME/web` needs and has Vite build it. An example without that folder needs nothing.
fn build_front_end(workspace: &Workspace, name: &str) -> Result<(), Failure> {
    let folder = format!("examples/{name}/web");
    if !workspace.paths.contains(&format!("{folder}/package.json")) {
        return Ok(());
    }
    let path = workspace.root.join(folder);
    run(command("npm", &path).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    run(command("npm", &path).args(["run", "build"]))
}

fn names(workspace: &Workspace) -> Vec<&str> {
    let manifests =
        workspace.paths.iter().filter_map(|path| path.strip_prefix("examples/")?.strip_suffix("/Cargo.toml"));
    manifests.filter(|name| !name.contains('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_example_is_answered_with_those_that_there_are() {
        let files = ["examples/hyper/Cargo.toml", "examples/hyper/src/main.rs", "examples/own/x/Cargo.toml"];
        let workspace = Workspace::of_files(&files.map(|path| (path, "")));
        assert_eq!(names(&workspace), ["hyper"]);
        assert!(build_front_end(&workspace, "hyper").is_ok(), "it has no front end to build");
    }
}
