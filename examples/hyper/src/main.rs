//! A session with the application's own data in it, on plain hyper: the page and its API in one program.
//!
//! Start it with `cargo run -p example-hyper` and open the address that it prints. Read on in this order:
//!
//! * here: `SuperTokens::init` with one override, and `supertokens.serve(..)` around the application;
//! * `api.rs`: sessions in request handlers;
//! * `plan.rs`: a claim, fetched from the application's own data and checked before a handler runs;
//! * `page/app.js`: what a front end does. (The official SuperTokens front-end SDKs do it for you.)
//!
//! The core runs inside this program, on the file `supertokens.db` in the working directory. Set
//! `SUPERTOKENS_CONNECTION_URI` to use another one, and `PORT` for another port than 3001.

mod api;
mod page;
mod plan;

use std::convert::Infallible;
use std::io::IsTerminal;
use std::sync::Arc;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use supertokens::session::Session;
use supertokens::{AppInfo, InitError, Recipe, SuperTokens};
use tokio::net::{TcpListener, TcpStream};

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

    println!("Open {address}");
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                tokio::spawn(answer_connection(stream, supertokens.clone(), plans.clone()));
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
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

async fn answer_connection(stream: TcpStream, supertokens: SuperTokens, plans: Arc<Plans>) {
    let service = service_fn(|request: Request<Incoming>| async {
        // Answers /auth/session/refresh and /auth/signout, and gives all other requests to the application.
        let mut response = supertokens.serve(request, |request| api::answer(request, &plans)).await;
        page::protect(response.headers_mut());
        Ok::<_, Infallible>(response)
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}
