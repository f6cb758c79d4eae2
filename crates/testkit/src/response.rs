//! What an application answered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What an application answered, read to its end.
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    pub(crate) fn new(response: http::Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header; nothing if it is absent or no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// If it is no JSON, or of another form; the message shows it.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("the body is not the JSON that was expected: {error}\n{} {}", self.status, self.text())
        })
    }

    /// Checks the status.
    ///
    /// # Panics
    ///
    /// If it is another; the message shows the body.
    #[track_caller]
    pub fn assert_status(&self, expected: u16) -> &Self {
        assert_eq!(self.status(), expected, "the application answered: {}", self.text());
        self
    }

    /// Checks the body.
    ///
    /// # Panics
    ///
    /// If it is not this JSON.
    #[track_caller]
    pub fn assert_json(&self, expected: &Value) -> &Self {
        assert_eq!(&self.json::<Value>(), expected, "with the status {}", self.status);
        self
    }

    /// Checks that a route was refused for a claim of the session: `403` with `claimValidationErrors` that name it.
    ///
    /// # Panics
    ///
    /// If it was not; the message shows the body.
    #[track_caller]
    pub fn assert_invalid_claim(&self, claim: &str) -> &Self {
        self.assert_status(403);
        let body: Value = self.json();
        let errors = body.get("claimValidationErrors").and_then(Value::as_array);
        let is_named = errors.is_some_and(|errors| errors.iter().any(|error| error.get("id") == Some(&claim.into())));
        assert!(is_named, "the application did not answer that the claim {claim} is wrong: {}", self.text());
        self
    }

    /// What scripts of the page learn of a new session: the header `front-token`, `{"uid", "ate", "up"}`.
    pub fn front_token(&self) -> Option<Value> {
        let token = STANDARD.decode(self.header("front-token")?).ok()?;
        serde_json::from_slice(&token).ok()
    }
}
