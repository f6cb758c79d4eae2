//! Sockets, and what applies to every response.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use supertokens::AppBody;
use tokio::net::{TcpListener, TcpStream};

use crate::app::App;
use crate::routes;

const METHODS: HeaderValue = HeaderValue::from_static("GET,PUT,POST,DELETE");

/// A port of both loopback addresses: `localhost` may mean either.
pub(crate) struct Listening {
    pub(crate) port: u16,
    pub(crate) listeners: Vec<TcpListener>,
}

/// Listens on a port; 0 is any free one.
pub(crate) async fn listen(port: u16) -> io::Result<Listening> {
    let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let port = v4.local_addr()?.port();
    let mut listeners = vec![v4];
    // A machine without IPv6 says `localhost` to the other address alone.
    listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
    Ok(Listening { port, listeners })
}

/// Answers requests until the program ends.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(answer_connection(stream, app.clone()))),
            Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
        }
    }
}

async fn answer_connection(stream: TcpStream, app: Arc<App>) {
    let service = service_fn(|request| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(answer(request, &app).await) }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(request: Request<Incoming>, app: &Arc<App>) -> Response<AppBody<Full<Bytes>>> {
    tracing::debug!(method = %request.method(), uri = %request.uri(), port = app.port, "request");
    let mut response = if *request.method() == Method::OPTIONS {
        preflight(app).await
    } else if routes::is_set_up(&request) {
        // Requests that come later wait: the tests do not wait for the answer to this one.
        let mut instance = app.instance.write().await;
        routes::set_up(request, app, &mut instance).await.map(Either::Left)
    } else {
        let instance = app.instance.read().await.clone();
        let supertokens = instance.supertokens.clone();
        supertokens.serve(request, |request| routes::answer(request, app.clone(), instance)).await
    };
    allow_website(response.headers_mut(), app);
    response
}

async fn preflight(app: &App) -> Response<AppBody<Full<Bytes>>> {
    let instance = app.instance.read().await;
    let names = [&["content-type"], instance.supertokens.all_cors_headers()].concat().join(",");
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.extend(HeaderValue::from_str(&names).ok().map(|names| (header::ACCESS_CONTROL_ALLOW_HEADERS, names)));
    response
}

/// The website alone may read answers, and send cookies; but the SDK's keys are for everybody, as it says itself.
fn allow_website(headers: &mut HeaderMap, app: &App) {
    headers.entry(header::ACCESS_CONTROL_ALLOW_ORIGIN).or_insert_with(|| app.website_header.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
