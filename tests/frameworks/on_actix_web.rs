//! The application in actix-web.

use std::net::SocketAddr;

use actix_web::web::{self, Bytes, Json, Path};
use actix_web::{App, HttpResponse, HttpServer};
use serde_json::Value;
use supertokens::SuperTokens;
use supertokens::actix_web::{
    AuthRequest, Error, OptionalSession, RequireClaim, SessionOptions, SuperTokensMiddleware, VerifiedSession,
    VerifySession,
};
use supertokens::session::VerifySessionOptions;

use crate::application;

type Reply = Result<Json<Value>, Error>;

pub(crate) fn start(supertokens: SuperTokens) -> SocketAddr {
    let app = move || {
        let demand = |role| RequireClaim::new(application::is_role(role));
        let layered = VerifySession::new(application::ask_the_core());
        App::new()
            .route("/ping", web::get().to(async || Json(application::ping())))
            .route("/echo", web::post().to(async |body: Bytes| Json(application::echo(&body))))
            .route("/me", web::get().to(me))
            .route("/me", web::post().to(me))
            .route("/unprotected", web::post().to(unprotected))
            .route("/strict", web::get().to(strict))
            .route("/optional", web::get().to(optional))
            .route("/create", web::post().to(create))
            .route("/create-and-refuse", web::post().to(create_and_refuse))
            .route("/merge", web::post().to(merge))
            .route("/revoke", web::post().to(revoke))
            .route("/fails/{how}", web::get().to(fails))
            .service(web::resource("/admins").route(web::get().to(me)).wrap(demand("admin")))
            .service(web::resource("/owners").route(web::get().to(me)).wrap(demand("owner")))
            .service(web::resource("/layered").route(web::get().to(me)).wrap(layered))
            .default_service(web::to(async || HttpResponse::NotFound().json(application::nothing())))
            .wrap(SuperTokensMiddleware::new(supertokens.clone()))
    };
    let server = HttpServer::new(app).workers(2).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.disable_signals().run());
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

async fn optional(session: OptionalSession) -> Json<Value> {
    Json(application::optional(session.as_deref()))
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

async fn fails(how: Path<String>) -> Reply {
    Err(application::fails(&how).into())
}
