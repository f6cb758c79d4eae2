//! The server of the peer comparison: `/ping` without the SDK, `/ping-mw` through it, `/me` with a verified session.
//!
//! `cargo run --release -p supertokens-benches --example hyper_server -- --port 4006 --core http://127.0.0.1:3599`, or
//! with the core inside: `--database core.db`. `docs/benchmarks.md` says what it is loaded with.
#![allow(clippy::expect_used, reason = "a program that measures: what fails is to be seen at once")]

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Parser;
use http::{Request, Response, header};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde_json::value::RawValue;
use supertokens::session::{CreateNewSession, Session, SessionError, VerifiedSession, VerifySessionOptions};
use supertokens::{AppBody, Core, SuperTokens};
use supertokens_benches::application;
use tokio::net::TcpListener;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 4006)]
    port: u16,
    /// The connection URI of a core.
    #[arg(long, required_unless_present = "database")]
    core: Option<String>,
    /// The database of an embedded core, in place of another.
    #[arg(long, conflicts_with = "core")]
    database: Option<PathBuf>,
    /// Makes sessions, writes their access tokens to `--tokens`, one a line, and ends.
    #[arg(long, requires = "tokens")]
    make_tokens: Option<usize>,
    #[arg(long)]
    tokens: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let core = match (arguments.core, arguments.database) {
        (Some(uri), _) => Core::remote(uri),
        (None, Some(database)) => Core::embedded(database),
        (None, None) => return Err("neither --core nor --database".into()),
    };
    let supertokens = application(core);
    if let (Some(count), Some(path)) = (arguments.make_tokens, arguments.tokens) {
        std::fs::write(path, make_tokens(&supertokens, count).await?)?;
        supertokens.shutdown().await;
        return Ok(());
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let supertokens = supertokens.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(&supertokens, request));
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
        });
    }
}

async fn answer(
    supertokens: &SuperTokens,
    request: Request<Incoming>,
) -> Result<Response<AppBody<Full<Bytes>>>, Infallible> {
    if request.uri().path() == "/ping" {
        return Ok(json(&Ping { ok: true }).map(Either::Right));
    }
    Ok(supertokens.serve(request, route).await)
}

async fn route(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, SessionError> {
    if request.uri().path() == "/me" { me(request).await } else { Ok(json(&Ping { ok: true })) }
}

async fn me(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, SessionError> {
    let (parts, _body) = request.into_parts();
    // The payload as it stands in the token: it only passes through.
    let session: VerifiedSession<Box<RawValue>> =
        VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
    Ok(json(&Me { user_id: session.user_id(), payload: &session.claims }))
}

#[derive(Serialize)]
struct Ping {
    ok: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Me<'s> {
    user_id: &'s str,
    payload: &'s RawValue,
}

fn json(body: &impl Serialize) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(serde_json::to_vec(body).expect("writable").into()));
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

async fn make_tokens(supertokens: &SuperTokens, count: usize) -> Result<String, SessionError> {
    let sessions = Session::of(supertokens)?;
    let mut tokens = String::new();
    for number in 0..count {
        let new = CreateNewSession::new("public", format!("user-{number}"));
        let session = sessions.create_new_session_without_request_response(new).await?;
        let _ = writeln!(tokens, "{}", session.access_token());
    }
    Ok(tokens)
}
