//! The program is killed at any moment, and what it acknowledged is there.

use std::{
    collections::HashSet,
    path::Path,
    sync::mpsc::{self, Receiver},
    thread,
};

use serde_json::Value;

use crate::{
    client::{Client, new_session},
    program::Program,
};

const WRITERS: usize = 4;

/// How often the program is killed: a few times usually, as often as `CRASH_ROUNDS` says for a thorough run.
fn rounds() -> usize {
    std::env::var("CRASH_ROUNDS").map_or(20, |rounds| rounds.parse().expect("CRASH_ROUNDS is a number"))
}

#[test]
fn a_killed_program_has_lost_no_session_that_it_acknowledged_and_has_none_by_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    let mut acknowledged = HashSet::new();
    for round in 0..rounds() {
        acknowledged.extend(write_and_kill(&path, round));
        check(&path, round, &acknowledged);
        acknowledged.clear();
    }
}

/// Makes sessions from several connections, kills the program between two acknowledgements, and returns the handles that
/// were acknowledged.
fn write_and_kill(path: &Path, round: usize) -> Vec<String> {
    let mut program = Program::start(path);
    let (sender, receiver): (_, Receiver<String>) = mpsc::channel();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (mut client, acknowledge) = (program.client(), sender.clone());
            thread::spawn(move || {
                while let Some(handle) = create(&mut client, round) {
                    if acknowledge.send(handle).is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    drop(sender);
    // Never the same moment, and always one at which the others are writing.
    let mut handles: Vec<_> = receiver.iter().take(1 + round % 37).collect();
    program.kill();
    handles.extend(receiver.iter());
    for writer in writers {
        writer.join().unwrap();
    }
    handles
}

/// Makes a session. `None` when the program is gone.
fn create(client: &mut Client, round: usize) -> Option<String> {
    let answer = client.post("/recipe/session", &new_session(&user(round))).ok()?;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["status"], "OK", "{body}");
    Some(body["session"]["handle"].as_str().unwrap().to_owned())
}

fn check(path: &Path, round: usize, acknowledged: &HashSet<String>) {
    let program = Program::start(path);
    let mut client = program.client();
    let mut get = |path: &str| -> Value { serde_json::from_str(&client.get(path).unwrap().body).unwrap() };
    let user = user(round);
    let listed = get(&format!("/recipe/session/user?userId={user}"));
    let listed: HashSet<_> =
        listed["sessionHandles"].as_array().unwrap().iter().map(|handle| handle.as_str().unwrap().to_owned()).collect();
    let lost: Vec<_> = acknowledged.difference(&listed).collect();
    assert!(lost.is_empty(), "round {round}: {} of {} are lost", lost.len(), acknowledged.len());
    assert!(listed.len() <= acknowledged.len() + WRITERS, "one per writer may have been unheard");
    for handle in &listed {
        let session = get(&format!("/recipe/session?sessionHandle={handle}"));
        assert_eq!(session["status"], "OK", "{session}");
        assert_eq!(session["userDataInDatabase"]["of"], *user, "{session}");
        assert_eq!(session["userDataInJWT"]["role"], "admin", "{session}");
    }
}

fn user(round: usize) -> String {
    format!("user-of-round-{round}")
}
