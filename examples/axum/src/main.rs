//! A session with the application's own data in it, in axum: the page and its API in one program.
//!
//! Start it with `cargo run -p example-axum` and open the address that it prints. Read on in this order:
//!
//! * here: `SuperTokens::init` with one override, and the layer around the router;
//! * `api.rs`: sessions as arguments of handlers;
//! * `plan.rs` of `examples/hyper`: a claim, fetched from the application's own data and checked before a handler runs;
//! * `page/app.js` of `examples/hyper`: what a front end does. (The official SuperTokens front-end SDKs do it for you.)
//!
//! The core runs inside this program, on the file `supertokens.db` in the working directory. Set
//! `SUPERTOKENS_CONNECTION_URI` to use another one, and `PORT` for another port than 3001.

mod api;
mod page;
#[path = "../../hyper/src/plan.rs"]
mod plan;

use std::io::IsTerminal;
use std::sync::Arc;

use axum::middleware::map_response;
use supertokens::axum::{SuperTokensLayer, check};
use supertokens::session::Session;
use supertokens::{AppInfo, InitError, Recipe, SuperTokens};
use tokio::net::TcpListener;

use crate::plan::Plans;

const DEFAULT_PORT: u16 = 3001;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    let port = std::env::var("PORT").ok().map(|port| port.parse()).transpose()?.unwrap_or(DEFAULT_PORT);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());

    let supertokens = init(&address)?;
    let plans = Arc::new(Plans::default());

    let router = api::routes(&plans)
        .merge(page::routes())
        .with_state(plans)
        // Answers /auth/session/refresh and /auth/signout, and gives all other requests to the router.
        .layer(SuperTokensLayer::new(supertokens.clone()))
        .layer(map_response(page::protect));
    // Warns of what a browser would stumble over. Where the page comes from elsewhere, `.layer(cors(&supertokens))` is
    // added last.
    check(&supertokens, &router).await;

    println!("Open {address}");
    axum::serve(listener, router).with_graceful_shutdown(interrupted()).await?;
    supertokens.shutdown().await;
    Ok(())
}

fn init(address: &str) -> Result<SuperTokens, InitError> {
    SuperTokens::init(
        // Here API and website are one program; they may as well be two, on two domains.
        AppInfo::new("Session example", address, address),
        vec![
            Session::new()
                .override_functions(|functions| {
                    functions.create_new_session(async move |mut input, original| {
                        // goes into the access token: readable without a call, also on the front end
                        input.jwt_payload.insert("someKey", "someValue")?;
                        // stays in the core's database, under the session's handle
                        input.session_data.insert("someKey", "someValue")?;
                        original.create_new_session(input).await
                    })
                })
                .boxed(),
        ],
    )
}

async fn interrupted() {
    // Where it cannot be listened for, the program ends in the usual way.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
