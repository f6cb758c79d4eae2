//! The middleware that every application needs: auth routes are answered, all other requests get sessions attached.

use std::future::{Ready, ready};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::{Error, HttpMessage};
use supertokens_app::SuperTokens;

use crate::convert;
use crate::future::ResponseFuture;

/// Answers the recipes' routes and gives all other requests to the application, with sessions attached. Every application
/// needs it, once, around everything: it wraps the `App`, not a scope.
///
/// There is one [`SuperTokens`] for all workers: it is made before the server, and each worker's `App` gets a clone, which
/// is the same application.
///
/// ```no_run
/// use actix_web::{App, HttpServer, web};
/// use supertokens_actix_web::{SuperTokensMiddleware, VerifiedSession};
/// use supertokens_app::SuperTokens;
///
/// async fn me(session: VerifiedSession) -> String {
///     session.user_id().to_owned()
/// }
///
/// async fn run(supertokens: SuperTokens) -> std::io::Result<()> {
///     let app = move || {
///         App::new().route("/me", web::get().to(me)).wrap(SuperTokensMiddleware::new(supertokens.clone()))
///     };
///     HttpServer::new(app).bind("127.0.0.1:3001")?.run().await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SuperTokensMiddleware {
    supertokens: SuperTokens,
}

impl SuperTokensMiddleware {
    /// A middleware for an application, the one that `SuperTokens::init` gave or any other.
    pub fn new(supertokens: SuperTokens) -> Self {
        Self { supertokens }
    }
}

impl<S, B> Transform<S, ServiceRequest> for SuperTokensMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = SuperTokensService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(SuperTokensService { supertokens: self.supertokens.clone(), inner }))
    }
}

/// What [`SuperTokensMiddleware`] puts around a service.
#[derive(Debug)]
pub struct SuperTokensService<S> {
    supertokens: SuperTokens,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for SuperTokensService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if self.supertokens.handles_path(&convert::method(request.method()), request.path()) {
            return ResponseFuture::answering(self.supertokens.clone(), request);
        }
        let attachment = self.supertokens.attachment();
        request.extensions_mut().insert(attachment.clone());
        ResponseFuture::passing(self.supertokens.clone(), attachment, self.inner.call(request))
    }
}
