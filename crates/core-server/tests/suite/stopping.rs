//! How the program ends.
#![cfg(unix)]

use std::process::{Command, Stdio};

use crate::{
    client::{Client, new_session},
    program::{Program, command},
};

/// Sends a signal to one program, by its id.
fn signal(program: &Program, name: &str) {
    let kill = format!("kill -{name} {}", program.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[test]
fn a_request_that_is_under_way_is_answered_before_the_program_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stopped.db");
    let mut program = Program::start(&path);
    let mut client = program.client();
    let body = new_session("user");
    let length = body.len();
    // The server asks for the body when it has begun to work on the request.
    client
        .send(format!(
            "POST /recipe/session HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\nexpect: 100-continue\r\n\r\n"
        ))
        .unwrap();
    assert_eq!(client.answer().unwrap().status, 100);
    let mut idle = program.client();
    assert_eq!(idle.get("/hello").unwrap().status, 200);

    signal(&program, "TERM");
    assert_eq!(idle.rest(), "", "an idle connection is closed");
    assert!(Client::connect(program.address).is_err(), "nothing is accepted any more");
    client.send(body).unwrap();
    let answer = client.answer().unwrap();
    assert_eq!((answer.status, answer.closes), (200, true), "{}", answer.body);
    assert!(program.wait().success());

    // All of it lies in the one file, and the lock is free.
    let leftovers = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut leftovers: Vec<_> = leftovers.collect();
    leftovers.sort();
    assert_eq!(leftovers, ["stopped.db", "stopped.db-lock"]);
    let program = Program::start(&path);
    let sessions = program.client().get("/recipe/session/user?userId=user").unwrap();
    assert_eq!(sessions.body.matches('-').count(), 4, "one session, whose handle is a UUID: {}", sessions.body);
}

#[test]
fn both_signals_end_it_with_success() {
    for name in ["TERM", "INT"] {
        let mut program = Program::in_memory();
        signal(&program, name);
        assert!(program.wait().success(), "SIG{name}");
    }
}

#[test]
fn ending_while_the_first_keys_are_made_is_no_error() {
    // Making keys takes far longer than the signal does.
    let mut program = Program::spawn(command().args(["--database", ":memory:"]).stderr(Stdio::piped()));
    signal(&program, "TERM");
    assert_eq!(program.log(), "");
    assert!(program.wait().success());
}
