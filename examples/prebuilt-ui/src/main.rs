//! Sign-up, sign-in, verified addresses and roles, with the official pre-built UI as the front end.
//!
//! `cargo xtask example prebuilt-ui` builds the front end in `web/`, starts this program, and prints the address to open.
//! Read on in this order:
//!
//! * here: the recipes, and the SDK's layer around an axum router;
//! * `api.rs`: routes that look at the session, one of which only an admin may use;
//! * `web/src/supertokens.js`: what the front end says to its SDK.
//!
//! E-mails are not sent: their links are written to this program's log. The core runs inside the program, on the file
//! `supertokens.db` in the working directory. To use another one, set `SUPERTOKENS_CONNECTION_URI` or change the line that
//! says so; `PORT` is for another port than 3001.

mod api;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use supertokens::axum::{RequireClaim, SuperTokensLayer};
use supertokens::emailpassword::{EmailPassword, InMemorySignInThrottle, RevokeSessionsOnPasswordChange};
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};
use supertokens::session::Session;
use supertokens::userroles::{UserRoleClaim, UserRoles};
use supertokens::{AppInfo, InitError, Recipe, SuperTokens};
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

const DEFAULT_PORT: u16 = 3001;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    let port = std::env::var("PORT").ok().map(|port| port.parse()).transpose()?.unwrap_or(DEFAULT_PORT);
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.map_err(|error| format!("port {port}: {error}; set PORT to another one"))?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let web = built_front_end()?;

    let supertokens = init(&address)?;
    let admins = RequireClaim::new(UserRoleClaim::validators().includes("admin"));
    let router = Router::new()
        .route("/api/me", get(api::me))
        .route("/api/admin", get(api::admin).layer(admins))
        .route("/api/role", post(api::become_admin))
        .with_state(supertokens.clone())
        .fallback_service(ServeDir::new(&web).fallback(ServeFile::new(web.join("index.html"))))
        .layer(SetResponseHeaderLayer::if_not_present(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        // Answers everything below /api/auth, and lets handlers ask for the session.
        .layer(SuperTokensLayer::new(supertokens.clone()));

    println!("Open {address}");
    axum::serve(listener, router).with_graceful_shutdown(interrupted()).await?;
    supertokens.shutdown().await;
    Ok(())
}

fn init(address: &str) -> Result<SuperTokens, InitError> {
    // Here API and website are one program; they may as well be two, on two domains.
    SuperTokens::builder(AppInfo::new("Pre-built UI example", address, address).api_base_path("/api/auth"))
        // a core elsewhere: .core(supertokens::Core::remote("http://localhost:3567"))
        .recipes(vec![
            EmailPassword::new()
                // Whoever knew the old password is out.
                .revoke_sessions_on_password_change(RevokeSessionsOnPasswordChange::Yes)
                .throttle_sign_in(InMemorySignInThrottle::default())
                .boxed(),
            EmailVerification::new(EmailVerificationMode::Required).boxed(),
            UserRoles::new().boxed(),
            Session::new().boxed(),
        ])
        .init()
}

/// What Vite has made of `web/`.
fn built_front_end() -> Result<PathBuf, String> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist");
    if built.join("index.html").exists() {
        return Ok(built);
    }
    Err("the front end is not built yet: run `cargo xtask example prebuilt-ui`, which builds and starts all".to_owned())
}

async fn interrupted() {
    // Without a signal to wait for, the program runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
