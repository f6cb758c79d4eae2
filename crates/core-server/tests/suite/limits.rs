//! Clients that send too much, or too slowly, to a server with limits that a test can wait for.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use supertokens_core::{Core, MAX_BODY_BYTES};
use supertokens_core_server::{Limits, serve};
use supertokens_core_sqlite::SqliteStorage;
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};

use crate::client::{Client, new_session, post_request};

/// A server in this process. It ends with this value.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<thread::JoinHandle<()>>,
}

impl Server {
    fn start(change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        let core = Core::builder(SqliteStorage::memory().unwrap()).build().unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = thread::spawn(move || {
            runtime.block_on(async {
                serve(listener, core.clone(), limits, async {
                    let _ = stopped.await;
                })
                .await;
                core.shutdown().await;
            });
        });
        Self { address, stop: Some(stop), serving: Some(serving) }
    }

    fn client(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

const SHORT: Duration = Duration::from_millis(200);

#[test]
fn a_head_that_is_too_long_is_refused() {
    let server = Server::start(|limits| limits.max_head_bytes = 8 * 1024);
    let mut client = server.client();
    client.send(format!("GET /hello HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(7_000))).unwrap();
    assert_eq!(client.answer().unwrap().status, 200);
    client.send(format!("GET /hello HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(9_000))).unwrap();
    assert!(client.rest().starts_with("HTTP/1.1 431 "));
    let mut client = server.client();
    let many: String = (0..200).map(|n| format!("x{n}: y\r\n")).collect();
    client.send(format!("GET /hello HTTP/1.1\r\nhost: a\r\n{many}\r\n")).unwrap();
    assert!(client.rest().starts_with("HTTP/1.1 431 "));
}

#[test]
fn a_body_that_is_too_long_is_refused_and_the_client_can_read_that() {
    let server = Server::start(|_| {});
    for length in [MAX_BODY_BYTES + 1, 3 * MAX_BODY_BYTES] {
        let mut client = server.client();
        let answer = client.post("/recipe/session", &"x".repeat(length)).unwrap();
        let message = format!("The body must have at most {MAX_BODY_BYTES} bytes\n");
        assert_eq!((answer.status, answer.body, answer.closes), (413, message, true));
        assert_eq!(client.rest(), "");
    }
    let fits = server.client().post("/recipe/session", &"x".repeat(MAX_BODY_BYTES)).unwrap();
    assert_eq!(fits.status, 400, "it is read, and no JSON");
}

#[test]
fn a_body_that_says_no_length_is_refused_when_it_gets_too_long() {
    let server = Server::start(|limits| limits.max_body_bytes = 1000);
    let mut client = server.client();
    client.send("POST /recipe/session HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    client.send(format!("1f4\r\n{}\r\n", "x".repeat(500))).unwrap();
    client.send(format!("1f5\r\n{}\r\n0\r\n\r\n", "x".repeat(501))).unwrap();
    assert_eq!(client.answer().unwrap().status, 413);
}

#[test]
fn a_body_that_goes_on_for_ever_is_cut_off() {
    let server = Server::start(|limits| limits.max_body_bytes = 1000);
    let mut client = server.client();
    client.send("POST /recipe/session HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    let begin = Instant::now();
    while client.send(format!("400\r\n{}\r\n", "x".repeat(1024))).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(15), "it goes on for ever");
    }
}

#[test]
fn a_client_that_asks_first_sends_no_body_that_is_too_long() {
    let server = Server::start(|limits| limits.max_body_bytes = 1000);
    let mut client = server.client();
    client
        .send("POST /recipe/session HTTP/1.1\r\nhost: a\r\ncontent-length: 1001\r\nexpect: 100-continue\r\n\r\n")
        .unwrap();
    assert_eq!(client.answer().unwrap().status, 413);
    assert_eq!(client.rest(), "");
}

#[test]
fn a_client_that_begins_no_request_is_closed() {
    let server = Server::start(|limits| limits.head_timeout = SHORT);
    assert_eq!(server.client().rest(), "");
}

#[test]
fn a_client_that_sends_its_head_byte_by_byte_is_closed() {
    let server = Server::start(|limits| limits.head_timeout = SHORT);
    let mut client = server.client();
    // Also on a connection that has been of use before.
    assert_eq!(client.get("/hello").unwrap().status, 200);
    client.send("GET /hello HTTP/1.1\r\nx: ").unwrap();
    let begin = Instant::now();
    while client.send("y").is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it goes on for ever");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_client_that_sends_its_body_too_slowly_is_refused() {
    let server = Server::start(|limits| limits.body_timeout = SHORT);
    let mut client = server.client();
    client.send("POST /recipe/session HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{").unwrap();
    let answer = client.answer().unwrap();
    assert_eq!((answer.status, answer.closes), (408, true));
    assert_eq!(client.rest(), "");
}

#[test]
fn a_connection_that_is_idle_for_long_is_closed() {
    let server = Server::start(|limits| limits.idle_timeout = SHORT);
    let mut client = server.client();
    assert_eq!(client.get("/hello").unwrap().status, 200);
    assert_eq!(client.rest(), "");
}

#[test]
fn a_client_that_takes_no_answers_does_not_hold_its_connection() {
    let server = Server::start(|limits| limits.idle_timeout = SHORT);
    let mut client = server.client();
    // Answers until the buffers of both ends are full; then the server reads no more either, and gives up.
    let requests = "GET /apiversion HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100);
    let begin = Instant::now();
    while client.send(&requests).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it goes on for ever");
    }
}

#[test]
fn a_connection_beyond_the_limit_waits_for_a_request_to_end() {
    let server = Server::start(|limits| limits.max_connections = 1);
    let mut first = server.client();
    let body = new_session("user");
    let request = post_request("/recipe/session", "expect: 100-continue\r\n", &body);
    first.send(request.strip_suffix(&body).unwrap()).unwrap();
    assert_eq!(first.answer().unwrap().status, 100);
    let mut second = server.client();
    second.send("GET /hello HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    first.send(body).unwrap();
    assert_eq!(first.answer().unwrap().status, 200, "the first goes on");
    drop(first);
    assert_eq!(second.answer().unwrap().status, 200);
}

#[test]
fn an_idle_connection_makes_room_for_one_that_waits() {
    let server = Server::start(|limits| limits.max_connections = 1);
    let mut idle = server.client();
    assert_eq!(idle.get("/hello").unwrap().status, 200);
    assert_eq!(server.client().get("/hello").unwrap().status, 200);
    assert_eq!(idle.rest(), "");
}

#[test]
fn no_number_of_connections_is_too_high_or_too_low() {
    for max_connections in [0, usize::MAX] {
        let server = Server::start(|limits| limits.max_connections = max_connections);
        assert_eq!(server.client().get("/hello").unwrap().status, 200);
    }
}

#[test]
fn slow_clients_do_not_hold_up_others() {
    let server = Server::start(|_| {});
    let slow: Vec<_> = (0..100)
        .map(|_| {
            let mut client = server.client();
            client.send("POST /recipe/session HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{").unwrap();
            client
        })
        .collect();
    assert_eq!(server.client().post("/recipe/session", &new_session("user")).unwrap().status, 200);
    drop(slow);
}

#[test]
fn stopping_does_not_wait_for_ever_for_a_request() {
    let mut server = Server::start(|limits| limits.drain_timeout = SHORT);
    let mut client = server.client();
    let request = post_request("/recipe/session", "expect: 100-continue\r\n", "");
    client.send(request.replace("content-length: 0", "content-length: 100")).unwrap();
    assert_eq!(client.answer().unwrap().status, 100);
    server.stop();
    assert_eq!(client.rest(), "");
}
