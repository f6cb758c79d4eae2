//! What the checks look at: the tracked files and the workspace's packages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The workspace as the checks see it. Paths are relative to the root, with `/`.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// Every file that is tracked, or would be by `git add .`.
    pub(crate) paths: BTreeSet<String>,
    /// Those of them that are text.
    pub(crate) files: Vec<TextFile>,
    pub(crate) packages: Vec<Package>,
}

/// One text file.
#[derive(Debug)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// One package of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Folder of its `Cargo.toml`; empty for the root package.
    pub(crate) folder: String,
    /// Features in the order of their names.
    pub(crate) features: Vec<String>,
    /// What it needs to be built; dev-dependencies are left out, because no user of the package gets them.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as a manifest names it.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Its folder, if it is a package of this repository.
    pub(crate) folder: Option<String>,
}

impl Workspace {
    /// Reads the workspace that this program belongs to.
    pub(crate) fn load() -> Result<Self, String> {
        let metadata = output("cargo", &["metadata", "--no-deps", "--offline", "--format-version", "1"], None)?;
        let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
        let root = PathBuf::from(text(&metadata, "workspace_root"));
        let listed = output("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"], Some(&root))?;
        let mut workspace = Self {
            target: PathBuf::from(text(&metadata, "target_directory")),
            packages: list(&metadata, "packages").iter().map(|package| package_of(package, &root)).collect(),
            ..Self::default()
        };
        for path in listed.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file()) {
            workspace.paths.insert(path.to_owned());
            let bytes = std::fs::read(root.join(path)).map_err(|error| format!("{path}: {error}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                workspace.files.push(TextFile { path: path.to_owned(), text });
            }
        }
        workspace.root = root;
        Ok(workspace)
    }

    /// The file at `path`, if it is there and text.
    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Files whose name ends in `.extension`.
    pub(crate) fn files_of_kind(&self, extension: &str) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(move |file| file.path.rsplit_once('.').is_some_and(|(_, end)| end == extension))
    }
}

impl Package {
    /// Path of its `Cargo.toml`.
    pub(crate) fn manifest(&self) -> String {
        if self.folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{}/Cargo.toml", self.folder) }
    }
}

fn package_of(package: &Value, root: &Path) -> Package {
    let manifest = PathBuf::from(text(package, "manifest_path"));
    Package {
        name: text(package, "name").to_owned(),
        folder: manifest.parent().map(|folder| relative(folder, root)).unwrap_or_default(),
        features: package
            .get("features")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect(),
        dependencies: list(package, "dependencies")
            .iter()
            .filter(|dependency| text(dependency, "kind") != "dev")
            .map(|dependency| Dependency {
                name: text(dependency, "name").to_owned(),
                folder: dependency.get("path").and_then(Value::as_str).map(|path| relative(Path::new(path), root)),
            })
            .collect(),
    }
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn output(program: &str, arguments: &[&str], folder: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).stderr(std::process::Stdio::inherit());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let output = command.output().map_err(|error| format!("{program} could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} {} ended with {}", arguments.join(" "), output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{program}: {error}"))
}

#[cfg(test)]
impl Workspace {
    /// A workspace of these files and nothing else.
    pub(crate) fn of_files(files: &[(&str, &str)]) -> Self {
        Self {
            paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
            files: files
                .iter()
                .map(|(path, text)| TextFile { path: (*path).to_owned(), text: (*text).to_owned() })
                .collect(),
            ..Self::default()
        }
    }

    /// Adds a package in `folder` that depends on the packages in `dependencies` (folders, or names from a registry).
    pub(crate) fn with_package(mut self, folder: &str, dependencies: &[&str]) -> Self {
        let name_of = |folder: &str| folder.rsplit('/').next().unwrap_or_default().to_owned();
        self.packages.push(Package {
            name: name_of(folder),
            folder: folder.to_owned(),
            features: Vec::new(),
            dependencies: dependencies
                .iter()
                .map(|dependency| Dependency {
                    name: name_of(dependency),
                    folder: dependency.contains('/').then(|| (*dependency).to_owned()),
                })
                .collect(),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_of_this_program_is_read() {
        let workspace = Workspace::load().unwrap();
        let facade = workspace.packages.iter().find(|package| package.name == "supertokens").unwrap();
        assert_eq!(facade.folder, "");
        assert!(facade.features.iter().any(|feature| feature == "session"));
        assert!(workspace.file("xtask/src/workspace.rs").is_some());
        assert!(workspace.packages.iter().all(|package| workspace.paths.contains(&package.manifest())));
    }

    #[test]
    fn dev_dependencies_are_left_out() {
        let json = r#"{"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "features": {}, "dependencies": [
            {"name": "kept", "kind": null, "path": "/r/crates/kept"}, {"name": "built", "kind": "build"},
            {"name": "tested", "kind": "dev"}]}"#;
        let package = package_of(&serde_json::from_str(json).unwrap(), Path::new("/r"));
        let dependencies: Vec<_> =
            package.dependencies.iter().map(|d| (d.name.as_str(), d.folder.as_deref())).collect();
        assert_eq!(dependencies, [("kept", Some("crates/kept")), ("built", None)]);
        assert_eq!(package.manifest(), "crates/a/Cargo.toml");
    }
}
