//! Keys fetched once, again when they are old or unknown, and tokens that stay good only as long as their keys.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use bytes::Bytes;
use serde_json::{Value, json};
use supertokens_jose::{SigningKey, base64url, sign_compact};
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, TransportError};
use supertokens_kernel::{AppInfo, BoxFuture, CoreTransport, ManualClock};

use super::*;

const NOW_MS: u64 = 1_800_000_000_000;
const INTERVAL_MS: u64 = 60_000;

/// Making an RSA key takes long; tests share two.
fn key(index: usize) -> &'static SigningKey {
    static KEYS: OnceLock<[SigningKey; 2]> = OnceLock::new();
    &KEYS.get_or_init(|| [SigningKey::generate().unwrap(), SigningKey::generate().unwrap()])[index]
}

/// A core that publishes keys, on hosts of which some may be away.
struct KeyServer {
    published: Mutex<Vec<(&'static str, usize)>>,
    away: Mutex<Vec<&'static str>>,
    fetches: AtomicUsize,
}

struct ToKeyServer(Arc<KeyServer>);

impl CoreTransport for ToKeyServer {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        let server = self.0.clone();
        Box::pin(async move {
            assert_eq!(request.uri().path(), "/.well-known/jwks.json");
            server.fetches.fetch_add(1, Ordering::SeqCst);
            // Others get a chance to ask at the same time.
            tokio::task::yield_now().await;
            if server.away.lock().unwrap().iter().any(|host| request.uri().host() == Some(host)) {
                return Err(TransportError::Unreachable("refused".into()));
            }
            let published = server.published.lock().unwrap().clone();
            let keys: Vec<_> = published.iter().map(|(kid, index)| key(*index).public_jwk(kid)).collect();
            Ok(http::Response::new(Bytes::from(json!({"keys": keys}).to_string())))
        })
    }
}

struct Fixture {
    server: Arc<KeyServer>,
    clock: Arc<ManualClock>,
    verifier: AccessTokenVerifier,
}

fn fixture(published: &[(&'static str, usize)]) -> Fixture {
    let server = Arc::new(KeyServer {
        published: Mutex::new(published.to_vec()),
        away: Mutex::default(),
        fetches: AtomicUsize::new(0),
    });
    let config = CoreConfig {
        hosts: CoreHosts::parse("http://one;http://two").unwrap(),
        transport: Arc::new(ToKeyServer(server.clone())),
        api_key: None,
        interceptor: None,
        disable_core_call_cache: false,
    };
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000").normalise().unwrap();
    let clock = Arc::new(ManualClock::new(NOW_MS));
    let core = CoreClient::new(config, &app_info).unwrap();
    Fixture { server, clock: clock.clone(), verifier: AccessTokenVerifier::new(core, clock, INTERVAL_MS) }
}

impl Fixture {
    async fn is_good(&self, token: &str) -> bool {
        let inspected = self.verifier.inspect(token).unwrap();
        matches!(self.verifier.verify(token, &inspected).await, Verification::Good)
    }

    fn was_seen(&self, token: &str) -> bool {
        self.verifier.inspect(token).unwrap().verified_by.is_some()
    }

    fn fetches(&self) -> usize {
        self.server.fetches.load(Ordering::SeqCst)
    }

    fn publish(&self, published: &[(&'static str, usize)]) {
        *self.server.published.lock().unwrap() = published.to_vec();
    }
}

fn payload() -> Value {
    json!({
        "sub": "u", "rsub": "u", "tId": "public", "exp": NOW_MS / 1000 + 3600, "iat": NOW_MS / 1000,
        "sessionHandle": "h", "refreshTokenHash1": "r", "parentRefreshTokenHash1": null, "antiCsrfToken": null
    })
}

fn token(kid: &str, index: usize) -> String {
    let header = json!({"kid": kid, "typ": "JWT", "version": "5", "alg": "RS256"});
    sign_compact(header.to_string().as_bytes(), payload().to_string().as_bytes(), key(index)).unwrap()
}

/// A token of version 2: standard base64 with padding, and no key id.
fn legacy_token(index: usize) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let payload = json!({
        "sessionHandle": "h", "userId": "u", "refreshTokenHash1": "r", "userData": {},
        "expiryTime": NOW_MS + 3_600_000, "timeCreated": NOW_MS
    });
    let header = STANDARD.encode(r#"{"alg":"RS256","typ":"JWT","version":"2"}"#);
    let signed = format!("{header}.{}", STANDARD.encode(payload.to_string()));
    let signature = key(index).sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", STANDARD.encode(signature))
}

#[tokio::test]
async fn any_number_of_waiting_requests_fetch_the_keys_once() {
    let fixture = Arc::new(fixture(&[("d-1", 0)]));
    let token = token("d-1", 0);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (fixture, token) = (fixture.clone(), token.clone());
            tokio::spawn(async move { fixture.is_good(&token).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert_eq!(fixture.fetches(), 1);
}

#[tokio::test]
async fn a_token_seen_before_is_known_and_one_changed_in_any_part_is_not() {
    let fixture = fixture(&[("d-1", 0)]);
    let good = token("d-1", 0);
    assert!(fixture.is_good(&good).await);
    assert!(fixture.was_seen(&good));
    assert!(fixture.is_good(&good).await);

    let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    let mut claims = payload();
    claims["sub"] = json!("somebody else");
    parts[1] = base64url::encode(claims.to_string().as_bytes());
    let forged = parts.join(".");
    assert!(!fixture.is_good(&forged).await);
    assert!(!fixture.was_seen(&forged));
    let other_signature = format!("{}.{}", good.rsplit_once('.').unwrap().0, base64url::encode(&[7; 256]));
    assert!(!fixture.is_good(&other_signature).await, "a known header and payload do not make a signature");
}

#[tokio::test]
async fn expiry_is_looked_at_on_every_use() {
    let fixture = fixture(&[("d-1", 0)]);
    let token = token("d-1", 0);
    assert!(fixture.is_good(&token).await);
    fixture.clock.advance_ms(3_600_000);
    assert!(fixture.is_good(&token).await, "leeway 0: the last millisecond still counts");
    fixture.clock.advance_ms(1);
    assert!(!fixture.is_good(&token).await);
}

#[tokio::test]
async fn an_unknown_key_is_fetched_at_most_once_per_cool_down() {
    let fixture = fixture(&[("d-1", 0)]);
    assert!(fixture.is_good(&token("d-1", 0)).await);
    fixture.publish(&[("d-1", 0), ("d-2", 1)]);
    let new = token("d-2", 1);
    assert!(!fixture.is_good(&new).await, "the last fetch was just now");
    assert_eq!(fixture.fetches(), 1);
    fixture.clock.advance_ms(500);
    assert!(fixture.is_good(&new).await);
    assert_eq!(fixture.fetches(), 2);

    fixture.clock.advance_ms(500);
    for _ in 0..10 {
        assert!(!fixture.is_good(&token("d-9", 1)).await);
    }
    assert_eq!(fixture.fetches(), 3, "strangers cannot make us ask the core for each of their requests");
}

#[tokio::test]
async fn when_the_keys_change_what_they_verified_counts_no_more() {
    let fixture = fixture(&[("d-1", 0)]);
    let old = token("d-1", 0);
    assert!(fixture.is_good(&old).await);
    fixture.publish(&[("d-2", 1)]);
    fixture.clock.advance_ms(INTERVAL_MS);
    assert!(!fixture.is_good(&old).await, "its key is withdrawn");
    assert!(fixture.is_good(&token("d-2", 1)).await);
}

#[tokio::test]
async fn the_same_keys_fetched_anew_keep_what_they_verified() {
    let fixture = fixture(&[("d-1", 0)]);
    let token = token("d-1", 0);
    assert!(fixture.is_good(&token).await);
    fixture.clock.advance_ms(INTERVAL_MS);
    assert!(fixture.is_good(&token).await);
    assert_eq!(fixture.fetches(), 2);
    assert!(fixture.was_seen(&token));
}

#[tokio::test]
async fn hosts_are_asked_in_turn_and_keys_at_hand_outlive_a_core_that_is_away() {
    let fixture = fixture(&[("d-1", 0)]);
    *fixture.server.away.lock().unwrap() = vec!["one"];
    let known = token("d-1", 0);
    assert!(fixture.is_good(&known).await, "the second host answers");
    assert_eq!(fixture.fetches(), 2);

    *fixture.server.away.lock().unwrap() = vec!["one", "two"];
    fixture.clock.advance_ms(INTERVAL_MS);
    assert!(fixture.is_good(&known).await);
    assert_eq!(fixture.fetches(), 4);
    assert!(fixture.is_good(&known).await);
    assert_eq!(fixture.fetches(), 4, "a core that is away is not asked for each request");
}

#[tokio::test]
async fn while_one_request_fetches_old_keys_anew_the_others_go_on() {
    let fixture = Arc::new(fixture(&[("d-1", 0)]));
    let token = token("d-1", 0);
    assert!(fixture.is_good(&token).await);
    fixture.clock.advance_ms(INTERVAL_MS);
    let first = {
        let (fixture, token) = (fixture.clone(), token.clone());
        tokio::spawn(async move { fixture.is_good(&token).await })
    };
    // The core answers the first request's fetch only after others have had their turn.
    tokio::task::yield_now().await;
    assert_eq!(fixture.fetches(), 2);
    let inspected = fixture.verifier.inspect(&token).unwrap();
    let second = std::pin::pin!(fixture.verifier.verify(&token, &inspected));
    assert!(matches!(poll_once(second), Some(Verification::Good)), "it does not wait");
    assert!(first.await.unwrap());
}

/// What a future gives without having to wait.
fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test]
async fn without_any_keys_no_token_is_good() {
    let fixture = fixture(&[]);
    *fixture.server.away.lock().unwrap() = vec!["one", "two"];
    assert!(!fixture.is_good(&token("d-1", 0)).await);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_tried_with_every_key() {
    let fixture = fixture(&[("d-1", 0), ("d-2", 1)]);
    assert!(fixture.is_good(&legacy_token(0)).await);
    assert!(fixture.is_good(&legacy_token(1)).await);
    let mut forged = legacy_token(0);
    forged.replace_range(forged.len() - 20..forged.len() - 10, "AAAAAAAAAA");
    assert!(!fixture.is_good(&forged).await);
}

#[tokio::test]
async fn a_key_id_names_the_one_key_that_counts() {
    let fixture = fixture(&[("d-1", 0), ("d-2", 1)]);
    assert!(!fixture.is_good(&token("d-1", 1)).await, "signed by a good key, but not by the one that it names");
}
