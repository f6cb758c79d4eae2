//! Sockets, TLS, and what applies to every response.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use supertokens::{AppBody, ManualClock, SuperTokens};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::api;
use crate::options::Options;

/// What answers requests.
pub(crate) struct Server {
    pub(crate) supertokens: SuperTokens,
    pub(crate) clock: Arc<ManualClock>,
    website: HeaderValue,
    allowed_headers: HeaderValue,
    tls: Option<TlsAcceptor>,
}

impl Server {
    pub(crate) fn new(
        options: &Options,
        supertokens: SuperTokens,
        clock: Arc<ManualClock>,
        website: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let allowed = [&["content-type"], supertokens.all_cors_headers()].concat().join(", ");
        Ok(Self {
            supertokens,
            clock,
            website: HeaderValue::from_str(website)?,
            allowed_headers: HeaderValue::from_str(&allowed)?,
            tls: options.tls.then(|| acceptor(options)).transpose()?,
        })
    }
}

/// Answers requests until it is dropped.
pub(crate) async fn serve(listener: TcpListener, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(accept(stream, server.clone()))),
            Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
        }
    }
}

/// With a certificate that nobody has to trust: the tests tell the browser so.
fn acceptor(options: &Options) -> Result<TlsAcceptor, Box<dyn Error>> {
    let made = rcgen::generate_simple_self_signed([options.website.clone(), options.api.clone()])?;
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(stream: TcpStream, server: Arc<Server>) {
    match &server.tls {
        None => answer_connection(TokioIo::new(stream), &server).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => answer_connection(TokioIo::new(stream), &server).await,
            Err(error) => tracing::debug!(%error, "no TLS connection"),
        },
    }
}

async fn answer_connection(io: impl Read + Write + Unpin, server: &Arc<Server>) {
    let service = service_fn(|request| async { Ok::<_, Infallible>(answer(request, server.clone()).await) });
    if let Err(error) = http1::Builder::new().timer(TokioTimer::new()).serve_connection(io, service).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(request: Request<Incoming>, server: Arc<Server>) -> Response<AppBody<Full<Bytes>>> {
    let mut response = if *request.method() == Method::OPTIONS {
        preflight(&server)
    } else {
        let supertokens = server.supertokens.clone();
        supertokens.serve(request, |request| api::answer(request, server.clone())).await
    };
    allow_website(response.headers_mut(), &server);
    response
}

fn preflight(server: &Server) -> Response<AppBody<Full<Bytes>>> {
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, server.allowed_headers.clone());
    response
}

/// The website alone may read answers, and send cookies.
fn allow_website(headers: &mut HeaderMap, server: &Server) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, server.website.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
