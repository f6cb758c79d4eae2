//! §5 and §10: how errors are answered, what the application may change about it, and what it never tells.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use supertokens::kernel::http::{BodyLimits, json_response};
use supertokens::kernel::{Route, Setup};
use supertokens::session::TokenTransferMethod::{Cookie, Header};
use supertokens::session::claims::ClaimValidationResult;
use supertokens::session::{ClaimValidator, Session};
use supertokens::{Error, InitError, Recipe};

use crate::support::{App, BOTH_WAYS, CoreDouble, Given, Issuer, TestCore, on_each_core, warnings_of};

on_each_core!(
    the_statuses_are_those_that_are_configured,
    every_error_may_be_answered_by_the_application,
    a_theft_handler_of_the_application_decides_about_the_session,
    a_body_that_is_too_long_is_refused_on_routes_of_the_sdk,
    json_that_is_wrong_or_too_deep_is_refused,
    a_compressed_body_is_refused,
    oversized_and_broken_headers_are_no_session,
);

/// A recipe with a route that reads a JSON body.
#[derive(Clone)]
struct Echo;

impl Recipe for Echo {
    fn id(&self) -> &'static str {
        "echo"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Body {
            number: u8,
            rest: Option<Value>,
        }
        setup.route(Route::new(Method::POST, "/echo", |call| async move {
            let body: Body = call.exchange.request.json()?;
            json_response(StatusCode::OK, &body)
        }));
        Ok(())
    }
}

/// A session recipe under which each session fails if its payload says so.
fn failing_claim(session: Session) -> Session {
    session.override_functions(|functions| {
        functions.get_global_claim_validators(async |_, _| {
            Ok(vec![ClaimValidator::new("mine", |check| match check.payload.get("fails") {
                Some(_) => ClaimValidationResult::invalid(json!("because")),
                None => ClaimValidationResult::Valid,
            })])
        })
    })
}

async fn the_statuses_are_those_that_are_configured(core: TestCore) {
    let session = Session::new().session_expired_status_code(440).invalid_claim_status_code(418);
    let app = App::new(core, failing_claim(session)).await;
    for method in BOTH_WAYS {
        app.get("/me").send().await.assert_is(440, "unauthorised");
        app.post("/auth/signout").send().await.assert_is(440, "unauthorised");
        app.post("/auth/session/refresh").send().await.assert_is(440, "unauthorised");
        let failing = app.create_with(method, json!({"fails": true})).await;
        assert_eq!(app.get("/me").session(&failing).send().await.outcome(), (418, "invalid claim"));
        let first = app.create(method).await;
        let second = app.refresh(&first).send().await.tokens(method);
        assert_eq!(app.refresh(&second).send().await.status, 200);
        app.refresh(&first).send().await.assert_is(440, "token theft detected");
        let legacy = app.get("/me").session(&first).header("cookie", "sIdRefreshToken=x").send().await;
        legacy.assert_is(440, "try refresh token");
    }
}

fn answer(status: u16, text: String) -> Result<Response<Bytes>, Error> {
    json_response(StatusCode::from_u16(status).unwrap(), &json!({"mine": text}))
}

async fn every_error_may_be_answered_by_the_application(core: TestCore) {
    let session = Session::new()
        .older_cookie_domain("")
        .on_unauthorised(async |message, _, _| answer(430, message))
        .on_try_refresh_token(async |message, exchange, _| {
            exchange.response.set_header("x-path", exchange.request.path())?;
            answer(431, message)
        })
        .on_token_theft_detected(async |theft, _, _| {
            answer(432, format!("{} {} {}", theft.session_handle, theft.user_id, theft.recipe_user_id))
        })
        .on_invalid_claim(async |errors, _, _| answer(433, errors[0].id.clone()))
        .on_clear_duplicate_session_cookies(async |message, _, _| answer(234, message));
    let app = App::new(core, failing_claim(session)).await;
    let mine = |reply: &crate::support::Reply| (reply.status.as_u16(), reply.body["mine"].as_str().unwrap().to_owned());

    let none = app.get("/me").send().await;
    let message = "Session does not exist. Are you sending the session tokens in the request with the appropriate token \
                   transfer method?";
    assert_eq!(mine(&none), (430, message.to_owned()));
    assert!(none.leaves_tokens_alone());
    let gone = app.post("/auth/session/refresh").send().await;
    assert_eq!(mine(&gone).0, 430);
    assert!(gone.clears(Cookie) && gone.clears(Header), "tokens are cleared whoever answers");

    let legacy = app.get("/me").header("cookie", "sIdRefreshToken=x").send().await;
    assert_eq!(mine(&legacy), (431, "using legacy session, please call the refresh API".to_owned()));
    assert_eq!(legacy.header("x-path"), Some("/me"));

    let failing = app.create_with(Header, json!({"fails": 1})).await;
    assert_eq!(mine(&app.get("/me").session(&failing).send().await), (433, "mine".to_owned()));

    let twice = app.post("/auth/session/refresh").header("cookie", "sAccessToken=a; sAccessToken=b").send().await;
    assert_eq!((twice.status.as_u16(), twice.set_cookies().len()), (234, 1));

    let first = app.create(Header).await;
    let second = app.refresh(&first).send().await.tokens(Header);
    assert_eq!(app.refresh(&second).send().await.status, 200);
    let theft = app.refresh(&first).send().await;
    assert_eq!(mine(&theft), (432, format!("{} user-1 user-1", first.handle)));
    assert!(theft.clears(Cookie) && theft.clears(Header));
}

/// At interface 5.4, where ending the session is the caller's job.
async fn a_theft_handler_of_the_application_decides_about_the_session(core: TestCore) {
    let session = Session::new().on_token_theft_detected(async |_, _, _| answer(401, "noted".to_owned()));
    let app = Given::on(core).session(session).core_config("supertokens_max_cdi_version", "5.4").start().await;
    for method in BOTH_WAYS {
        let first = app.create(method).await;
        let second = app.refresh(&first).send().await.tokens(method);
        let third = app.refresh(&second).send().await.tokens(method);
        app.core_calls();
        assert_eq!(app.refresh(&first).send().await.body, json!({"mine": "noted"}));
        assert_eq!(app.core_calls(), ["POST /recipe/session/refresh"]);
        assert_eq!(app.refresh(&third).send().await.status, 200, "nobody has ended it");
    }
}

async fn a_body_that_is_too_long_is_refused_on_routes_of_the_sdk(core: TestCore) {
    let app = Given::on(core).recipe(Echo).start().await;
    let mib = 1024 * 1024;
    let tokens = app.create(Header).await;
    for (length, status) in [(mib, 200), (mib + 1, 413)] {
        let reply = app.refresh(&tokens).body(vec![b' '; length]).send().await;
        assert_eq!(reply.status, status, "{length} bytes");
        if status == 413 {
            reply.assert_is(413, "the request's body is longer than 1048576 bytes");
            assert!(reply.leaves_tokens_alone(), "{reply:?}");
        }
    }
    let limits = BodyLimits { bytes: 20, ..BodyLimits::default() };
    let app = Given::on(core).recipe(Echo).body_limits(limits).start().await;
    assert_eq!(app.post("/auth/echo").json(&json!({"number": 1})).send().await.status, 200);
    let long = app.post("/auth/echo").json(&json!({"number": 1, "rest": "long"})).send().await;
    long.assert_is(413, "the request's body is longer than 20 bytes");
}

async fn json_that_is_wrong_or_too_deep_is_refused(core: TestCore) {
    let app = Given::on(core).recipe(Echo).start().await;
    let nested = |depth: usize| format!(r#"{{"number":1,"rest":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    for (row, body, status, part) in [
        ("right", r#"{"number": 1}"#.to_owned(), 200, ""),
        ("no JSON", "number=1".to_owned(), 400, "cannot be read"),
        ("cut", r#"{"number": 1"#.to_owned(), 400, "cannot be read"),
        ("more behind it", r#"{"number": 1} {}"#.to_owned(), 400, "cannot be read"),
        ("no object", "1".to_owned(), 400, "cannot be read"),
        ("a field is missing", "{}".to_owned(), 400, "missing field `number`"),
        ("nothing at all", String::new(), 400, "missing field `number`"),
        ("a wrong type", r#"{"number": "1"}"#.to_owned(), 400, "invalid type"),
        ("out of range", r#"{"number": 256}"#.to_owned(), 400, "invalid value"),
        ("63 deep", nested(63), 200, ""),
        ("64 deep", nested(64), 400, "nests deeper than 64"),
        ("100,000 deep", nested(100_000), 400, "nests deeper than 64"),
    ] {
        let reply = app.post("/auth/echo").body(body).send().await;
        let (found, message) = reply.outcome();
        assert!(found == status && message.contains(part), "§10 {row}: {reply:?}");
    }
    let bytes = app.post("/auth/echo").body(&b"{\"number\": 1, \"rest\": \"\xff\"}"[..]).send().await;
    assert_eq!(bytes.status, 400);
}

async fn a_compressed_body_is_refused(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let tokens = app.create(Header).await;
    for (encoding, status) in [("br", 400), ("gzip", 400), ("identity, br", 400), ("identity", 200)] {
        let reply = app.refresh(&tokens).header("content-encoding", encoding).body("x").send().await;
        assert_eq!(reply.status, status, "§10 content-encoding {encoding}: {reply:?}");
        assert!(status == 200 || reply.body["message"].as_str().unwrap().contains("compressed"), "{reply:?}");
    }
}

async fn oversized_and_broken_headers_are_no_session(core: TestCore) {
    let app = App::new(core, Session::new()).await;
    let good = app.create(Cookie).await;
    for (row, name, value) in [
        ("an endless token", "authorization", [b"Bearer ", &*vec![b'x'; 200_000]].concat()),
        ("an endless token of dots", "authorization", [b"Bearer ", &*vec![b'.'; 200_000]].concat()),
        ("bytes that are no text", "authorization", b"Bearer \xff\xfe".to_vec()),
        ("an endless cookie", "cookie", [b"sAccessToken=", &*vec![b'%'; 200_000]].concat()),
        ("many cookies", "cookie", b"a=b; ".repeat(20_000)),
        ("a cookie of bytes", "cookie", b"sAccessToken=\xff\xfe".to_vec()),
        ("broken escapes", "cookie", b"sAccessToken=%E0%A4%A; sRefreshToken=%".to_vec()),
        ("broken JSON", "cookie", b"sAccessToken=j:{\"a\":".to_vec()),
        ("no pairs", "cookie", b"=; ;;=; sAccessToken; \"".to_vec()),
    ] {
        let me = app.get("/me").header(name, &value).send().await;
        assert_eq!(me.outcome(), (401, "unauthorised"), "{row}");
        assert!(me.leaves_tokens_alone(), "{row}: {me:?}");
        assert_eq!(app.get("/optional").header(name, value).send().await.status, 200, "{row}");
    }
    // What is broken beside a good session does not matter.
    let broken = b"other=\xff; %=%; a=\"".to_vec();
    assert_eq!(app.get("/me").session(&good).header("cookie", broken).send().await.status, 200);
}

/// §8 and §10: what a core says is for the operator.
#[tokio::test]
async fn what_the_core_says_is_logged_and_not_told() {
    for (status, body) in [(400, json!("no such user hunter2")), (500, json!("hunter2")), (200, json!({"hunter2": 1}))]
    {
        let double = CoreDouble::new(&Issuer::new(), move |_| (status, body.clone()));
        let app = Given::on_double(double).start().await;
        for path in ["/create", "/auth/session/refresh"] {
            let call = app.post(path).auth_mode(Header).header("authorization", "Bearer secret-refresh-token");
            let (reply, log) = warnings_of(call.send()).await;
            reply.assert_is(500, "Internal server error");
            assert!(reply.leaves_tokens_alone(), "{reply:?}");
            assert!(!log.contains("secret-refresh-token"), "{log}");
            assert!(log.contains("a request failed"), "{log}");
        }
    }
}
