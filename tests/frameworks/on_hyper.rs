//! The application on plain hyper.

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use supertokens::session::{VerifiedSession, VerifySessionOptions};
use supertokens::{Error, Exchange, SuperTokens};
use tokio::net::TcpListener;

use crate::application;

pub(crate) async fn start(supertokens: SuperTokens) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    actix_web::rt::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let supertokens = supertokens.clone();
            let service = service_fn(move |request| {
                let supertokens = supertokens.clone();
                async move { Ok::<_, Infallible>(supertokens.serve(request, answer).await) }
            });
            actix_web::rt::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Error> {
    let (parts, body) = request.into_parts();
    let reply = match (&parts.method, parts.uri.path()) {
        (&Method::GET, "/ping") => application::ping(),
        (&Method::POST, "/echo") => application::echo(&body.collect().await.map_err(Error::other)?.to_bytes()),
        (&Method::GET | &Method::POST, "/me") => me(&parts, VerifySessionOptions::new()).await?,
        (&Method::POST, "/unprotected") => me(&parts, application::unprotected()).await?,
        (&Method::GET, "/strict" | "/layered") => me(&parts, application::ask_the_core()).await?,
        (&Method::GET, "/admins") => me(&parts, demand("admin")).await?,
        (&Method::GET, "/owners") => me(&parts, demand("owner")).await?,
        (&Method::GET, "/optional") => {
            let session: Option<VerifiedSession> =
                VerifiedSession::from_parts_if_exists(&parts, VerifySessionOptions::new()).await?;
            application::optional(session.as_deref())
        }
        (&Method::POST, "/create") => {
            application::create(&SuperTokens::from_parts(&parts)?, &Exchange::from_parts(&parts)?).await?
        }
        (&Method::POST, "/create-and-refuse") => {
            application::create_and_refuse(&SuperTokens::from_parts(&parts)?, &Exchange::from_parts(&parts)?).await?
        }
        (&Method::POST, "/merge") => application::merge(&*session(&parts).await?).await?,
        (&Method::POST, "/revoke") => application::revoke(&*session(&parts).await?).await?,
        (&Method::GET, path) if path.starts_with("/fails/") => {
            return Err(application::fails(path.trim_start_matches("/fails/")));
        }
        _ => return Ok(json(StatusCode::NOT_FOUND, &application::nothing())),
    };
    Ok(json(StatusCode::OK, &reply))
}

async fn me(parts: &Parts, options: VerifySessionOptions) -> Result<Value, Error> {
    let session: VerifiedSession = VerifiedSession::from_parts(parts, options).await?;
    Ok(application::me(&session, session.claims["role"].as_str().unwrap_or_default()))
}

async fn session(parts: &Parts) -> Result<VerifiedSession, Error> {
    Ok(VerifiedSession::from_parts(parts, VerifySessionOptions::new()).await?)
}

fn demand(role: &'static str) -> VerifySessionOptions {
    VerifySessionOptions::new().override_global_claim_validators(move |mut validators, _, _| {
        validators.push(application::is_role(role));
        std::future::ready(Ok(validators))
    })
}

fn json(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
