//! What a client sees that sends what nobody expects: each kind of input, malformed in many ways.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use supertokens::emailpassword::EmailPassword;
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};
use supertokens::kernel::http::{BodyLimits, json_response};
use supertokens::kernel::{ApiCall, Route, Setup};
use supertokens::session::{CreateNewSession, RefreshAntiCsrf, Session, SessionError};
use supertokens::{AppInfo, Core, CoreError, Error, InitError, Recipe, SuperTokens};

use crate::support::{Act, App, FakeCore, Reply, read};

/// A recipe of somebody's own, whose routes read bodies.
#[derive(Clone)]
struct Names;

#[derive(Deserialize)]
struct Body {
    name: String,
}

impl Recipe for Names {
    fn id(&self) -> &'static str {
        "names"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.route(Route::new(Method::POST, "/json", |call: ApiCall| async move {
            let body: Body = call.exchange.request.json()?;
            json_response(StatusCode::OK, &json!({"name": body.name}))
        }));
        setup.route(Route::new(Method::POST, "/form", |call: ApiCall| async move {
            let body: Body = call.exchange.request.form()?;
            json_response(StatusCode::OK, &json!({"name": body.name}))
        }));
        Ok(())
    }
}

fn names() -> SuperTokens {
    let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
    let limits = BodyLimits { bytes: 1000, ..BodyLimits::default() };
    let builder = SuperTokens::builder(app_info).core(Core::embedded(":memory:")).body_limits(limits);
    builder.recipes(vec![Names.boxed()]).build().unwrap()
}

async fn post(app: &SuperTokens, path: &str, body: impl Into<Bytes>) -> Reply {
    let request = Request::builder().method(Method::POST).uri(path).body(http_body_util::Full::new(body.into()));
    read(
        app.serve(request.unwrap(), async |_| {
            Err::<http::Response<http_body_util::Empty<Bytes>>, _>(Error::misuse("not for the SDK"))
        })
        .await,
    )
    .await
}

#[tokio::test]
async fn json_that_cannot_be_read_is_a_bad_request_that_says_why() {
    let app = names();
    assert_eq!(post(&app, "/auth/json", r#"{"name":"n"}"#).await.seen(), (200, &json!({"name": "n"})));
    let deep = "[".repeat(65);
    for (body, why) in [
        ("", "missing field `name` at line 1 column 2"),
        ("{", "EOF while parsing an object at line 1 column 1"),
        ("name=n", "expected ident at line 1 column 2"),
        ("{\"name\":\"n\"} {}", "trailing characters at line 1 column 14"),
        ("{\"name\":7}", "invalid type: integer `7`, expected a string at line 1 column 9"),
        ("{\"name\":\"\\ud800\"}", "unexpected end of hex escape at line 1 column 16"),
        ("{\"name\":\"n\",\"name\":\"m\"}", "duplicate field `name` at line 1 column 18"),
    ] {
        let message = format!("API input error: the JSON body cannot be read: {why}");
        assert_eq!(post(&app, "/auth/json", body).await.seen(), (400, &json!({"message": message})), "{body}");
    }
    assert_eq!(post(&app, "/auth/json", &b"{\"name\":\"\xff\"}"[..]).await.status, StatusCode::BAD_REQUEST);
    let message = "API input error: the JSON body nests deeper than 64";
    assert_eq!(post(&app, "/auth/json", deep).await.seen(), (400, &json!({"message": message})));
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_a_bad_request_that_says_why() {
    let app = names();
    assert_eq!(post(&app, "/auth/form", "name=a%20b&x").await.seen(), (200, &json!({"name": "a b"})));
    for (body, why) in
        [("", "missing field `name`"), ("%=%", "missing field `name`"), ("name=a&name=b", "duplicate field `name`")]
    {
        let message = format!("API input error: the form cannot be read: {why}");
        assert_eq!(post(&app, "/auth/form", body).await.seen(), (400, &json!({"message": message})), "{body}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_or_compressed_is_not_read() {
    let app = names();
    let too_long = json!({"message": "the request's body is longer than 1000 bytes"});
    assert_eq!(post(&app, "/auth/json", vec![b' '; 1001]).await.seen(), (413, &too_long));
    assert_eq!(post(&app, "/auth/json", vec![b' '; 1000]).await.status, StatusCode::BAD_REQUEST);

    let app = App::embedded();
    let headers = [("content-encoding", "br")];
    let compressed = app.call(Method::POST, "/auth/session/refresh", &headers).await;
    let message = "the request's body is compressed; send it without a content-encoding";
    assert_eq!(compressed.seen(), (400, &json!({"message": message})));
    let mut request = Request::new(Bytes::from(vec![b' '; 1024 * 1024 + 1]));
    (*request.method_mut(), *request.uri_mut()) = (Method::POST, "/auth/signout".parse().unwrap());
    assert_eq!(app.send(request).await.status, StatusCode::PAYLOAD_TOO_LARGE, "a mebibyte, unless said otherwise");
}

#[tokio::test]
async fn a_refresh_token_of_no_form_ends_the_session() {
    let app = App::embedded();
    let long = "x".repeat(100_000);
    for token in ["x", "..", "a.b.V2", "%00", "a.b.c.d.e", "\"", "{}", "null", "%F0%9F%8D%AA", "' OR 1=1 --", &long] {
        let cookie = format!("sRefreshToken={token}");
        let reply = app.call(Method::POST, "/auth/session/refresh", &[("cookie", &cookie)]).await;
        assert_eq!(reply.seen(), (401, &json!({"message": "unauthorised"})), "{token}");
        assert_eq!(reply.cookie("sRefreshToken").as_deref(), Some(""), "{token}");
        let sessions = app.sessions();
        let refreshed = sessions.refresh_session_without_request_response(token, RefreshAntiCsrf::Disabled).await;
        assert!(matches!(refreshed, Err(SessionError::Unauthorised { clear_tokens: true, .. })), "{token}");
    }
}

#[tokio::test]
async fn cookies_and_headers_of_no_form_are_no_session() {
    let app = App::embedded();
    let bytes = |value: &'static [u8]| HeaderValue::from_bytes(value).unwrap();
    let long = HeaderValue::try_from(format!("sAccessToken={}", "x".repeat(1_000_000))).unwrap();
    for (name, value) in [
        (header::COOKIE, bytes(b"")),
        (header::COOKIE, bytes(b";;=;=;")),
        (header::COOKIE, bytes(b"sAccessToken")),
        (header::COOKIE, bytes(b"sAccessToken=")),
        (header::COOKIE, bytes(b"sAccessToken=%")),
        (header::COOKIE, bytes(b"sAccessToken=%ff%fe")),
        (header::COOKIE, bytes(b"sAccessToken=\"")),
        (header::COOKIE, bytes(b"sAccessToken=j:{\"a\":")),
        (header::COOKIE, bytes(b"sAccessToken=\xff\xfe; a=b")),
        (header::COOKIE, long),
        (header::AUTHORIZATION, bytes(b"")),
        (header::AUTHORIZATION, bytes(b"Bearer")),
        (header::AUTHORIZATION, bytes(b"Bearer ")),
        (header::AUTHORIZATION, bytes(b"Basic dTpw")),
        (header::AUTHORIZATION, bytes(b"Bearer \xff.\xfe.\xfd")),
        (header::AUTHORIZATION, bytes(b"Bearer a.b.c, Bearer d.e.f")),
    ] {
        for (path, method) in [("/me", Method::GET), ("/auth/signout", Method::POST)] {
            let request = Request::builder().method(method).uri(path).header(&name, &value).body(Bytes::new());
            let reply = app.send(request.unwrap()).await;
            assert_eq!(reply.seen(), (401, &json!({"message": "unauthorised"})), "{path} {value:?}");
            assert!(reply.headers.get("set-cookie").is_none(), "{path} {value:?}");
        }
    }
}

#[tokio::test]
async fn headers_of_the_front_end_that_say_nonsense_are_as_good_as_none() {
    let app = App::embedded();
    let nonsense = [&b""[..], b"\xff", b"nonsense", b"-1", b"99999999999999999999.0", b",,,", b"header cookie"];
    for name in ["rid", "fdi-version", "st-auth-mode", "anti-csrf", "origin", "host", "content-type"] {
        for value in nonsense {
            let request = Request::builder().method(Method::POST).uri("/create").header(name, value).body(Bytes::new());
            let reply = app.send(request.unwrap()).await;
            assert_eq!(reply.status, StatusCode::OK, "{name} {value:?}");
            assert!(reply.headers.contains_key("st-access-token"), "{name} {value:?}");
            let request = Request::builder().method(Method::POST).uri("/auth/session/refresh").header(name, value);
            let reply = app.send(request.body(Bytes::new()).unwrap()).await;
            assert_eq!(reply.seen(), (401, &json!({"message": "unauthorised"})), "{name} {value:?}");
        }
    }
}

#[tokio::test]
async fn a_path_that_is_nearly_a_route_is_the_applications() {
    let app = App::embedded();
    let long = format!("/auth/{}/session/refresh", "t/".repeat(1000));
    for path in [
        "/auth",
        "/auth/",
        "/authx/session/refresh",
        "//auth/session/refresh",
        "/auth//session/refresh",
        "/auth/session//refresh",
        "/auth/session/refresh/x",
        "/auth/session/refresh%2F",
        "/auth/session%2Frefresh",
        "/%61uth/session/refresh",
        "/AUTH/session/refresh",
        "/auth/session/Refresh",
        "/auth/x/../session/refresh",
        "/auth/./session/refresh",
        "/auth/session/refresh;x=1",
        "/x/auth/session/refresh",
        "/auth/t1/t2/session/refresh",
        "/auth/t_1/session/refresh",
        "/auth/%74/session/refresh",
        "/auth/t.1/session/refresh",
        "*",
        &long,
    ] {
        let reply = app.call(Method::POST, path, &[]).await;
        assert_eq!(reply.seen(), (404, &json!("the application's own 404")), "{path}");
    }
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "REFRESH"] {
        let reply = app.call(method.parse().unwrap(), "/auth/session/refresh", &[]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{method}");
    }
    for path in
        ["/auth/session/refresh", "/auth/session/refresh/", "/auth/session/refresh?x=%", "/auth/t-1/session/refresh"]
    {
        assert_eq!(
            app.call(Method::POST, path, &[]).await.seen(),
            (401, &json!({"message": "unauthorised"})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_or_cannot_is_refused() {
    let remote = FakeCore::start(|_| Act::Answer).await;
    for app in [App::embedded(), App::on(Core::remote(remote.url()))] {
        let created = async |tenant: &str| {
            let new = CreateNewSession::new(tenant, "user-1");
            match app.sessions().create_new_session_without_request_response(new).await {
                Err(SessionError::Sdk(Error::Core(error))) => error,
                other => panic!("{tenant:?}: {:?}", other.map(|session| session.tenant_id().to_string())),
            }
        };
        for tenant in
            ["nosuch", "t_1", "../public", "public/", "/", "a b", "é", "recipe", "?x=1", "#", "%2e%2e", "a\\b", "\n"]
        {
            let error = created(tenant).await;
            let status = error.status_code().map(|status| status.as_u16());
            assert!(matches!(status, Some(400 | 404)), "{tenant}: {error}");
        }
        for tenant in ["", ".", "..", "appid-b", "APPID-b"] {
            let error = created(tenant).await;
            assert!(matches!(error, CoreError::InvalidTenantId { .. }), "{tenant}: {error}");
        }
        let reply = app.call(Method::POST, "/auth/nosuch/session/refresh", &[("cookie", "sRefreshToken=x")]).await;
        assert_eq!(reply.seen(), (401, &json!({"message": "unauthorised"})), "a session's tenant is in its token");
    }
}

/// What building such an application fails with.
fn init_error(app_info: AppInfo, core: Core, recipes: Vec<Box<dyn Recipe>>) -> String {
    SuperTokens::builder(app_info)
        .core(core)
        .recipes(recipes)
        .build()
        .expect_err("a setting that cannot work")
        .to_string()
}

fn acme() -> AppInfo {
    AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000")
}

#[test]
fn an_address_that_cannot_be_one_is_refused_with_its_name() {
    let cases = [
        ("", "is empty"),
        ("  ", "is empty"),
        ("http://", "is not a URL"),
        ("ftp://example.com", "has the scheme `ftp`"),
        ("https://a b", "is not a URL"),
        ("https://example.com:99999", "is not a URL"),
        ("https://com", "has no registrable domain"),
        ("https://user:secret@example.com", "holds a user name or password"),
        ("https://user:secret@example.com:99999", "is not a URL"),
    ];
    let (memory, session) = (|| Core::embedded(":memory:"), || vec![Session::new().boxed()]);
    for (domain, problem) in cases {
        for (setting, app_info) in [
            ("api_domain", AppInfo::new("Acme", domain, "http://localhost:3000")),
            ("website_domain", AppInfo::new("Acme", "http://localhost:3001", domain)),
        ] {
            let error = init_error(app_info, memory(), session());
            assert!(error.starts_with(setting) && error.contains(problem), "{error}");
            assert!(error.contains("expected a domain") && !error.contains("secret"), "{error}");
        }
    }
    for path in ["/a b", "/a\\b", "/a;b", "/a\nb"] {
        for (setting, app_info) in [
            ("api_base_path", acme().api_base_path(path)),
            ("website_base_path", acme().website_base_path(path)),
            ("api_gateway_path", acme().api_gateway_path(path)),
        ] {
            let error = init_error(app_info, memory(), session());
            assert!(error.starts_with(setting) && error.contains("expected a path such as /auth"), "{error}");
        }
    }
}

#[test]
fn a_setting_of_a_recipe_that_cannot_work_is_refused_with_its_name() {
    for (session, expected) in [
        (Session::new().cookie_domain("not a domain"), "cookie_domain is `not a domain`"),
        (Session::new().older_cookie_domain("a b"), "older_cookie_domain is `a b`"),
        (Session::new().access_token_path("/a;b"), "access_token_path is `/a;b`"),
        (Session::new().jwks_refresh_interval_sec(0), "jwks_refresh_interval_sec is `0`"),
        (Session::new().session_expired_status_code(200), "session_expired_status_code is `200`"),
        (Session::new().invalid_claim_status_code(99), "invalid_claim_status_code is `99`"),
        (Session::new().invalid_claim_status_code(401), "are both 401; they must be different"),
    ] {
        let error = init_error(acme(), Core::embedded(":memory:"), vec![session.boxed()]);
        assert!(error.contains(expected), "{error}");
    }
    let twice = vec![Session::new().boxed(), Session::new().boxed()];
    assert!(init_error(acme(), Core::embedded(":memory:"), twice).contains("`session` was given twice"));
    assert!(init_error(acme(), Core::embedded(":memory:"), Vec::new()).contains("the list of recipes is empty"));
}

#[test]
fn recipes_that_need_sessions_are_refused_without_them() {
    for recipe in [EmailPassword::new().boxed(), EmailVerification::new(EmailVerificationMode::Required).boxed()] {
        let error = init_error(acme(), Core::embedded(":memory:"), vec![recipe]);
        assert!(error.contains("add Session::new().boxed() to the recipes"), "{error}");
    }
}

#[test]
fn a_core_that_cannot_be_used_is_refused_without_telling_its_key() {
    let session = || vec![Session::new().boxed()];
    for (uri, expected) in [
        ("", "connection_uri is ``, which names no host"),
        (" ; ", "names no host"),
        ("http://localhost:3567;ftp://b", "has the scheme `ftp`"),
        ("http://localhost:356700", "is not a URL"),
        ("http://user:secret@core", "holds a user name or password"),
        ("http://user:secret@core:356700", "is not a URL"),
    ] {
        let error = init_error(acme(), Core::remote(uri), session());
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
    for key in ["", "  ", "secret\nx-header: y", "secret-é\u{0}"] {
        let error = init_error(acme(), Core::remote("http://localhost:3567").api_key(key), session());
        assert!(error.starts_with("api_key is `(withheld)`") && !error.contains("secret"), "{error}");
    }
    for (database, expected) in [("/dev/null/core.db", "/dev/null/core.db cannot be opened"), ("", "cannot be opened")]
    {
        let error = init_error(acme(), Core::embedded(database), session());
        assert!(error.starts_with("the core cannot be used: the database") && error.contains(expected), "{error}");
    }
    let mut config = supertokens::embedded_core::Config::default();
    config.access_token_validity = 0;
    let error = init_error(acme(), Core::embedded(":memory:").config(config), session());
    assert!(error.contains("access_token_validity"), "{error}");
}

#[tokio::test]
async fn data_that_cannot_be_a_payload_is_refused_where_it_is_given() {
    let app = App::embedded();
    let created =
        app.sessions().create_new_session_without_request_response(CreateNewSession::new("public", "u")).await;
    let session = created.unwrap();
    for data in [json!(null), json!([1]), json!("text"), json!(7)] {
        let error = session.update_session_data_in_database(&data).await.unwrap_err();
        assert!(matches!(error, SessionError::Sdk(Error::Other(_))), "{error:?}");
        assert!(error.to_string().starts_with("only a struct or a map can be merged into a payload"), "{error}");
    }
    assert_eq!(serde_json::to_value(session.session_data().await.unwrap()).unwrap(), json!({}));
}
