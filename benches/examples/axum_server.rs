//! The server of the peer comparison in axum: `/ping` without the SDK, `/ping-mw` through the layer, `/me` with a verified
//! session.
//!
//! `cargo run --release -p supertokens-benches --example axum_server -- --port 4007 --core http://127.0.0.1:3599`.
//! `docs/benchmarks.md` says what it is loaded with.

use std::net::Ipv4Addr;

use axum::routing::get;
use axum::{Json, Router};
use clap::Parser;
use serde::Serialize;
use serde_json::value::RawValue;
use supertokens::Core;
use supertokens::axum::{SuperTokensLayer, VerifiedSession};
use supertokens_benches::application;
use tokio::net::TcpListener;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 4007)]
    port: u16,
    /// The connection URI of a core.
    #[arg(long)]
    core: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let layer = SuperTokensLayer::new(application(Core::remote(arguments.core)));
    let through_the_layer = Router::new().route("/ping-mw", get(ping)).route("/me", get(me)).layer(layer);
    let router = Router::new().route("/ping", get(ping)).merge(through_the_layer);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    Ok(axum::serve(listener, router).await?)
}

#[derive(Serialize)]
struct Ping {
    ok: bool,
}

async fn ping() -> Json<Ping> {
    Json(Ping { ok: true })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Me {
    user_id: String,
    payload: Box<RawValue>,
}

async fn me(session: VerifiedSession<Box<RawValue>>) -> Json<Me> {
    let user_id = session.user_id().to_owned();
    // The payload as it stands in the token: it only passes through.
    Json(Me { user_id, payload: session.into_inner().claims })
}
