//! The application in axum.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use supertokens::SuperTokens;
use supertokens::axum::{
    AuthRequest, Error, RequireClaim, SessionOptions, SuperTokensLayer, VerifiedSession, VerifySessionLayer,
};
use supertokens::session::VerifySessionOptions;
use tokio::net::TcpListener;

use crate::application;

type Reply = Result<Json<Value>, Error>;

pub(crate) async fn start(supertokens: SuperTokens) -> SocketAddr {
    let admins = Router::new().route("/admins", get(me)).route_layer(RequireClaim::new(application::is_role("admin")));
    let owners = Router::new().route("/owners", get(me)).route_layer(RequireClaim::new(application::is_role("owner")));
    let layered = VerifySessionLayer::new(application::ask_the_core());
    let layered = Router::new().route("/layered", get(me)).route_layer(layered);
    let router = Router::new()
        .route("/ping", get(async || Json(application::ping())))
        .route("/echo", post(async |body: Bytes| Json(application::echo(&body))))
        .route("/me", get(me).post(me))
        .route("/unprotected", post(unprotected))
        .route("/strict", get(strict))
        .route("/optional", get(optional))
        .route("/create", post(create))
        .route("/create-and-refuse", post(create_and_refuse))
        .route("/merge", post(merge))
        .route("/revoke", post(revoke))
        .route("/fails/{how}", get(fails))
        .merge(admins)
        .merge(owners)
        .merge(layered)
        .fallback(async || (StatusCode::NOT_FOUND, Json(application::nothing())))
        .layer(SuperTokensLayer::new(supertokens));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    actix_web::rt::spawn(async move { axum::serve(listener, router).await });
    address
}

struct AskTheCore;

impl SessionOptions for AskTheCore {
    fn options() -> VerifySessionOptions {
        application::ask_the_core()
    }
}

struct Unprotected;

impl SessionOptions for Unprotected {
    fn options() -> VerifySessionOptions {
        application::unprotected()
    }
}

async fn me(session: VerifiedSession) -> Json<Value> {
    Json(application::me(&session, session.claims["role"].as_str().unwrap_or_default()))
}

async fn strict(session: VerifiedSession<Value, AskTheCore>) -> Json<Value> {
    Json(application::me(&session, session.claims["role"].as_str().unwrap_or_default()))
}

async fn unprotected(session: VerifiedSession<Value, Unprotected>) -> Json<Value> {
    Json(application::me(&session, session.claims["role"].as_str().unwrap_or_default()))
}

async fn optional(session: Option<VerifiedSession>) -> Json<Value> {
    Json(application::optional(session.as_ref().map(|session| &***session)))
}

async fn create(auth: AuthRequest) -> Reply {
    Ok(Json(application::create(&auth.supertokens, &auth.exchange).await?))
}

async fn create_and_refuse(auth: AuthRequest) -> Reply {
    Ok(Json(application::create_and_refuse(&auth.supertokens, &auth.exchange).await?))
}

async fn merge(session: VerifiedSession) -> Reply {
    Ok(Json(application::merge(&session).await?))
}

async fn revoke(session: VerifiedSession) -> Reply {
    Ok(Json(application::revoke(&session).await?))
}

async fn fails(Path(how): Path<String>) -> Reply {
    Err(application::fails(&how).into())
}
