//! A core that answers at once, out of constants.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use serde_json::json;
use supertokens::CoreTransport;
use supertokens::kernel::BoxFuture;
use supertokens::kernel::core_client::TransportError;
use supertokens_jose::{SigningKey, sign_compact};

/// The id of the key that [`Keys`] sign with.
pub const KID: &str = "d-1700000000000";

const USER_ID: &str = "fa7a0841-b533-4478-9553-0fde890c3483";

/// The keys of a core, and tokens signed with them.
pub struct Keys {
    /// The private key.
    pub signing_key: SigningKey,
    serial: AtomicU64,
}

impl Keys {
    /// A new key pair.
    ///
    /// # Panics
    ///
    /// Where the system has no random numbers.
    pub fn generate() -> Self {
        Self { signing_key: SigningKey::generate().expect("random numbers"), serial: AtomicU64::new(0) }
    }

    /// The published half, as a core serves it.
    pub fn jwks(&self) -> Bytes {
        json!({ "keys": [self.signing_key.public_jwk(KID)] }).to_string().into()
    }

    /// An access token of version 5 with two claims of recipes; no two are the same. Good until 2100.
    ///
    /// # Panics
    ///
    /// Never: the key signs.
    pub fn access_token(&self) -> String {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let header = format!(r#"{{"kid":"{KID}","typ":"JWT","version":"5","alg":"RS256"}}"#);
        let payload = format!(
            r#"{{"iat":1700000000,"exp":4102444800,"sub":"{USER_ID}","tId":"public","rsub":"{USER_ID}","sessionHandle":"4cd2ad0e-7e2b-4a4c-8b8f-{serial:012x}","refreshTokenHash1":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","parentRefreshTokenHash1":null,"antiCsrfToken":null,"iss":"http://localhost:3001/auth","st-ev":{{"v":true,"t":1700000000000}},"st-role":{{"v":["user"],"t":1700000000000}}}}"#
        );
        sign_compact(header.as_bytes(), payload.as_bytes(), &self.signing_key).expect("the key signs")
    }
}

/// A core of interface 5.4 whose answers cost nothing: what is measured over it is the SDK alone.
#[derive(Clone)]
pub struct CoreDouble {
    answers: Arc<Answers>,
}

struct Answers {
    versions: Bytes,
    jwks: Bytes,
    session: Bytes,
    calls: AtomicU64,
}

impl CoreDouble {
    /// A core with these keys.
    pub fn new(keys: &Keys) -> Self {
        let session = json!({
            "status": "OK",
            "session": {
                "handle": "4cd2ad0e-7e2b-4a4c-8b8f-1f0b6f1c3f1e", "userId": USER_ID, "recipeUserId": USER_ID,
                "userDataInJWT": { "iss": "http://localhost:3001/auth" }, "tenantId": "public",
            },
            "accessToken": {
                "token": keys.access_token(), "expiry": 4_102_444_800_000_u64, "createdTime": 1_700_000_000_000_u64,
            },
            "refreshToken": {
                "token": format!("{:0>250}.{:0>64}.V2", "r", "n"), "expiry": 4_102_444_800_000_u64,
                "createdTime": 1_700_000_000_000_u64,
            },
            "antiCsrfToken": null,
        });
        let answers = Answers {
            versions: Bytes::from_static(br#"{"versions":["5.3","5.4"]}"#),
            jwks: keys.jwks(),
            session: session.to_string().into(),
            calls: AtomicU64::new(0),
        };
        Self { answers: Arc::new(answers) }
    }

    /// A core that has neither keys nor sessions, for what never calls it.
    pub fn without_sessions() -> Self {
        let nothing = Bytes::from_static(b"{}");
        let answers =
            Answers { versions: nothing.clone(), jwks: nothing.clone(), session: nothing, calls: AtomicU64::new(0) };
        Self { answers: Arc::new(answers) }
    }

    /// How many calls it has answered.
    pub fn calls(&self) -> u64 {
        self.answers.calls.load(Ordering::Relaxed)
    }
}

impl CoreTransport for CoreDouble {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        self.answers.calls.fetch_add(1, Ordering::Relaxed);
        let path = request.uri().path();
        let body = if path.ends_with("/apiversion") {
            &self.answers.versions
        } else if path.ends_with("/jwks.json") {
            &self.answers.jwks
        } else {
            &self.answers.session
        };
        Box::pin(std::future::ready(Ok(http::Response::new(body.clone()))))
    }
}
