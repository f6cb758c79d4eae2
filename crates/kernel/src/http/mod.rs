//! What a recipe sees of a request, and what it wants changed on the response.

mod attachment;
mod body;
pub mod cookies;
mod json;
mod request;
mod response;

pub use attachment::Attachment;
pub use body::{BodyLimits, collect};
pub use cookies::{Cookie, SameSite};
pub use json::{general_error_response, json_response, parse_json};
pub use request::{Request, RequestBuilder};
pub use response::ResponseChanges;

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
}
