//! One call: its path, and what an interceptor sees of it.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::error::CoreError;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path of a call: of the whole app, or of one tenant.
#[derive(Clone, Copy, Debug)]
pub struct CorePath<'a> {
    tenant_id: Option<&'a TenantId>,
    path: &'static str,
}

impl<'a> CorePath<'a> {
    /// A path that belongs to the app: `/recipe/session/verify`.
    pub fn app(path: &'static str) -> Self {
        Self { tenant_id: None, path }
    }

    /// A path below a tenant: `/public/recipe/session`.
    pub fn tenant(tenant_id: &'a TenantId, path: &'static str) -> Self {
        Self { tenant_id: Some(tenant_id), path }
    }

    /// Whether clients and servers take the path as it is written. They drop segments of dots and empty ones, encoded or
    /// not, which would make it the path of another tenant or app; and a core reads an app's id in front of a tenant's.
    pub(super) fn check(&self) -> Result<(), CoreError> {
        let leads_elsewhere = |id: &&TenantId| matches!(id.as_str(), "" | "." | "..") || id.names_an_app();
        match self.tenant_id.filter(leads_elsewhere) {
            Some(tenant_id) => Err(CoreError::InvalidTenantId { tenant_id: tenant_id.to_string() }),
            None => Ok(()),
        }
    }

    pub(super) fn belongs_to_a_recipe(&self) -> bool {
        self.path.starts_with("/recipe")
    }
}

impl std::fmt::Display for CorePath<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(tenant_id) = self.tenant_id {
            write!(f, "/{}", utf8_percent_encode(tenant_id.as_str(), SEGMENT))?;
        }
        f.write_str(self.path)
    }
}

/// A call as an interceptor sees it, just before it is sent. Everything may be changed.
#[derive(Clone)]
pub struct CoreRequest {
    /// The method.
    pub method: Method,
    /// Scheme, host and path.
    pub url: String,
    /// The query string, encoded, without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body: JSON, or empty.
    pub body: Bytes,
}

/// Sees every call to the core just before it is sent, and may change it.
pub type NetworkInterceptor = Arc<dyn Fn(CoreRequest, &UserContext) -> CoreRequest + Send + Sync>;

impl CoreRequest {
    pub(super) fn into_http(self) -> Result<http::Request<Bytes>, CoreError> {
        let uri = if self.query.is_empty() { self.url } else { format!("{}?{}", self.url, self.query) };
        let mut request =
            http::Request::builder().method(self.method).uri(uri).body(self.body).map_err(CoreError::InvalidRequest)?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

impl std::fmt::Debug for CoreRequest {
    // Query, headers and body hold keys and tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CoreRequest").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}

/// Query parameters, sorted by name so that equal calls are equal text.
pub(super) fn query_string(parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(sorted).finish()
}
