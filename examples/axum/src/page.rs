//! The page's files, which are those of `examples/hyper`, and the headers that keep everything else out of it.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                       connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("../../hyper/src/page/index.html");
const SCRIPT: &str = include_str!("../../hyper/src/page/app.js");
const STYLE: &str = include_str!("../../hyper/src/page/style.css");
const ICON: &str = include_str!("../../hyper/src/page/icon.svg");

/// The files, and an answer for all other paths.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let file = |content_type: &'static str, text: &'static str| get(([(header::CONTENT_TYPE, content_type)], text));
    Router::new()
        .route("/", file("text/html; charset=utf-8", HTML))
        .route("/app.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/style.css", file("text/css; charset=utf-8", STYLE))
        .route("/favicon.ico", file("image/svg+xml", ICON))
        .route("/icon.svg", file("image/svg+xml", ICON))
        .fallback(async || (StatusCode::NOT_FOUND, Json(json!({"message": "There is nothing at this address."}))))
}

/// Lets the page load and call nothing but this program, and nobody frame it.
pub(crate) async fn protect(response: Response) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, response)
}
