//! A core that answers what a test says, and one that signs tokens of any version.

use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use supertokens::CoreTransport;
use supertokens::kernel::BoxFuture;
use supertokens::kernel::core_client::TransportError;
use supertokens_jose::{JwkSet, SigningKey, base64url};

type Answer = Arc<dyn Fn(&Request<Bytes>) -> (u16, Value) + Send + Sync>;

/// A core that answers what a test says, offers the interface 5.4, and publishes an [`Issuer`]'s keys.
#[derive(Clone)]
pub(crate) struct CoreDouble {
    answer: Answer,
    issuer: Issuer,
    asked: Arc<Mutex<Vec<String>>>,
}

impl CoreDouble {
    /// A core that answers so to all but `/apiversion` and the keys.
    pub(crate) fn new(
        issuer: &Issuer,
        answer: impl Fn(&Request<Bytes>) -> (u16, Value) + Send + Sync + 'static,
    ) -> Self {
        Self { answer: Arc::new(answer), issuer: issuer.clone(), asked: Arc::default() }
    }

    /// A core that nothing but its keys may be asked of.
    pub(crate) fn of_keys(issuer: &Issuer) -> Self {
        Self::new(issuer, |request| panic!("the core is asked for {}", request.uri()))
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl CoreTransport for CoreDouble {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<Result<Response<Bytes>, TransportError>> {
        self.asked.lock().unwrap().push(request.uri().path().to_owned());
        let (status, body) = match request.uri().path() {
            "/apiversion" => (200, json!({"versions": ["5.4"]})),
            "/.well-known/jwks.json" => self.issuer.key_set(),
            _ => (self.answer)(&request),
        };
        let response = Response::builder().status(status).body(body.to_string().into()).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// Signs access tokens of any version, as cores of all ages have done.
#[derive(Clone)]
pub(crate) struct Issuer {
    /// The ids of the keys that are published; none while nothing can be had.
    published: Arc<Mutex<Option<Vec<&'static str>>>>,
}

impl Issuer {
    /// An issuer that publishes a key that rotates, `d-1`, and one that does not, `s-1`.
    pub(crate) fn new() -> Self {
        Self { published: Arc::new(Mutex::new(Some(vec!["d-1", "s-1"]))) }
    }

    /// Publishes these keys from now on.
    pub(crate) fn publish(&self, kids: &[&'static str]) {
        *self.published.lock().unwrap() = Some(kids.to_vec());
    }

    /// Answers no more.
    pub(crate) fn go_away(&self) {
        *self.published.lock().unwrap() = None;
    }

    fn key_set(&self) -> (u16, Value) {
        let Some(kids) = &*self.published.lock().unwrap() else { return (503, json!("away")) };
        let keys = kids.iter().map(|kid| key(kid).public_jwk(kid)).collect();
        (200, serde_json::to_value(JwkSet { keys }).unwrap())
    }

    /// A token of version 5 with this payload, signed with that key.
    pub(crate) fn token(&self, kid: &str, payload: &Value) -> String {
        self.token_with_header(&json!({"kid": kid, "typ": "JWT", "version": "5", "alg": "RS256"}), payload)
    }

    /// A token with this header, signed with the key that it names.
    pub(crate) fn token_with_header(&self, header: &Value, payload: &Value) -> String {
        let encode = |json: &Value| base64url::encode(json.to_string().as_bytes());
        let signed = format!("{}.{}", encode(header), encode(payload));
        let signature = key(header["kid"].as_str().unwrap_or("d-1")).sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url::encode(&signature))
    }

    /// A token of version 1 or 2: standard base64, and no key id.
    pub(crate) fn legacy_token(&self, version: u8, kid: &str, payload: &Value) -> String {
        let header = STANDARD.encode(format!(r#"{{"alg":"RS256","typ":"JWT","version":"{version}"}}"#));
        let signed = format!("{header}.{}", STANDARD.encode(payload.to_string()));
        let signature = key(kid).sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", STANDARD.encode(signature))
    }
}

/// The key of an id, by the id's first letter: making one takes long, so all tests of a process share them.
fn key(kid: &str) -> &'static SigningKey {
    static DYNAMIC: OnceLock<SigningKey> = OnceLock::new();
    static STATIC: OnceLock<SigningKey> = OnceLock::new();
    static UNKNOWN: OnceLock<SigningKey> = OnceLock::new();
    let key = match kid.split('-').next() {
        Some("d") => &DYNAMIC,
        Some("s") => &STATIC,
        _ => &UNKNOWN,
    };
    key.get_or_init(|| SigningKey::generate().unwrap())
}
