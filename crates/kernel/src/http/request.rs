//! A request as recipes and overrides see it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::http::{BodyLimits, cookies, json};

/// A request as recipes and overrides see it: read-only, cheap to clone, kept in the [`UserContext`](crate::UserContext).
#[derive(Clone, Debug, Default)]
pub struct Request {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    json_depth: usize,
}

impl Request {
    /// The request of these parts, with this body.
    pub fn new(parts: &http::request::Parts, body: Bytes, limits: &BodyLimits) -> Self {
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        Self { inner: Arc::new(Inner { method, uri, headers, body, json_depth: limits.json_depth }) }
    }

    /// A request made by hand, for tests.
    pub fn builder() -> RequestBuilder {
        RequestBuilder::default()
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.inner.method
    }

    /// The URI as the application received it.
    pub fn uri(&self) -> &Uri {
        &self.inner.uri
    }

    /// The path as the application received it.
    pub fn path(&self) -> &str {
        self.inner.uri.path()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.headers
    }

    /// The value of a header, the first one if there are several, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        text(self.inner.headers.get(name)?)
    }

    /// The value of a cookie, decoded; the first one if there are several of that name.
    pub fn cookie(&self, name: &str) -> Option<Cow<'_, str>> {
        self.cookie_headers().find_map(|header| cookies::value(header, name))
    }

    /// How many cookies of that name the request carries: browsers send one per domain and path.
    pub fn count_cookies(&self, name: &str) -> usize {
        self.cookie_headers().map(|header| cookies::count(header, name)).sum()
    }

    /// The decoded value of a query parameter, the first one if there are several.
    pub fn query(&self, key: &str) -> Option<String> {
        let query = self.inner.uri.query()?;
        url::form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == key).then(|| value.into_owned()))
    }

    /// The body's bytes. Empty on requests that were handed to the application with their body.
    pub fn body(&self) -> &Bytes {
        &self.inner.body
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        json::parse_json(&self.inner.body, self.inner.json_depth)
    }

    /// The body as an HTML form.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_urlencoded::from_bytes(&self.inner.body)
            .map_err(|error| Error::bad_input(format!("API input error: the form cannot be read: {error}")))
    }

    /// The front-end interface version that the request is made for: the largest of the `fdi-version` header's list,
    /// or nothing where there is none, which means the newest.
    pub fn fdi_version(&self) -> Option<&str> {
        let number = |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
        self.header("fdi-version")?.split(',').map(str::trim).max_by_key(|version| number(version))
    }

    fn cookie_headers(&self) -> impl Iterator<Item = &str> {
        self.inner.headers.get_all(http::header::COOKIE).iter().filter_map(text)
    }
}

/// A header's value, if it is ASCII. As `HeaderValue::to_str`, which takes a token byte by byte: too slow for what is
/// done several times per request.
fn text(value: &HeaderValue) -> Option<&str> {
    std::str::from_utf8(value.as_bytes()).ok().filter(|text| text.is_ascii())
}

impl std::fmt::Debug for Inner {
    // Headers and body hold tokens and passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Makes a [`Request`] by hand.
#[derive(Default)]
pub struct RequestBuilder {
    inner: Inner,
}

impl RequestBuilder {
    /// Sets the method; `GET` without it.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.inner.method = method;
        self
    }

    /// Sets the path and query; `/` without it.
    #[must_use]
    pub fn uri(mut self, uri: Uri) -> Self {
        self.inner.uri = uri;
        self
    }

    /// Adds a header. Names and values that HTTP does not allow are left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.inner.headers.append(name, value);
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.inner.body = body.into();
        self
    }

    /// The request.
    pub fn finish(mut self) -> Request {
        self.inner.json_depth = BodyLimits::default().json_depth;
        Request { inner: Arc::new(self.inner) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_fdi_version_of_a_list_counts() {
        let version = |header: &str| {
            let request = Request::builder().header("fdi-version", header).finish();
            request.fdi_version().map(str::to_owned)
        };
        assert_eq!(version("1.17,3.1, 1.19").as_deref(), Some("3.1"));
        assert_eq!(version("4.2").as_deref(), Some("4.2"));
        assert_eq!(version("1.9,1.18").as_deref(), Some("1.18"));
        assert_eq!(Request::default().fdi_version(), None);
    }

    #[test]
    fn a_header_that_is_not_ascii_is_no_text() {
        let request = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::COOKIE, HeaderValue::from_bytes(value).unwrap());
            Request { inner: Arc::new(Inner { headers, ..Inner::default() }) }
        };
        assert_eq!(request(b"a=b\tc").header("cookie"), Some("a=b\tc"));
        for value in ["a=\u{fc}".as_bytes(), b"a=\xfc"] {
            assert_eq!(request(value).header("cookie"), None);
            assert_eq!(request(value).cookie("a"), None);
        }
    }

    #[test]
    fn query_parameters_are_decoded() {
        let request = Request::builder().uri(Uri::from_static("/x?a=1%202&b=&a=3")).finish();
        assert_eq!(request.query("a").as_deref(), Some("1 2"));
        assert_eq!(request.query("b").as_deref(), Some(""));
        assert_eq!(request.query("c"), None);
    }

    #[test]
    fn debug_shows_no_header_and_no_body() {
        let request = Request::builder().header("authorization", "Bearer secret").body("secret").finish();
        assert!(!format!("{request:?}").contains("secret"));
    }
}
