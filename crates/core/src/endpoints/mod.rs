//! The endpoints of the interface, one file per group. A group lists its own.

mod account_linking;
mod contact;
mod email_verification;
mod emailpassword;
mod jwt;
mod kernel;
mod multitenancy;
mod passwordless;
mod recipe_user;
mod session;
mod third_party;
mod user_id_mapping;
mod user_metadata;
mod user_roles;
mod users;

use std::{collections::HashMap, future::Future, pin::Pin, sync::LazyLock};

use bytes::Bytes;
use http::{Method, Response};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{core::Context, http::ApiError};

/// The endpoints of every group.
const GROUPS: &[&[Endpoint]] = &[
    account_linking::ENDPOINTS,
    email_verification::ENDPOINTS,
    emailpassword::ENDPOINTS,
    jwt::ENDPOINTS,
    kernel::ENDPOINTS,
    multitenancy::ENDPOINTS,
    passwordless::ENDPOINTS,
    recipe_user::ENDPOINTS,
    session::ENDPOINTS,
    third_party::ENDPOINTS,
    user_id_mapping::ENDPOINTS,
    user_metadata::ENDPOINTS,
    user_roles::ENDPOINTS,
    users::ENDPOINTS,
];

type Reply = Result<Response<Bytes>, ApiError>;

/// Answers a request: `|context| Box::pin(function(context))`.
pub(crate) type Handler = for<'c> fn(&'c Context<'c>) -> Pin<Box<dyn Future<Output = Reply> + Send + 'c>>;

/// What is at a path, without app and tenant, in lower case.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    /// Whether a request must carry one of the API keys, if there are any.
    pub(crate) demands_api_key: bool,
    get: Option<Handler>,
    post: Option<Handler>,
    put: Option<Handler>,
    delete: Option<Handler>,
}

impl Endpoint {
    const fn at(path: &'static str) -> Self {
        Self { path, demands_api_key: true, get: None, post: None, put: None, delete: None }
    }

    /// For everybody, whatever the API keys.
    const fn without_api_key(self) -> Self {
        Self { demands_api_key: false, ..self }
    }

    const fn get(self, handler: Handler) -> Self {
        Self { get: Some(handler), ..self }
    }

    const fn post(self, handler: Handler) -> Self {
        Self { post: Some(handler), ..self }
    }

    const fn put(self, handler: Handler) -> Self {
        Self { put: Some(handler), ..self }
    }

    const fn delete(self, handler: Handler) -> Self {
        Self { delete: Some(handler), ..self }
    }

    /// What answers this method here.
    pub(crate) fn handler(&self, method: &Method) -> Option<Handler> {
        match *method {
            Method::GET => self.get,
            Method::POST => self.post,
            Method::PUT => self.put,
            Method::DELETE => self.delete,
            _ => None,
        }
    }
}

/// The endpoint at a path.
pub(crate) fn at(path: &str) -> Option<&'static Endpoint> {
    static BY_PATH: LazyLock<HashMap<&str, &Endpoint>> =
        LazyLock::new(|| GROUPS.iter().copied().flatten().map(|endpoint| (endpoint.path, endpoint)).collect());
    BY_PATH.get(path).copied()
}

/// `OK` with one more member.
fn ok_with(name: &'static str, value: &impl Serialize) -> Reply {
    struct OkWith<'v, V>(&'static str, &'v V);

    impl<V: Serialize> Serialize for OkWith<'_, V> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("status", "OK")?;
            map.serialize_entry(self.0, self.1)?;
            map.end()
        }
    }

    crate::http::json(&OkWith(name, value))
}

/// An answer that has nothing but a status.
fn status(status: &'static str) -> Reply {
    #[derive(Serialize)]
    struct Status {
        status: &'static str,
    }

    crate::http::json(&Status { status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_listed_once_and_in_lower_case() {
        let mut seen = std::collections::HashSet::new();
        for endpoint in GROUPS.iter().copied().flatten() {
            assert!(seen.insert(endpoint.path), "{} is there twice", endpoint.path);
            assert_eq!(endpoint.path, endpoint.path.to_lowercase());
        }
    }
}
