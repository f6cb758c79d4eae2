//! From an HTTP request to a handler's input, and from its outcome to a response.

mod body;
mod path;
mod reply;
mod request;

pub(crate) use self::{
    body::Fields,
    path::{NO_TENANT_IDS, is_id_byte, locate},
    reply::{ApiError, json, text},
    request::{ApiRequest, api_key, recipe, requested_version},
};

/// The longest request body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
