//! The page's files, which are those of `examples/hyper`, and the headers that keep everything else out of it.

use std::future::ready;

use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Route};
use serde_json::json;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                       connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("../../hyper/src/page/index.html");
const SCRIPT: &str = include_str!("../../hyper/src/page/app.js");
const STYLE: &str = include_str!("../../hyper/src/page/style.css");
const ICON: &str = include_str!("../../hyper/src/page/icon.svg");

/// The files.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", file("text/html; charset=utf-8", HTML))
        .route("/app.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/style.css", file("text/css; charset=utf-8", STYLE))
        .route("/favicon.ico", file("image/svg+xml", ICON))
        .route("/icon.svg", file("image/svg+xml", ICON));
}

fn file(content_type: &'static str, text: &'static str) -> Route {
    web::get().to(move || ready(HttpResponse::Ok().content_type(content_type).body(text)))
}

/// The answer for all other paths.
pub(crate) async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().json(json!({"message": "There is nothing at this address."}))
}

/// Lets the page load and call nothing but this program, and nobody frame it.
pub(crate) fn protect() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
}
