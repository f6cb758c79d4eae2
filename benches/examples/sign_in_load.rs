//! What a crowd that signs in does to everybody else: 64 connections sign in one after the other without a pause, while
//! one asks `/me`. Application, core and load are this one process, on all cores of the machine.
//!
//! `cargo run --release -p supertokens-benches --example sign_in_load` prints, for each of five runs, how long `/me` took,
//! how many sign-ins were answered, and how much memory the process held at most.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program that measures: what fails is to be seen at once"
)]

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use supertokens::emailpassword::EmailPassword;
use supertokens::session::{Session, SessionError, VerifiedSession, VerifySessionOptions};
use supertokens::{AppInfo, Core, Recipe, SuperTokens};
use tokio::net::{TcpListener, TcpStream};

const CROWD: usize = 64;
const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(2);
const PASSWORD: &str = "correct horse 1";

#[tokio::main]
async fn main() {
    let supertokens = SuperTokens::builder(AppInfo::new("bench", "http://localhost:3001", "http://localhost:3001"))
        .core(Core::embedded(":memory:"))
        .recipes(vec![EmailPassword::new().boxed(), Session::new().boxed()])
        .build()
        .expect("the settings are good");
    let address = serve(supertokens).await;
    let token = sign_up(address).await;

    let idle = memory_kib("VmRSS:");
    println!("memory before the crowd: {} MiB", idle / 1024);
    let mut worst = Vec::new();
    for run in 1..=RUNS {
        let (mut times, outcome) = measure(address, &token).await;
        times.sort_unstable();
        let at = |part: f64| times[(times.len() as f64 * part) as usize].as_micros();
        println!(
            "run {run}: /me {} times, p50 {} us, p99 {} us, p99.9 {} us; sign-ins: {} done, {} told to come back later; \
             at most {} MiB held",
            times.len(),
            at(0.5),
            at(0.99),
            at(0.999),
            outcome.done.load(Ordering::Relaxed),
            outcome.busy.load(Ordering::Relaxed),
            memory_kib("VmHWM:") / 1024,
        );
        worst.push(at(0.99));
    }
    worst.sort_unstable();
    println!("median of the p99 of /me: {} us", worst[RUNS / 2]);
    println!("memory at most, over that before the crowd: {} MiB", (memory_kib("VmHWM:") - idle) / 1024);
}

#[derive(Default)]
struct Outcome {
    done: AtomicU64,
    busy: AtomicU64,
}

async fn measure(address: SocketAddr, token: &str) -> (Vec<Duration>, Arc<Outcome>) {
    let (outcome, is_over) = (Arc::new(Outcome::default()), Arc::new(AtomicBool::new(false)));
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (outcome, is_over) = (outcome.clone(), is_over.clone());
            tokio::spawn(async move {
                let mut connection = connect(address).await;
                while !is_over.load(Ordering::Relaxed) {
                    match ask(&mut connection, credentials("/auth/signin")).await.status() {
                        StatusCode::OK => outcome.done.fetch_add(1, Ordering::Relaxed),
                        _ => {
                            tokio::time::sleep(Duration::from_millis(100)).await;
                            outcome.busy.fetch_add(1, Ordering::Relaxed)
                        }
                    };
                }
            })
        })
        .collect();
    let mut connection = connect(address).await;
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < RUN {
        let request = Request::get("/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
        let asked = Instant::now();
        let response = ask(&mut connection, request.body(Full::default()).unwrap()).await;
        times.push(asked.elapsed());
        assert_eq!(response.status(), StatusCode::OK);
        tokio::time::sleep(PAUSE).await;
    }
    is_over.store(true, Ordering::Relaxed);
    for member in crowd {
        member.await.unwrap();
    }
    (times, outcome)
}

async fn serve(supertokens: SuperTokens) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let supertokens = supertokens.clone();
            tokio::spawn(async move {
                let service = service_fn(|request| async { Ok::<_, Infallible>(supertokens.serve(request, me).await) });
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
            });
        }
    });
    address
}

async fn me(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, SessionError> {
    let (parts, _body) = request.into_parts();
    let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
    Ok(Response::new(Full::new(session.user_id().to_owned().into())))
}

async fn sign_up(address: SocketAddr) -> String {
    let response = ask(&mut connect(address).await, credentials("/auth/signup")).await;
    response.headers()["st-access-token"].to_str().unwrap().to_owned()
}

fn credentials(path: &str) -> Request<Full<Bytes>> {
    let fields = json!([{"id": "email", "value": "ada@example.com"}, {"id": "password", "value": PASSWORD}]);
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header("st-auth-mode", "header")
        .body(Full::new(json!({"formFields": fields}).to_string().into()))
        .unwrap()
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let (sender, connection) = handshake(TokioIo::new(TcpStream::connect(address).await.unwrap())).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(connection: &mut SendRequest<Full<Bytes>>, mut request: Request<Full<Bytes>>) -> Response<Bytes> {
    request.headers_mut().insert(header::HOST, header::HeaderValue::from_static("localhost"));
    connection.ready().await.unwrap();
    let (parts, body) = connection.send_request(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

/// A line of what the kernel says about this process.
fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the line is there");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
