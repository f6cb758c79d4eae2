//! A core to send requests to.

use std::{
    future::{Future, poll_fn},
    io::Write,
    path::Path,
    pin::Pin,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use supertokens_core::{
    Config, Core, ManualClock,
    storage::{KeyKind, KeyStorage, PUBLIC, StoredSigningKey},
};
use supertokens_core_sqlite::SqliteStorage;
use supertokens_jose::{CompactJwt, JwkSet, KeySet, SigningKey};

/// A second that divides everything, in 2026.
pub(crate) const START_MS: u64 = 1_795_000_000_000;

pub(crate) struct TestCore {
    pub(crate) core: Core,
    pub(crate) clock: ManualClock,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) cache_control: Option<String>,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl TestCore {
    pub(crate) fn new() -> Self {
        Self::with(without_jitter())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::over(SqliteStorage::memory().unwrap(), config)
    }

    pub(crate) fn over(storage: SqliteStorage, config: Config) -> Self {
        let storage = with_keys(storage);
        let clock = ManualClock::new(START_MS);
        let core = Core::builder(storage).config(config).clock(clock.clone()).build().unwrap();
        Self { core, clock }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.core.call(request.body(body.into()).unwrap()).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        Answer {
            status: response.status().as_u16(),
            content_type: header("content-type").unwrap(),
            cache_control: header("cache-control"),
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text: text.trim_end_matches('\n').to_owned(),
        }
    }

    pub(crate) async fn get(&self, version: &str, target: &str) -> Answer {
        self.send("GET", target, &[("cdi-version", version)], "").await
    }

    pub(crate) async fn post(&self, version: &str, target: &str, body: Value) -> Answer {
        self.send("POST", target, &[("cdi-version", version)], body.to_string()).await
    }

    pub(crate) async fn put(&self, target: &str, body: Value) -> Answer {
        self.send("PUT", target, &[("cdi-version", "5.4")], body.to_string()).await
    }

    pub(crate) async fn create(&self, version: &str) -> Value {
        let answer = self.post(version, "/recipe/session", session_of("alice")).await;
        answer.ok()
    }

    pub(crate) async fn refresh(&self, version: &str, token: &str) -> Answer {
        self.post(version, "/recipe/session/refresh", refresh_with(token)).await
    }

    pub(crate) async fn verify(&self, version: &str, token: &str, check_database: bool) -> Answer {
        let body = json!({"accessToken": token, "doAntiCsrfCheck": false, "enableAntiCsrf": false,
                          "checkDatabase": check_database});
        self.post(version, "/recipe/session/verify", body).await
    }

    pub(crate) async fn information(&self, handle: &str) -> Answer {
        self.get("5.4", &format!("/recipe/session?sessionHandle={handle}")).await
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The header and the claims of a token, whose signature must be by a published key.
    pub(crate) async fn read(&self, app: &str, token: &str) -> (Value, Value) {
        let published = self.get("5.4", &format!("{app}/.well-known/jwks.json")).await;
        let keys = KeySet::from(&JwkSet::parse(published.text.as_bytes()).unwrap());
        let jwt = CompactJwt::split(token).unwrap();
        let kid = jwt.header().unwrap().kid.unwrap();
        jwt.verify(keys.get(&kid).expect("a published key")).expect("a signature by it");
        let header = supertokens_jose::base64url::decode(token.split('.').next().unwrap()).unwrap();
        (serde_json::from_slice(&header).unwrap(), serde_json::from_slice(&jwt.payload().unwrap()).unwrap())
    }
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!((self.status, &self.json["status"]), (200, &json!("OK")), "{}", self.text);
        self.json
    }

    /// The status of an answer that is no success, and its message.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (&str, &str) {
        assert_eq!(self.status, 200, "{}", self.text);
        (self.json["status"].as_str().unwrap(), self.json["message"].as_str().unwrap_or_default())
    }

    /// The text of a 400.
    #[track_caller]
    pub(crate) fn bad_request(&self) -> &str {
        assert_eq!((self.status, self.content_type.as_str()), (400, "text/html;charset=UTF-8"), "{}", self.text);
        &self.text
    }
}

/// Gives a new storage the keys of all tests, because making two for each test would take most of the time.
fn with_keys(storage: SqliteStorage) -> SqliteStorage {
    // On a thread of its own, where no test's runtime is in the way.
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            if storage.signing_keys(PUBLIC.into()).await.unwrap().is_empty() {
                for (kind, kid) in [(KeyKind::Dynamic, format!("d-{START_MS}")), (KeyKind::Static, "s-test".into())] {
                    let pkcs8 = key_of_all_tests(&kid);
                    let key = StoredSigningKey { kid, kind, created_at_ms: START_MS, pkcs8: pkcs8.into() };
                    storage.add_signing_key(PUBLIC.into(), key).await.unwrap();
                }
            }
        });
        storage
    });
    thread.join().unwrap()
}

/// Made once per build directory.
fn key_of_all_tests(kid: &str) -> Vec<u8> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("{kid}.der"));
    if let Ok(pkcs8) = std::fs::read(&path) {
        return pkcs8;
    }
    // Another test may do the same at this moment: whoever comes last wins, and both have a whole key.
    let pkcs8 = SigningKey::generate().unwrap().to_pkcs8();
    let mut file = tempfile::NamedTempFile::new_in(directory).unwrap();
    file.write_all(&pkcs8).unwrap();
    file.persist(&path).unwrap();
    pkcs8.to_vec()
}

/// A config whose access tokens live for as long as it says.
pub(crate) fn without_jitter() -> Config {
    Config::from_yaml_str("access_token_validity_jitter: 0").unwrap()
}

pub(crate) fn session_of(user_id: &str) -> Value {
    json!({"userId": user_id, "userDataInJWT": {"role": "user"}, "userDataInDatabase": {"cart": [1]},
           "enableAntiCsrf": false, "useDynamicSigningKey": true})
}

pub(crate) fn refresh_with(token: &str) -> Value {
    json!({"refreshToken": token, "enableAntiCsrf": false, "useDynamicSigningKey": true})
}

#[track_caller]
pub(crate) fn refresh_token(session: &Value) -> &str {
    session["refreshToken"]["token"].as_str().unwrap()
}

#[track_caller]
pub(crate) fn access_token(session: &Value) -> &str {
    session["accessToken"]["token"].as_str().unwrap()
}

#[track_caller]
pub(crate) fn handle(session: &Value) -> &str {
    session["session"]["handle"].as_str().unwrap()
}

/// Runs futures at once and gives their outputs in order.
pub(crate) async fn join_all<F: Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(ready) = Pin::new(future).poll(context)
            {
                *output = Some(ready);
            }
        }
        if outputs.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
