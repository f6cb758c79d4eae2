//! The start-up check: what a browser would send first, sent to the router before anybody does.

use std::convert::Infallible;
use std::future::poll_fn;

use axum_core::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use supertokens_app::SuperTokens;
use supertokens_doctor::{Finding, Subject, check_application};
use tower_service::Service;

/// Sends the finished router what a browser would send first, and warns (`tracing`, with what to change) of what would go
/// wrong: auth routes that the router does not see, CORS headers that browsers refuse, cookies that they drop.
///
/// `supertokens doctor --url ..` does the same from outside.
///
/// ```no_run
/// # use axum::Router;
/// # use supertokens_app::SuperTokens;
/// # async fn example(supertokens: SuperTokens, listener: tokio::net::TcpListener) -> std::io::Result<()> {
/// use supertokens_axum::{SuperTokensLayer, check};
///
/// let router = Router::new().layer(SuperTokensLayer::new(supertokens.clone()));
/// check(&supertokens, &router).await;
/// axum::serve(listener, router).await
/// # }
/// ```
pub async fn check<S>(supertokens: &SuperTokens, router: &S) -> Vec<Finding>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    let subject = Subject::of(supertokens.app_info(), supertokens.all_cors_headers());
    let findings = check_application(&subject, |request| send(router.clone(), request)).await;
    findings.iter().for_each(Finding::log);
    findings
}

async fn send<S>(mut router: S, request: Request<Bytes>) -> Result<Response<Bytes>, axum_core::Error>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let Ok(()) = poll_fn(|context| router.poll_ready(context)).await;
    let Ok(response) = router.call(request.map(Body::from)).await;
    let (parts, body) = response.into_parts();
    Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
}
