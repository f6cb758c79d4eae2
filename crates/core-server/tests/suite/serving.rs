//! What a running program answers.

use serde_json::Value;

use crate::{
    client::{Client, new_session, post_request},
    program::{Program, command},
};

const KEY: &str = "a-key-of-twenty-characters";

#[test]
fn it_says_where_it_listens_and_with_which_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("here.db");
    let program = Program::start(&path);
    let address = program.address;
    let expected = format!("supertokens-core listens on http://{address} (database: {})\n", path.display());
    assert_eq!(program.announcement, expected);
    assert!(address.ip().is_loopback());
}

#[test]
fn it_greets_and_makes_sessions_over_one_connection() {
    let program = Program::in_memory();
    let mut client = program.client();
    let hello = client.get("/hello").unwrap();
    assert_eq!((hello.status, &*hello.body, hello.closes), (200, "Hello\n", false));

    let session: Value =
        serde_json::from_str(&client.post("/recipe/session", &new_session("user")).unwrap().body).unwrap();
    assert_eq!(session["status"], "OK");
    let handle = session["session"]["handle"].as_str().unwrap();
    let found = client.get(&format!("/recipe/session?sessionHandle={handle}")).unwrap();
    let found: Value = serde_json::from_str(&found.body).unwrap();
    assert_eq!(found["userDataInDatabase"]["of"], "user");
}

#[test]
fn requests_that_are_no_use_of_the_interface_are_refused_and_the_connection_lives_on() {
    let program = Program::in_memory();
    let mut client = program.client();
    for (request, status) in [
        ("PATCH /hello HTTP/1.1\r\nhost: a\r\n\r\n", 501),
        ("GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n", 404),
        ("DELETE /recipe/session HTTP/1.1\r\nhost: a\r\n\r\n", 405),
        ("POST /recipe/session HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n[]", 400),
        ("POST /recipe/session HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        ("GET http://other.test/hello HTTP/1.1\r\nhost: a\r\n\r\n", 200),
    ] {
        client.send(request).unwrap();
        assert_eq!(client.answer().unwrap().status, status, "{request}");
    }
}

#[test]
fn what_is_no_http_is_refused() {
    let program = Program::in_memory();
    for request in ["\u{0}\u{1}\u{2}\r\n\r\n", "GET /hello SMTP/1.1\r\n\r\n", "GET /hello HTTP/1.1\r\na b: c\r\n\r\n"] {
        let mut client = program.client();
        client.send(request).unwrap();
        let answer = client.rest();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert_eq!(program.client().get("/hello").unwrap().status, 200);
}

#[test]
fn with_api_keys_a_request_needs_one_of_them() {
    let program = Program::spawn(
        command().args(["--database", ":memory:"]).env("API_KEYS", format!("another-key-of-20-chars,{KEY}")),
    );
    let ask = |headers: &str| {
        let mut client: Client = program.client();
        client.send(post_request("/recipe/session", headers, &new_session("user"))).unwrap();
        client.answer().unwrap()
    };
    let without = ask("");
    assert_eq!((without.status, &*without.body), (401, "Invalid API key\n"));
    assert_eq!(ask("api-key: not-the-key-of-20-characters\r\n").status, 401);
    assert_eq!(ask(&format!("api-key: {KEY}\r\n")).status, 200);
    assert_eq!(ask("api-key: another-key-of-20-chars\r\n").status, 200);
    assert_eq!(program.client().get("/hello").unwrap().status, 200, "for health checks");
}

#[test]
fn many_clients_at_once_are_all_answered() {
    let program = Program::in_memory();
    std::thread::scope(|scope| {
        for user in 0..32 {
            let program = &program;
            scope.spawn(move || {
                let mut client = program.client();
                for _ in 0..5 {
                    let answer = client.post("/recipe/session", &new_session(&format!("user-{user}"))).unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            });
        }
    });
}
