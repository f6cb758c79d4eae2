//! The database file: whose it is, and who may read it.

use std::fs;

use crate::{
    client::new_session,
    program::{Program, command, refusal},
};

#[test]
fn a_second_program_on_the_same_database_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let first = Program::start(&path);
    let said = refusal(command().arg("--database").arg(&path));
    assert!(said.contains("shared.db is in use by another process"), "{said}");
    assert!(said.contains("let both processes use"), "{said}");
    assert_eq!(first.client().get("/hello").unwrap().status, 200);
}

#[cfg(unix)]
#[test]
fn the_files_of_a_database_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private.db");
    let program = Program::start(&path);
    assert_eq!(program.client().post("/recipe/session", &new_session("user")).unwrap().status, 200);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["private.db", "private.db-lock", "private.db-shm", "private.db-wal"]);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(
        &path,
        "these are notes, and more than a hundred bytes of them, so that they look like a file ".repeat(9),
    )
    .unwrap();
    let before = fs::read(&path).unwrap();
    let said = refusal(command().arg("--database").arg(&path));
    assert!(said.contains("notes.txt is damaged"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_in_a_folder_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(command().arg("--database").arg(folder.path().join("missing").join("a.db")));
    assert!(said.contains("check that its directory exists"), "{said}");
}
