//! What a recipe sees of a request, and what it wants changed on the response.

mod attachment;
mod body;
pub mod cookies;
mod fdi;
mod json;
mod request;
mod response;

pub use attachment::Attachment;
pub use body::{BodyLimits, collect};
pub use cookies::{Cookie, SameSite};
pub use fdi::FdiVersion;
pub use json::{general_error_response, json_response, parse_json};
pub use request::{Request, RequestBuilder};
pub use response::ResponseChanges;

use crate::error::Error;

/// A request and what is to be changed on its response, whoever writes that response.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The changes.
    pub response: ResponseChanges,
}

impl Exchange {
    /// An exchange with no changes yet.
    pub fn new(request: Request) -> Self {
        Self { request, response: ResponseChanges::default() }
    }

    /// The exchange of a request that the middleware has handed to the application: what functions take that put
    /// tokens into its response.
    ///
    /// # Errors
    ///
    /// If the request has not come through the middleware; the message says how it would.
    pub fn from_parts(parts: &::http::request::Parts) -> Result<Self, Error> {
        Ok(Attachment::of(parts)?.exchange(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_has_not_come_through_the_middleware_is_an_error_that_says_what_to_do() {
        let (parts, ()) = ::http::Request::new(()).into_parts();
        let error = Exchange::from_parts(&parts).unwrap_err().to_string();
        assert!(error.contains("supertokens.serve(") && error.contains("SuperTokensLayer"), "{error}");
    }
}
