//! The server as the browser SDK's tests see it, over a core on a socket.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use supertokens::kernel::core_client::{CoreTransport, RemoteTimeouts, RemoteTransport};
use supertokens_core::{Config, Core};
use supertokens_core_server::{Limits, serve};
use supertokens_core_sqlite::SqliteStorage;
use tokio::net::TcpListener;

#[tokio::test]
async fn two_applications_in_one_process_are_set_up_each_for_itself() {
    let server = Server::start().await;
    let [first, second] = [server.address(0), server.address(1)];
    let core_url = new_core_app(&server).await;
    let settings = json!({"coreUrl": core_url, "enableAntiCsrf": true, "enableJWT": true});
    assert_eq!(server.post(first, "/test/setup/st", &settings).await.status(), 200);

    let flags = async |address| json_of(&server.send(Method::GET, address, "/featureFlags", &[], "").await);
    assert_eq!(
        (flags(first).await["sessionJwt"].clone(), flags(second).await["sessionJwt"].clone()),
        (json!(true), json!(false))
    );
    let claim = async |address| log_in(&server, address).await.payload["customClaim"].clone();
    assert_eq!(claim(first).await, json!("customValue"));
    assert_eq!(claim(second).await, Value::Null);

    // The settings stay, all but the core's address.
    assert_eq!(server.post(first, "/reinitialiseBackendConfig", &json!({})).await.status(), 200);
    assert_eq!(flags(first).await["sessionJwt"], json!(true));
    assert_eq!(server.post(first, "/test/setup/st", &json!({"coreUrl": "not an address"})).await.status(), 500);
}

#[tokio::test]
async fn a_refresh_is_answered_by_the_applications_own_route_which_counts() {
    let server = Server::start().await;
    let address = server.address(0);
    let session = log_in(&server, address).await;
    let count = async |name: &str| server.send(Method::GET, address, name, &[], "").await.into_body();

    let refused = server.send(Method::POST, address, "/auth/session/refresh", &[("rid", "anti-csrf")], "").await;
    assert_eq!((refused.status().as_u16(), json_of(&refused)), (401, json!({})), "the application's own reply");
    let bearer = format!("Bearer {}", session.refresh_token);
    let refresh = [("rid", "anti-csrf"), ("authorization", &bearer), ("st-auth-mode", "header")];
    let refreshed = server.send(Method::POST, address, "/auth/session/refresh", &refresh, "").await;
    assert_eq!((refreshed.status().as_u16(), &refreshed.body()[..]), (200, &b"refresh success"[..]));
    assert!(refreshed.headers().contains_key("st-access-token"));
    assert_eq!(
        (&count("/refreshAttemptedTime").await[..], &count("/refreshCalledTime").await[..]),
        (&b"2"[..], &b"1"[..])
    );

    server.post(address, "/beforeeach", &json!({})).await;
    assert_eq!(
        (&count("/refreshAttemptedTime").await[..], &count("/refreshCalledTime").await[..]),
        (&b"0"[..], &b"0"[..])
    );
}

#[tokio::test]
async fn a_payload_is_replaced_at_once_or_behind_the_token() {
    let server = Server::start().await;
    let address = server.address(0);
    let session = log_in(&server, address).await;
    let bearer = format!("Bearer {}", session.access_token);
    let with_session = [("authorization", bearer.as_str()), ("content-type", "application/json")];

    let updated = server.send(Method::POST, address, "/update-jwt", &with_session, r#"{"a": 1}"#).await;
    assert_eq!((&json_of(&updated)["a"], &front_token(&updated)["up"]["a"]), (&json!(1), &json!(1)));
    let behind = server.send(Method::POST, address, "/update-jwt-with-handle", &with_session, r#"{"b": 2}"#).await;
    assert!(json_of(&behind).get("b").is_none() && !behind.headers().contains_key("front-token"));
    let claims = server.send(Method::POST, address, "/session-claims-error", &with_session, "").await;
    assert_eq!(claims.status(), 403);
    assert_eq!(json_of(&claims)["claimValidationErrors"][0]["reason"], json!({"message": "testReason"}));
}

#[tokio::test]
async fn an_interface_that_the_core_no_longer_speaks_is_not_implemented() {
    let server = Server::start().await;
    let refused = server.post(server.address(0), "/login-2.18", &json!({"userId": "user-1"})).await;
    assert_eq!(refused.status(), 501);
    let reason = String::from_utf8(refused.into_body().to_vec()).unwrap();
    assert!(reason.contains("2.18"), "{reason}");
}

#[tokio::test]
async fn the_website_may_ask_from_its_own_origin() {
    let server = Server::start().await;
    let asked = server.send(Method::OPTIONS, server.address(1), "/login", &[("origin", server.address(0))], "").await;
    let header = |name: &str| asked.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(asked.status(), 204);
    assert_eq!(header("access-control-allow-origin"), server.address(0));
    assert_eq!(header("access-control-allow-credentials"), "true");
    assert_eq!(header("access-control-allow-methods"), "GET,PUT,POST,DELETE");
    assert!(header("access-control-allow-headers").starts_with("content-type,"));
    assert!(header("access-control-allow-headers").contains("st-auth-mode"));

    let keys = server.send(Method::GET, server.address(1), "/auth/jwt/jwks.json", &[], "").await;
    assert_eq!(keys.headers()["access-control-allow-origin"], "*", "the keys are for everybody");
}

/// The program with two applications, and a core for them.
struct Server {
    program: Child,
    addresses: Vec<String>,
    client: RemoteTransport,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let core = format!("http://{}", listener.local_addr().unwrap());
        let storage = SqliteStorage::memory().unwrap();
        let in_process = Core::builder(storage).config(Config::default()).build().unwrap();
        tokio::spawn(serve(listener, in_process, Limits::default(), std::future::pending()));

        let mut program = Command::new(env!("CARGO_BIN_EXE_browser-sdk-conformance"))
            .args(["--port", "0", "--port", "0", "--core", &core])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines().take(2);
        let addresses = lines.map(|line| line.unwrap().replace("listening on ", "")).collect();
        Self { program, addresses, client: RemoteTransport::new(RemoteTimeouts::default()).unwrap() }
    }

    fn address(&self, index: usize) -> &str {
        &self.addresses[index]
    }

    async fn post(&self, address: &str, path: &str, body: &Value) -> Response<Bytes> {
        let json = [("content-type", "application/json"), ("st-auth-mode", "header")];
        self.send(Method::POST, address, path, &json, &body.to_string()).await
    }

    async fn send(
        &self,
        method: Method,
        address: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(format!("{address}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.send(request.body(Bytes::from(body.to_owned())).unwrap()).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

struct LoggedIn {
    access_token: String,
    refresh_token: String,
    payload: Value,
}

async fn log_in(server: &Server, address: &str) -> LoggedIn {
    let response = server.post(address, "/login", &json!({"userId": "user-1"})).await;
    assert_eq!((response.status().as_u16(), &response.body()[..]), (200, &b"user-1"[..]));
    let token = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    LoggedIn {
        access_token: token("st-access-token"),
        refresh_token: token("st-refresh-token"),
        payload: front_token(&response)["up"].clone(),
    }
}

async fn new_core_app(server: &Server) -> String {
    let app = json!({"appId": "a1", "coreConfig": {"access_token_validity": "60"}});
    let response = server.post(server.address(0), "/test/setup/app", &app).await;
    assert_eq!(response.status(), 200);
    let address = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(address.ends_with("/appid-a1"), "{address}");
    address
}

fn front_token(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(&STANDARD.decode(response.headers()["front-token"].as_bytes()).unwrap()).unwrap()
}

fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}
