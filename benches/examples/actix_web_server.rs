//! The server of the peer comparison in actix-web: `/ping` without the SDK, `/ping-mw` through the middleware, `/me` with a
//! verified session.
//!
//! `cargo run --release -p supertokens-benches --example actix_web_server -- --port 4008 --core http://127.0.0.1:3599`.
//! `docs/benchmarks.md` says what it is loaded with.

use std::net::Ipv4Addr;

use actix_web::web::{self, Json};
use actix_web::{App, HttpServer};
use clap::Parser;
use serde::Serialize;
use serde_json::value::RawValue;
use supertokens::Core;
use supertokens::actix_web::{SuperTokensMiddleware, VerifiedSession};
use supertokens_benches::application;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 4008)]
    port: u16,
    /// The connection URI of a core.
    #[arg(long)]
    core: String,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let supertokens = application(Core::remote(arguments.core));
    let app = move || {
        let through_the_middleware = web::scope("")
            .route("/ping-mw", web::get().to(ping))
            .route("/me", web::get().to(me))
            .wrap(SuperTokensMiddleware::new(supertokens.clone()));
        App::new().route("/ping", web::get().to(ping)).service(through_the_middleware)
    };
    // One worker: it has one core.
    let server = HttpServer::new(app).workers(1).bind((Ipv4Addr::LOCALHOST, arguments.port))?;
    Ok(server.run().await?)
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
