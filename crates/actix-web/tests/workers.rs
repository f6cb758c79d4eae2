//! Several workers, one application.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use supertokens_actix_web::{AuthRequest, Error, SuperTokensMiddleware, VerifiedSession};
use supertokens_session::{CreateNewSession, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const WORKERS: usize = 2;

async fn create(auth: AuthRequest) -> Result<(), Error> {
    let new = CreateNewSession::new("public", "user-1");
    Session::of(&auth)?.create_new_session(&auth.exchange, new).await?;
    Ok(())
}

/// Where every worker waits for the others. Should they never come, a request fails, and does not hang.
#[derive(Default)]
struct Meeting {
    arrived: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    fn wait(&self) {
        let mut arrived = self.arrived.lock().unwrap();
        *arrived += 1;
        let round = arrived.div_ceil(WORKERS);
        self.changed.notify_all();
        let all = |arrived: &mut usize| *arrived < round * WORKERS;
        let (_arrived, waited) = self.changed.wait_timeout_while(arrived, Duration::from_secs(30), all).unwrap();
        assert!(!waited.timed_out(), "one worker got both requests");
    }
}

/// Answers when every worker is at this: none of them can have answered for another.
async fn together(session: VerifiedSession, meeting: web::Data<Meeting>) -> String {
    meeting.wait();
    format!("{} in {:?}", session.user_id(), std::thread::current().id())
}

async fn revoke(session: VerifiedSession) -> Result<(), Error> {
    Ok(session.revoke_session().await?)
}

struct AskTheCore;

impl supertokens_actix_web::SessionOptions for AskTheCore {
    fn options() -> supertokens_session::VerifySessionOptions {
        supertokens_session::VerifySessionOptions::new().check_database(true)
    }
}

async fn strict(session: VerifiedSession<serde_json::Value, AskTheCore>, meeting: web::Data<Meeting>) -> String {
    meeting.wait();
    session.user_id().to_owned()
}

async fn ask(address: SocketAddr, request: &str, session: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n{session}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[actix_web::test]
async fn workers_share_one_instance_and_with_it_one_core() {
    let supertokens = support::supertokens();
    let shared = supertokens.clone();
    let meeting = web::Data::new(Meeting::default());
    let app = move || {
        App::new()
            .app_data(meeting.clone())
            .route("/sign-in", web::post().to(create))
            .route("/together", web::get().to(together))
            .route("/strict", web::get().to(strict))
            .route("/revoke", web::post().to(revoke))
            .wrap(SuperTokensMiddleware::new(shared.clone()))
    };
    let server = HttpServer::new(app).workers(WORKERS).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.disable_signals().run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);

    let created = ask(address, "POST /sign-in", "").await;
    let token = created.split("st-access-token: ").nth(1).and_then(|rest| rest.lines().next()).expect("a token");
    let session = format!("Authorization: Bearer {token}\r\n");
    let both = async |path: &str| tokio::join!(ask(address, path, &session), ask(address, path, &session));

    let (one, other) = both("GET /together").await;
    let threads: HashSet<_> = [&one, &other].map(|answer| answer.rsplit("user-1 in ").next()).into();
    assert_eq!(threads.len(), WORKERS, "{one}\n{other}");
    let (one, other) = both("GET /strict").await;
    assert!(one.ends_with("user-1") && other.ends_with("user-1"), "{one}\n{other}");

    ask(address, "POST /revoke", &session).await;
    let (one, other) = both("GET /strict").await;
    for answer in [one, other] {
        assert!(answer.starts_with("HTTP/1.1 401 "), "whoever ended the session, nobody takes it: {answer}");
    }
    handle.stop(true).await;
    running.await.unwrap().unwrap();
}
