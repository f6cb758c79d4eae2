//! A session with the application's own data in it, in actix-web: the page and its API in one program.
//!
//! Start it with `cargo run -p example-actix-web` and open the address that it prints. Read on in this order:
//!
//! * here: `SuperTokens::init` with one override, and the middleware around the application;
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
use std::net::TcpListener;

use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use supertokens::actix_web::{SuperTokensMiddleware, check};
use supertokens::session::Session;
use supertokens::{AppInfo, InitError, Recipe, SuperTokens};

use crate::plan::Plans;

const DEFAULT_PORT: u16 = 3001;
/// How long requests may still take once the program is interrupted.
const SHUTDOWN_SECONDS: u64 = 5;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    let port = std::env::var("PORT").ok().map(|port| port.parse()).transpose()?.unwrap_or(DEFAULT_PORT);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());

    // Made once, before the workers: they all share it.
    let supertokens = init(&address)?;
    let plans = Data::new(Plans::default());

    let shared = supertokens.clone();
    let app = move || {
        App::new()
            .app_data(plans.clone())
            .configure(|routes| api::routes(routes, &plans))
            .configure(page::routes)
            .default_service(web::to(page::not_found))
            // Answers /auth/session/refresh and /auth/signout, and gives all other requests to the routes.
            .wrap(SuperTokensMiddleware::new(shared.clone()))
            .wrap(page::protect())
    };
    // Warns of what a browser would stumble over. Where the page comes from elsewhere, `.wrap(cors(&supertokens))` is
    // added last.
    check(&supertokens, app()).await;

    println!("Open {address}");
    HttpServer::new(app).shutdown_timeout(SHUTDOWN_SECONDS).listen(listener)?.run().await?;
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
