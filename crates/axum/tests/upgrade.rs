//! Websockets: the request that asks for one is verified like any other.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod support;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::response::Response;
use axum::routing::{any, post};
use supertokens_axum::{AuthRequest, Error, SuperTokensLayer, VerifiedSession};
use supertokens_session::{CreateNewSession, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{sign_in, supertokens};

async fn create(auth: AuthRequest) -> Result<(), Error> {
    let new = CreateNewSession::new("public", "user-1");
    Session::of(&auth)?.create_new_session(&auth.exchange, new).await?;
    Ok(())
}

async fn socket(session: VerifiedSession, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        let _ = socket.send(session.user_id().into()).await;
    })
}

/// The status line and what follows, up to `until`.
async fn ask(address: std::net::SocketAddr, session: &str, until: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{session}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(until) {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "ended with {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_websocket_is_opened_for_a_session_alone() {
    let router = Router::new().route("/socket", any(socket)).route("/sign-in", post(create));
    let router = router.layer(SuperTokensLayer::new(supertokens()));
    let token = sign_in(&router).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let refused = ask(address, "", "unauthorised").await;
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    let opened = ask(address, &format!("Authorization: Bearer {token}\r\n"), "user-1").await;
    assert!(opened.starts_with("HTTP/1.1 101 "), "{opened}");
    server.abort();
}
