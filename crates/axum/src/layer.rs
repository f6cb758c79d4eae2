//! The layer that every application needs: auth routes are answered, all other requests get sessions attached.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use http::{Request, Response};
use http_body_util::Either;
use pin_project_lite::pin_project;
use supertokens_app::{AppBody, SuperTokens};
use tower_layer::Layer;
use tower_service::Service;

/// Answers the recipes' routes and gives all other requests to the router, with sessions attached. Every application
/// needs it, once, around everything: it is added to the router after all routes and the fallback.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use supertokens_app::SuperTokens;
/// use supertokens_axum::{SuperTokensLayer, VerifiedSession};
///
/// async fn me(session: VerifiedSession) -> String {
///     session.user_id().to_owned()
/// }
///
/// fn router(supertokens: SuperTokens) -> Router {
///     Router::new().route("/me", get(me)).layer(SuperTokensLayer::new(supertokens))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SuperTokensLayer {
    supertokens: SuperTokens,
}

impl SuperTokensLayer {
    /// A layer for an application, the one that `SuperTokens::init` gave or any other.
    pub fn new(supertokens: SuperTokens) -> Self {
        Self { supertokens }
    }
}

impl<S> Layer<S> for SuperTokensLayer {
    type Service = SuperTokensService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SuperTokensService { inner: supertokens_tower::SuperTokensService::new(self.supertokens.clone(), inner) }
    }
}

/// What [`SuperTokensLayer`] puts around a service.
///
/// It is [`supertokens_tower::SuperTokensService`] with the body that axum has: one that the router wrote is handed on as
/// it is, not put into another box.
#[derive(Clone, Debug)]
pub struct SuperTokensService<S> {
    inner: supertokens_tower::SuperTokensService<S>,
}

impl<S> Service<Request<Body>> for SuperTokensService<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Error: 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        ResponseFuture { inner: self.inner.call(request) }
    }
}

pin_project! {
    /// The response of a [`SuperTokensService`].
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: supertokens_tower::ResponseFuture<F>,
    }
}

impl<F, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
    E: 'static,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().inner.poll(context).map_ok(|response| response.map(axum_body))
    }
}

fn axum_body(body: AppBody<Body>) -> Body {
    match body {
        Either::Left(written_by_the_sdk) => Body::new(written_by_the_sdk),
        Either::Right(written_by_the_router) => written_by_the_router,
    }
}
