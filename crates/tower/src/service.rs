//! The layer that every application needs: auth routes are answered, all other requests get sessions attached.

use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use supertokens_app::{AppBody, SuperTokens};
use supertokens_kernel::BoxError;
use tower_layer::Layer;
use tower_service::Service;

use crate::future::ResponseFuture;

/// Puts [`SuperTokensService`] around a service.
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
        SuperTokensService::new(self.supertokens.clone(), inner)
    }
}

/// Answers the recipes' routes and gives all other requests to the inner service, with sessions attached.
///
/// The body of a request is read only if the request is for a recipe's route. What
/// [`VerifiedSession`](supertokens_session::VerifiedSession) and [`SuperTokens::from_parts`] need, the inner service finds
/// in the request's extensions: one, which is all that a request costs that asks for neither.
#[derive(Clone, Debug)]
pub struct SuperTokensService<S> {
    supertokens: SuperTokens,
    inner: S,
}

impl<S> SuperTokensService<S> {
    /// Puts the service around another; what [`SuperTokensLayer`] does.
    pub fn new(supertokens: SuperTokens, inner: S) -> Self {
        Self { supertokens, inner }
    }
}

impl<S, B, R> Service<Request<B>> for SuperTokensService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<AppBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if self.supertokens.handles(&request) {
            return ResponseFuture::answering(self.supertokens.clone(), request);
        }
        let attachment = self.supertokens.attach(&mut request);
        // Called here and not in a future, so that it is the service whose readiness was polled.
        ResponseFuture::passing(self.supertokens.clone(), attachment, self.inner.call(request))
    }
}
