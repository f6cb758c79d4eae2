//! A core that answers out of constants, over HTTP, so that programs can be measured without the official SDKs' files.
//!
//! `cargo run --release -p supertokens-benches --example stub_core -- --port 3599 --tokens tokens.txt`: writes access
//! tokens that its keys verify, one a line, and then serves.
#![allow(clippy::expect_used, reason = "a program that measures: what fails is to be seen at once")]

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use bytes::Bytes;
use clap::Parser;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use supertokens::CoreTransport;
use supertokens_benches::{CoreDouble, Keys};
use tokio::net::TcpListener;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 3599)]
    port: u16,
    /// Where the tokens are written to.
    #[arg(long)]
    tokens: PathBuf,
    /// How many.
    #[arg(long, default_value_t = 1000)]
    count: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let keys = Keys::generate();
    let mut tokens = String::new();
    for _ in 0..arguments.count {
        writeln!(tokens, "{}", keys.access_token())?;
    }
    std::fs::write(arguments.tokens, tokens)?;
    let double = CoreDouble::new(&keys);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let double = double.clone();
        tokio::spawn(async move {
            let service = service_fn(|request: http::Request<hyper::body::Incoming>| {
                let double = double.clone();
                async move {
                    let (parts, body) = request.into_parts();
                    let request = http::Request::from_parts(parts, body.collect().await?.to_bytes());
                    let mut response = double.send(request).await.expect("the double answers").map(Full::<Bytes>::new);
                    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    Ok::<_, hyper::Error>(response)
                }
            });
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
        });
    }
}
