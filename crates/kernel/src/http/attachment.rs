//! What the middleware leaves in a request's extensions.

use crate::http::ResponseChanges;
use crate::ports::Ports;

/// What the middleware leaves in the extensions of a request that it hands to the application: the way from a handler
/// to the recipes, and to the response that does not exist yet.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The application's recipes.
    pub ports: Ports,
    /// What the middleware will change on the handler's response.
    pub response: ResponseChanges,
}
