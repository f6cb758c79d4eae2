//! Sends a row, and makes answers comparable: what differs with each session is masked.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::table::{Row, Sends};

/// An answer, without what differs with each session and each second.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: String,
}

/// The tokens of a session.
pub(crate) struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    pub(crate) async fn of_new_session(address: SocketAddr, sends: Sends) -> Self {
        let mode = if sends.is_in_headers() { "header" } else { "cookie" };
        let (status, headers, _) = exchange(address, &Row::post("/create").header("st-auth-mode", mode), None).await;
        assert_eq!(status, 200);
        let of = |cookie: &str, header: &str| {
            let in_cookie = headers.get_all("set-cookie").iter().find_map(|set| {
                Some(set.to_str().ok()?.strip_prefix(cookie)?.strip_prefix('=')?.split(';').next()?.to_owned())
            });
            let in_header = headers.get(header).map(|value| value.to_str().unwrap().to_owned());
            in_header.or(in_cookie).expect("a token")
        };
        Self { access: of("sAccessToken", "st-access-token"), refresh: of("sRefreshToken", "st-refresh-token") }
    }

    fn header(&self, sends: Sends) -> Option<(&'static str, String)> {
        let Self { access, refresh } = self;
        let forged = || format!("{}x", &access[..access.len() - 1]);
        Some(match sends {
            Sends::Nothing => return None,
            Sends::Cookies => ("cookie", format!("sAccessToken={access}")),
            Sends::ForgedCookies => ("cookie", format!("sAccessToken={}", forged())),
            Sends::RefreshCookies => ("cookie", format!("sAccessToken={access}; sRefreshToken={refresh}")),
            Sends::Headers => ("authorization", format!("Bearer {access}")),
            Sends::RefreshHeaders => ("authorization", format!("Bearer {refresh}")),
        })
    }
}

impl Sends {
    fn is_in_headers(self) -> bool {
        matches!(self, Self::Headers | Self::RefreshHeaders)
    }

    /// The access token of the same session, in the same way.
    pub(crate) fn access_token(self) -> Self {
        if self.is_in_headers() { Self::Headers } else { Self::Cookies }
    }
}

pub(crate) async fn send(address: SocketAddr, row: &Row, tokens: Option<&Tokens>) -> Reply {
    let (status, headers, body) = exchange(address, row, tokens).await;
    let mut masked = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in &headers {
        let (name, value) = (name.as_str(), value.to_str().unwrap());
        // When, and how the connection goes on.
        if !matches!(name, "date" | "connection" | "keep-alive") {
            masked.entry(name.to_owned()).or_default().push(mask(name, value));
        }
    }
    masked.values_mut().for_each(|values| values.sort());
    Reply { status, headers: masked, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// A token as that there is one; whether one is removed stays to be seen.
fn mask(name: &str, value: &str) -> String {
    match name {
        "st-access-token" | "st-refresh-token" | "anti-csrf" if !value.is_empty() => "<token>".to_owned(),
        "front-token" if value != "remove" => "<front token>".to_owned(),
        "set-cookie" => {
            let (cookie, attributes) = value.split_once(';').unwrap();
            let (cookie, token) = cookie.split_once('=').unwrap();
            let is_removed = attributes.contains("01 Jan 1970");
            let attributes = attributes.split(';').map(str::trim).filter(|part| !part.starts_with("Expires="));
            let token = if token.is_empty() { "" } else { "<token>" };
            format!("{cookie}={token}, removed: {is_removed}, {}", attributes.collect::<Vec<_>>().join(", "))
        }
        _ => value.to_owned(),
    }
}

async fn exchange(address: SocketAddr, row: &Row, tokens: Option<&Tokens>) -> (u16, HeaderMap, Bytes) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    actix_web::rt::spawn(async move {
        // A server may close before it has read a body that it does not want.
        let _ = connection.await;
    });
    let mut request = Request::builder().method(row.method).uri(row.path).header("host", "api.acme.com");
    let session = tokens.and_then(|tokens| tokens.header(row.sends));
    for (name, value) in row.headers.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(session) {
        request = request.header(name, value);
    }
    let request = request.body(Full::<Bytes>::from(row.body.clone())).unwrap();
    let response = sender.send_request(request).await.unwrap_or_else(|error| panic!("{}: {error}", row.name));
    let (parts, body) = response.into_parts();
    (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes())
}
