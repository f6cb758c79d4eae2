//! What the middleware leaves in a request's extensions.

use bytes::Bytes;

use crate::error::Error;
use crate::http::{BodyLimits, Exchange, Request, ResponseChanges};
use crate::ports::Ports;

/// What the middleware leaves in the extensions of a request that it hands to the application: the way from a handler
/// to the recipes, and to the response that does not exist yet.
#[derive(Clone, Debug)]
pub struct Attachment {
    ports: Ports,
    response: ResponseChanges,
}

impl Attachment {
    /// An attachment for one request of an application with these recipes.
    pub fn new(ports: Ports) -> Self {
        Self { ports, response: ResponseChanges::default() }
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

    /// The application's recipes.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// What the middleware will change on the handler's response.
    pub fn response(&self) -> &ResponseChanges {
        &self.response
    }

    /// The exchange of the request of these parts. Its body stays with the application.
    pub fn exchange(&self, parts: &http::request::Parts) -> Exchange {
        let make = || Request::new(parts, Bytes::new(), &BodyLimits::default());
        Exchange { request: self.response.request_or_insert(make), response: self.response.clone() }
    }

    /// The exchange as the handler has asked for it; of an empty request if it never did.
    pub fn seen_exchange(&self) -> Exchange {
        Exchange { request: self.response.request_or_insert(Request::default), response: self.response.clone() }
    }
}
