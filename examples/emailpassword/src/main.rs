//! Sign-up and sign-in with e-mail and password: one file, and a page that needs no build.
//!
//! Start it with `cargo run -p example-emailpassword` and open the address that it prints. The core runs inside the
//! program, on the file `supertokens.db` in the working directory. To use another core, set `SUPERTOKENS_CONNECTION_URI`
//! or change the line that says so; `PORT` is for another port than 3001. E-mails are not sent: the link to choose a new
//! password is written to the log.

use std::io::IsTerminal;

use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use supertokens::axum::{SuperTokensLayer, VerifiedSession};
use supertokens::emailpassword::{EmailPassword, InMemorySignInThrottle, RevokeSessionsOnPasswordChange};
use supertokens::session::Session;
use supertokens::{AppInfo, Recipe, SuperTokens};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    let port = std::env::var("PORT").ok().map(|port| port.parse()).transpose()?.unwrap_or(3001_u16);
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.map_err(|error| format!("port {port}: {error}; set PORT to another one"))?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());

    let supertokens = SuperTokens::builder(AppInfo::new("Sign-in example", &address, &address))
        // a core elsewhere: .core(supertokens::Core::remote("http://localhost:3567"))
        .recipes(vec![
            EmailPassword::new()
                // Whoever knew the old password is out.
                .revoke_sessions_on_password_change(RevokeSessionsOnPasswordChange::Yes)
                .throttle_sign_in(InMemorySignInThrottle::default())
                .boxed(),
            Session::new().boxed(),
        ])
        .init()?;

    let page = async || Html(include_str!("page.html"));
    let router = Router::new()
        .route("/", get(page))
        // where the link of an e-mail leads
        .route("/auth/reset-password", get(page))
        .route("/me", get(me))
        .layer(SuperTokensLayer::new(supertokens.clone()));

    println!("Open {address}");
    axum::serve(listener, router)
        .with_graceful_shutdown(async {
            // Without a signal to wait for, the program runs until it is killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await?;
    supertokens.shutdown().await;
    Ok(())
}

/// A route that needs a session.
async fn me(session: VerifiedSession) -> Json<Value> {
    Json(json!({"userId": session.user_id(), "sessionHandle": session.handle()}))
}
