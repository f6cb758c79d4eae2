//! Where the configuration comes from, and what a wrong one says.

use std::{net::TcpListener, path::Path, process::Command};

use crate::{
    client::new_session,
    program::{Program, command, refusal},
};

fn with_config(path: &Path) -> Command {
    let mut command = command();
    command.args(["--database", ":memory:", "--config"]).arg(path);
    command
}

#[test]
fn beyond_loopback_it_refuses_to_listen_without_an_api_key() {
    let said = refusal(command().args(["--host", "0.0.0.0", "--database", ":memory:"]));
    assert!(said.contains("0.0.0.0 can be reached from other machines, and there is no API key"), "{said}");
    assert!(said.contains("API_KEYS"), "{said}");
    let said = refusal(command().args(["--database", ":memory:"]).env("SUPERTOKENS_HOST", "::"));
    assert!(said.contains("no API key"), "{said}");
}

#[test]
fn beyond_loopback_it_listens_with_an_api_key() {
    let program = Program::spawn(
        command().args(["--host", "0.0.0.0", "--database", ":memory:"]).env("API_KEYS", "a-key-of-twenty-characters"),
    );
    assert!(program.address.ip().is_unspecified());
}

#[test]
fn a_config_file_is_read_and_a_wrong_one_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, "core_config_version: 0\naccess_token_validity: 77\nbase_path: /core\n").unwrap();
    let mut with_file = with_config(&path);
    let program = Program::spawn(&mut with_file);
    assert_eq!(program.client().get("/core/hello").unwrap().status, 200);
    let session = program.client().post("/core/recipe/session", &new_session("user")).unwrap();
    let session: serde_json::Value = serde_json::from_str(&session.body).unwrap();
    let lives_ms =
        session["accessToken"]["expiry"].as_u64().unwrap() - session["accessToken"]["createdTime"].as_u64().unwrap();
    assert!((70_000..=77_000).contains(&lives_ms), "77 s less the random part, not {lives_ms} ms");

    std::fs::write(&path, "access_token_validty: 77\n").unwrap();
    let said = refusal(&mut with_file);
    assert!(said.contains("config.yaml is wrong: Invalid config key: access_token_validty"), "{said}");

    std::fs::remove_file(&path).unwrap();
    let said = refusal(&mut with_file);
    assert!(said.contains("config.yaml") && said.contains("could not be read"), "{said}");
}

#[test]
fn the_command_line_comes_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, "host: host-of-the-file\nbase_path: /of-the-file\n").unwrap();
    let mut with_file = with_config(&path);
    assert!(refusal(&mut with_file).contains("the address host-of-the-file is unknown"));

    with_file.env("SUPERTOKENS_HOST", "host-of-the-environment").env("BASE_PATH", "/of-the-environment");
    assert!(refusal(&mut with_file).contains("the address host-of-the-environment is unknown"));

    let program = Program::spawn(with_file.args(["--host", "127.0.0.1"]));
    assert_eq!(program.client().get("/of-the-environment/hello").unwrap().status, 200);
    assert_eq!(program.client().get("/of-the-file/hello").unwrap().status, 404);
}

#[test]
fn a_wrong_environment_is_refused_and_no_key_is_repeated() {
    let said = refusal(command().env("API_KEYS", "secret_short"));
    assert!(said.contains("the environment is wrong: One of the API keys is too short"), "{said}");
    assert!(!said.contains("secret_short"), "{said}");
}

#[test]
fn short_lives_are_for_the_test_mode() {
    let with_short_life = || {
        let mut command = command();
        command.args(["--database", ":memory:"]).env("ACCESS_TOKEN_DYNAMIC_SIGNING_KEY_UPDATE_INTERVAL", "0.001");
        command
    };
    assert!(refusal(&mut with_short_life()).contains("1 hour"));
    Program::spawn(with_short_life().arg("--test-mode"));
}

#[test]
fn a_file_of_short_lives_is_for_the_test_mode_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, "access_token_dynamic_signing_key_update_interval: 0.001\n").unwrap();
    assert!(refusal(&mut with_config(&path)).contains("1 hour"));
    Program::spawn(with_config(&path).arg("--test-mode"));
}

#[test]
fn a_file_and_the_environment_must_fit_only_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, "access_token_validity: 7200\nrefresh_token_validity: 100\n").unwrap();
    assert!(refusal(&mut with_config(&path)).contains("strictly greater than 'access_token_validity'"));
    Program::spawn(with_config(&path).env("REFRESH_TOKEN_VALIDITY", "200"));
}

#[test]
fn a_port_that_is_taken_is_named_with_its_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refusal(command().args(["--database", ":memory:", "--port", &port]));
    assert!(said.contains(&format!("127.0.0.1:{port} cannot be listened on")) && said.contains("--port"), "{said}");
}
