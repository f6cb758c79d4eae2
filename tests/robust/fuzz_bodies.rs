//! What the fuzz targets run. They live here, and `fuzz/` includes this file, so that the ordinary tests run them too.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use supertokens::kernel::http::{BodyLimits, Cookie, SameSite, cookies, parse_json};
use supertokens::session::Session;
use supertokens::{AppInfo, Core, Handled, Recipe, SuperTokens, embedded_core};
use supertokens_core_sqlite::SqliteStorage;
use tokio::runtime::{Builder, Runtime};

static APP: LazyLock<SuperTokens> = LazyLock::new(|| {
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
    SuperTokens::builder(app_info)
        .core(Core::embedded(":memory:"))
        .recipes(vec![Session::new().boxed()])
        .build()
        .unwrap()
});

static CORE: LazyLock<embedded_core::Core> =
    LazyLock::new(|| embedded_core::Core::builder(SqliteStorage::memory().unwrap()).build().unwrap());

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().unwrap();
}

/// The bytes as a `Cookie` header, and as the value of a cookie that is written and read again.
pub(crate) fn cookie_header(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let names: BTreeSet<&str> =
        text.split([';', '=']).map(str::trim).chain(["sAccessToken", "sRefreshToken"]).collect();
    let request = supertokens::Request::builder().header("cookie", text).finish();
    for name in names {
        let (value, count) = (cookies::value(text, name), cookies::count(text, name));
        assert!(value.is_none() || name.contains('%') || count > 0, "{name} has a value and is not there");
        if HeaderValue::from_str(text).is_ok() && text.is_ascii() && !text.contains('\t') {
            assert_eq!((request.cookie(name), request.count_cookies(name)), (value, count));
        }
    }
    let cookie = Cookie {
        name: "sAccessToken".to_owned(),
        value: text.to_owned(),
        domain: None,
        path: "/".to_owned(),
        expires_ms: u64::from_le_bytes(bytes.first_chunk().copied().unwrap_or_default()),
        secure: true,
        same_site: SameSite::Lax,
    };
    let written = cookie.to_header_value();
    HeaderValue::from_str(&written).expect("any value can be written");
    let sent_back = written.split("; ").next().unwrap();
    // What begins so is read as JSON.
    if !text.starts_with("j:") {
        assert_eq!(cookies::value(sent_back, "sAccessToken").as_deref(), Some(text));
    }
}

/// The bytes as a JSON body and as a form, and as a request with a body to an application.
pub(crate) fn front_end_body(bytes: &[u8]) {
    let limits = BodyLimits::default();
    let parsed = parse_json::<Value>(bytes, limits.json_depth);
    let request = supertokens::Request::builder().body(bytes.to_vec()).finish();
    assert_eq!(request.json::<Value>().ok(), parsed.as_ref().ok().cloned());
    if let Ok(value) = parsed {
        assert!(depth(&value) <= limits.json_depth);
        // Numbers may lose digits, and nothing else may be lost.
        let again: Value = parse_json(value.to_string().as_bytes(), limits.json_depth).unwrap();
        assert_eq!(depth(&again), depth(&value));
    }
    if let Ok(form) = request.form::<Vec<(String, String)>>() {
        let written = form_urlencoded(&form);
        let again = supertokens::Request::builder().body(written).finish().form::<Vec<(String, String)>>();
        assert_eq!(again.ok(), Some(form));
    }
    if let Some(request) = http_request(bytes) {
        let has_two_cookies = request.headers().get_all(header::COOKIE).iter().count() > 1
            || request
                .headers()
                .values()
                .any(|value| value.as_bytes().iter().filter(|byte| **byte == b'=').count() > 1);
        let Handled::Response(response) = block_on(APP.handle(request.map(Full::new))) else { return };
        let (status, body) = (response.status(), block_on(response.into_body().collect()).unwrap().to_bytes());
        assert!(serde_json::from_slice::<Value>(&body).is_ok(), "{status} {body:?}");
        // Two cookies of one name are the one thing for which the application, and not the client, is told off.
        assert!(!status.is_server_error() || has_two_cookies, "{status} {body:?}");
    }
}

/// The bytes as a request to a core. Whatever it is, it is answered, and nothing in it makes the core fail.
pub(crate) fn core_request(bytes: &[u8]) {
    let Some(request) = http_request(bytes) else { return };
    let response = block_on(CORE.call(request));
    let (status, body) = (response.status(), response.body());
    assert!([200, 400, 401, 403, 404, 405, 413, 501].contains(&status.as_u16()), "{status} {body:?}");
    let text = str::from_utf8(body).expect("answers are text");
    let content_type = response.headers().get(header::CONTENT_TYPE).expect("a content type").to_str().unwrap();
    if content_type.starts_with("application/json") {
        let json: Value = serde_json::from_str(text).expect("JSON where JSON is promised");
        assert!(json.is_object(), "{text}");
    }
}

/// Bytes as a request: `POST /path?query`, headers, an empty line, the body. Lines that cannot be headers are left out.
fn http_request(bytes: &[u8]) -> Option<Request<Bytes>> {
    let end = bytes.windows(2).position(|window| window == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::new(Bytes::copy_from_slice(body.get(2..).unwrap_or_default()));
    *request.method_mut() = Method::from_bytes(first.next()?).ok()?;
    *request.uri_mut() = Uri::try_from(first.next()?).ok()?;
    for line in lines {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next()?);
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            request.headers_mut().append(name, value);
        }
    }
    Some(request)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn form_urlencoded(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(work))
}
