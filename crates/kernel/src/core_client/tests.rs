//! The client against a core that is a function.

use std::sync::Mutex;

use http::StatusCode;
use serde_json::{Value, json};

use super::*;
use crate::app_info::AppInfo;
use crate::tenant::TenantId;

type Reply = Result<(u16, Value), &'static str>;
type ReplyFn = Box<dyn Fn(&http::Request<Bytes>, usize) -> Reply + Send + Sync>;

/// A core that answers with a function and remembers what it was asked.
struct Double {
    asked: Mutex<Vec<http::Request<Bytes>>>,
    reply: ReplyFn,
}

impl CoreTransport for Arc<Double> {
    fn send(&self, request: http::Request<Bytes>) -> crate::BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        let mut asked = self.asked.lock().unwrap();
        let reply = if request.uri().path().ends_with("/apiversion") {
            Ok((200, json!({"versions": ["4.0", "5.4", "5.5"]})))
        } else {
            (self.reply)(&request, asked.len())
        };
        asked.push(request);
        let answer = match reply {
            Ok((status, body)) => {
                let mut response = http::Response::new(Bytes::from(body.to_string()));
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                Ok(response)
            }
            Err(message) => Err(TransportError::Unreachable(message.into())),
        };
        Box::pin(std::future::ready(answer))
    }
}

fn client(
    hosts: &str,
    reply: impl Fn(&http::Request<Bytes>, usize) -> Reply + Send + Sync + 'static,
) -> (CoreClient, Arc<Double>) {
    client_with(hosts, None, reply)
}

fn client_with(
    hosts: &str,
    interceptor: Option<NetworkInterceptor>,
    reply: impl Fn(&http::Request<Bytes>, usize) -> Reply + Send + Sync + 'static,
) -> (CoreClient, Arc<Double>) {
    let double = Arc::new(Double { asked: Mutex::default(), reply: Box::new(reply) });
    let config = CoreConfig {
        hosts: CoreHosts::parse(hosts).unwrap(),
        transport: Arc::new(double.clone()),
        api_key: Some("the-key".to_owned().into()),
        interceptor,
        disable_core_call_cache: false,
    };
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000").normalise().unwrap();
    (CoreClient::new(config, &app_info).unwrap().for_recipe("session"), double)
}

fn urls(double: &Double) -> Vec<String> {
    double.asked.lock().unwrap().iter().map(|request| request.uri().to_string()).collect()
}

const SESSION: &str = "/recipe/session";

#[tokio::test]
async fn the_newest_common_version_is_asked_for_once_and_sent_with_every_call() {
    let (core, double) = client("http://a", |_, _| Ok((200, json!({"status": "OK"}))));
    let tenant = TenantId::new("t/1");
    for _ in 0..2 {
        let _: Value = core.post(CorePath::tenant(&tenant, SESSION), &json!({}), &UserContext::new()).await.unwrap();
    }
    assert_eq!(
        urls(&double),
        [
            "http://a/apiversion?apiDomain=http%3A%2F%2Flocalhost%3A3001&websiteDomain=http%3A%2F%2Flocalhost%3A3000",
            "http://a/t%2F1/recipe/session",
            "http://a/t%2F1/recipe/session"
        ]
    );
    let asked = double.asked.lock().unwrap();
    assert!(asked[0].headers().get("cdi-version").is_none());
    let headers = asked[1].headers();
    assert_eq!(headers["cdi-version"], "5.5");
    assert_eq!(headers["api-key"], "the-key");
    assert_eq!(headers["rid"], "session");
    assert_eq!(headers["content-type"], "application/json; charset=utf-8");
}

#[tokio::test]
async fn hosts_take_turns_and_only_an_unreachable_one_is_passed_over() {
    let (core, double) = client("http://a;http://b/appid-x", |request, _| match request.uri().host() {
        Some("b") => Err("refused"),
        _ => Ok((200, json!({}))),
    });
    for _ in 0..2 {
        let _: Value = core.get(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap();
    }
    let paths: Vec<String> = urls(&double).into_iter().skip(1).collect();
    assert_eq!(paths, ["http://b/appid-x/user/id", "http://a/user/id", "http://b/appid-x/user/id", "http://a/user/id"]);

    let (core, double) = client("http://a;http://b", |_, _| Ok((500, json!("down"))));
    let error = core.get::<Value>(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap_err();
    assert_eq!(error.status_code(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(urls(&double).len(), 2, "a host that answers is not passed over");
}

#[tokio::test]
async fn when_no_host_can_be_reached_the_error_says_so() {
    let (core, double) = client("http://a;http://b;http://c", |_, _| Err("refused"));
    let error = core.get::<Value>(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap_err();
    assert!(matches!(error, CoreError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("No SuperTokens core available to query"));
    assert_eq!(urls(&double).len(), 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn a_busy_core_is_asked_again_and_then_given_up() {
    let (core, double) = client("http://a", |_, asked| Ok((if asked < 4 { 429 } else { 200 }, json!({}))));
    let _: Value = core.get(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap();
    assert_eq!(urls(&double).len(), 1 + 4);

    let (core, double) = client("http://a", |_, _| Ok((429, json!("busy"))));
    let started = tokio::time::Instant::now();
    let error = core.get::<Value>(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap_err();
    assert_eq!(error.status_code(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(urls(&double).len(), 1 + 6);
    assert_eq!(started.elapsed(), Duration::from_millis(5 * 10 + 250 * (1 + 2 + 3 + 4)));
}

#[tokio::test]
async fn an_error_keeps_status_and_body() {
    let (core, _) = client("http://a", |_, _| Ok((400, json!("no such tenant"))));
    let error = core.post::<_, Value>(CorePath::app(SESSION), &json!({}), &UserContext::new()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "SuperTokens core threw an error for a POST request to path: '/recipe/session' with status code: 400 and message: \"no such tenant\""
    );
}

#[tokio::test]
async fn a_get_is_answered_from_the_contexts_cache_until_something_changes() {
    let (core, double) = client("http://a", |_, asked| Ok((200, json!({"n": asked}))));
    let get = async |context: &UserContext| -> Value {
        core.get(CorePath::app("/user/id"), &[("userId", "u")], context).await.unwrap()
    };
    let (mine, api) = (UserContext::new(), UserContext::for_request(crate::Request::default()));
    let (first, api_first) = (get(&mine).await, get(&api).await);
    assert_eq!(get(&mine).await, first);
    assert_eq!(urls(&double).len(), 1 + 2);

    // Another request writes: a plain context asks again, one of an HTTP request stays with what it saw.
    let _: Value = core.post(CorePath::app(SESSION), &json!({}), &UserContext::new()).await.unwrap();
    assert_ne!(get(&mine).await, first);
    assert_eq!(get(&api).await, api_first);

    // The request's own write empties its cache.
    let _: Value = core.post(CorePath::app(SESSION), &json!({}), &api).await.unwrap();
    assert_ne!(get(&api).await, api_first);
}

#[tokio::test]
async fn an_interceptor_may_change_every_part() {
    let interceptor: NetworkInterceptor = Arc::new(|mut request, _| {
        request.headers.insert("x-mine", HeaderValue::from_static("1"));
        request.query = "changed=yes".to_owned();
        request
    });
    let (core, double) = client_with("http://a", Some(interceptor), |_, _| Ok((200, json!({}))));
    let _: Value = core.put(CorePath::app(SESSION), &json!({"a": 1}), &UserContext::new()).await.unwrap();
    let asked = double.asked.lock().unwrap();
    assert_eq!(asked[1].uri().query(), Some("changed=yes"));
    assert_eq!(asked[1].headers()["x-mine"], "1");
    assert_eq!(asked[1].body(), "{\"a\":1}");
}

#[tokio::test]
async fn a_core_of_other_versions_is_refused_with_both_lists() {
    let error = CoreError::IncompatibleVersion { offered: "2.7".into(), supported: "5.4".into() };
    assert!(error.to_string().contains("2.7") && error.to_string().contains("5.4"));
    let (core, _) = client("http://a", |_, _| Ok((200, json!("not an object"))));
    let context = UserContext::new();
    let answer = core.get::<std::collections::HashMap<String, String>>(CorePath::app("/user/id"), &[], &context).await;
    assert!(matches!(answer, Err(CoreError::UnexpectedAnswer { .. })));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_described_and_not_repeated() {
    #[derive(Debug, serde::Deserialize)]
    struct Token {
        #[serde(rename = "expiry")]
        _expiry: u64,
    }
    for (answer, problem) in [
        (json!("a secret, expected nowhere"), "expected struct Token at line 1 column 28"),
        (json!({"expiry": "a secret"}), "expected u64 at line 1 column 20"),
        (json!({"secret": 1}), "missing field `expiry` at line 1 column 12"),
    ] {
        let (core, _) = client("http://a", move |_, _| Ok((200, answer.clone())));
        let error = core.get::<Token>(CorePath::app("/user/id"), &[], &UserContext::new()).await.unwrap_err();
        assert!(error.to_string().ends_with(&format!("is not what the core interface says: {problem}")), "{error}");
        assert!(!format!("{error:?}").contains("a secret"), "{error:?}");
    }
}

#[tokio::test]
async fn keys_come_from_the_first_host_whose_answer_can_be_read() {
    let (core, double) = client("http://a;http://b;http://c;http://d", |request, _| match request.uri().host() {
        Some("a") => Err("refused"),
        Some("b") => Ok((500, json!("down"))),
        Some("c") => Ok((200, json!("no keys"))),
        _ => Ok((200, json!("keys"))),
    });
    let read = |text: &Bytes| if text == "\"keys\"" { Ok(7) } else { Err("no key set") };
    assert_eq!(core.fetch_jwks(read).await.unwrap(), 7);
    assert_eq!(urls(&double).len(), 4);

    let refuse = |_: &Bytes| Err::<(), _>("no key set");
    let error = core.fetch_jwks(refuse).await.unwrap_err();
    assert!(matches!(&error, CoreError::UnexpectedAnswer { problem, .. } if problem == "no key set"), "{error}");
}

#[tokio::test]
async fn a_tenant_id_that_leads_elsewhere_is_not_sent() {
    let (core, double) = client("http://a/appid-x", |_, _| Ok((200, json!({}))));
    for tenant_id in ["", ".", "..", "appid-b", "AppId-b"] {
        let (tenant, context) = (TenantId::new(tenant_id), UserContext::new());
        let error = core.post::<_, Value>(CorePath::tenant(&tenant, SESSION), &json!({}), &context).await.unwrap_err();
        assert!(matches!(error, CoreError::InvalidTenantId { .. }), "{error}");
    }
    assert!(urls(&double).iter().all(|url| url.contains("/apiversion")), "{:?}", urls(&double));
}
