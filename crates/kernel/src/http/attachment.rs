//! What the middleware leaves in a request's extensions.

use std::any::Any;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::Error;
use crate::http::{BodyLimits, Exchange, Request, ResponseChanges};
use crate::ports::Ports;

/// What the middleware leaves in the extensions of a request that it hands to the application: the way from a handler
/// to the recipes, and to the response that does not exist yet.
#[derive(Clone, Debug)]
pub struct Attachment {
    ports: Ports,
    application: Option<Arc<dyn Any + Send + Sync>>,
    response: ResponseChanges,
}

impl Attachment {
    /// An attachment for one request of an application with these recipes. The changes belong to this request alone.
    pub fn new(ports: Ports, response: ResponseChanges) -> Self {
        Self { ports, application: None, response }
    }

    /// The same attachment with the application itself in it: every request gets one, and one extension costs less than
    /// two.
    #[must_use]
    pub fn with_application(mut self, application: Arc<dyn Any + Send + Sync>) -> Self {
        self.application = Some(application);
        self
    }

    /// What the middleware has left in the request of these parts.
    ///
    /// # Errors
    ///
    /// If the request has not come through the middleware; the message says how it would.
    pub fn of(parts: &http::request::Parts) -> Result<&Self, Error> {
        parts.extensions.get().ok_or_else(|| {
            Error::misuse(
                "the request has not come through SuperTokens: wrap the application's handler in \
                 `supertokens.serve(request, handler).await`, or add `SuperTokensLayer::new(supertokens)` to its service",
            )
        })
    }

    /// The application, if the middleware has put one of this type in.
    pub fn application<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.application.clone()?.downcast().ok()
    }

    /// The application's recipes.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// What the middleware will change on the handler's response.
    pub fn response(&self) -> &ResponseChanges {
        &self.response
    }

    /// The changes, and nothing else of it.
    pub fn into_response(self) -> ResponseChanges {
        self.response
    }

    /// The exchange of the request of these parts. Its body stays with the application.
    pub fn exchange(&self, parts: &http::request::Parts) -> Exchange {
        self.exchange_of(|| Request::new(parts, Bytes::new(), &BodyLimits::default()))
    }

    /// The exchange of the request that `make` gives. It is called once for a request: what costs something is not done
    /// for requests that nobody looks at. For adapters to frameworks with types of their own.
    pub fn exchange_of(&self, make: impl FnOnce() -> Request) -> Exchange {
        Exchange { request: self.response.request_or_insert(make), response: self.response.clone() }
    }

    /// The exchange as the handler has asked for it; of an empty request if it never did.
    pub fn seen_exchange(&self) -> Exchange {
        self.exchange_of(Request::default)
    }
}
