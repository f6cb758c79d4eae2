//! What a test of an application sees through the kit.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use supertokens_kernel::delivery::{Email, EmailContent, EmailDelivery, EmailSender, EmailTemplate};
use supertokens_kernel::{Error, InitError, NormalisedAppInfo, Recipe, Setup, TenantId, UserContext};
use supertokens_session::{AntiCsrf, Session, VerifiedSession, VerifySessionOptions};
use supertokens_testkit::{TestApp, TestResponse};

/// Says who is there.
async fn me(request: Request<Full<Bytes>>) -> Result<Response<String>, Error> {
    let (parts, _) = request.into_parts();
    let session: VerifiedSession = VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
    Ok(Response::new(session.user_id().to_owned()))
}

fn session() -> Vec<Box<dyn Recipe>> {
    vec![Session::new().boxed()]
}

fn said(response: &TestResponse) -> (u16, String) {
    (response.status(), response.text())
}

#[tokio::test]
async fn tokens_are_kept_in_cookies_or_in_headers_and_given_up_at_sign_out() {
    let app = TestApp::start(session()).await;
    for browser in [app.browser_of(me), app.browser_of(me).with_header_tokens()] {
        assert_eq!(browser.get("/me").send().await.status(), 401);
        assert!(browser.session().await.is_none());
        browser.sign_in_as("user-1").await;
        assert_eq!(said(&browser.get("/me").send().await), (200, "user-1".to_owned()));
        assert_eq!(browser.session().await.unwrap().user_id(), "user-1");

        app.advance(Duration::from_secs(3601)).await;
        browser.get("/me").send().await.assert_status(401).assert_json(&json!({"message": "try refresh token"}));
        let refreshed = browser.refresh().await;
        assert_eq!(refreshed.assert_status(200).front_token().unwrap()["uid"], "user-1");
        browser.get("/me").send().await.assert_status(200);

        browser.post("/auth/signout").send().await.assert_status(200).assert_json(&json!({"status": "OK"}));
        assert_eq!(browser.get("/me").send().await.json::<Value>(), json!({"message": "unauthorised"}));
    }
}

#[tokio::test]
async fn only_one_of_the_two_ways_leaves_cookies() {
    let app = TestApp::start(session()).await;
    let (cookies, headers) = (app.browser(), app.browser().with_header_tokens());
    cookies.sign_in_as("user-1").await;
    headers.sign_in_as("user-1").await;
    assert!(cookies.cookie("sAccessToken").is_some() && headers.cookie("sAccessToken").is_none());
}

#[tokio::test]
async fn an_anti_csrf_token_is_sent_along() {
    let app = TestApp::start(vec![Session::new().anti_csrf(AntiCsrf::ViaToken).boxed()]).await;
    let browser = app.browser_of(me);
    browser.sign_in_as("user-1").await;
    browser.post("/me").send().await.assert_status(200);
    browser.post("/me").header("anti-csrf", "another").send().await.assert_status(401);
}

#[tokio::test]
async fn applications_side_by_side_do_not_meet() {
    let (one, other) = (TestApp::start(session()).await, TestApp::start(session()).await);
    let session = one.browser().sign_in_as("user-1").await;
    let handles = async |app: &TestApp| {
        let sessions = Session::of(app).unwrap();
        sessions.get_session_information(session.handle()).await.unwrap().is_some()
    };
    assert_eq!((handles(&one).await, handles(&other).await), (true, false));
    one.advance(Duration::from_secs(60)).await;
    assert!(supertokens_kernel::Clock::now_ms(&**one.clock()) > supertokens_kernel::Clock::now_ms(&**other.clock()));
}

#[tokio::test]
async fn a_service_that_has_its_own_layer_is_visited_as_it_is() {
    let app = TestApp::start(session()).await;
    let service = tower::service_fn(async |request: Request<Full<Bytes>>| {
        Ok::<_, std::convert::Infallible>(Response::new(format!("saw {}", request.uri().path())))
    });
    assert_eq!(app.browser_of_service(service).get("/auth/signout").send().await.text(), "saw /auth/signout");
}

/// A recipe that greets by e-mail.
#[derive(Clone)]
struct Greets;

#[derive(Clone, Debug)]
struct Greeting(String, TenantId, UserContext);

impl Email for Greeting {
    fn kind(&self) -> &'static str {
        "GREETING"
    }
    fn to(&self) -> &str {
        &self.0
    }
    fn link_or_code(&self) -> &str {
        "https://example.com/hello?token=t%201"
    }
    fn tenant_id(&self) -> &TenantId {
        &self.1
    }
    fn user_context(&self) -> &UserContext {
        &self.2
    }
    fn content(&self, app_info: &NormalisedAppInfo) -> EmailContent {
        EmailTemplate::new(&app_info.app_name, "Hello").paragraph("How are you?").to(&self.0)
    }
}

impl Recipe for Greets {
    fn id(&self) -> &'static str {
        "greets"
    }
    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let sender = EmailDelivery::<Greeting>::new().build(setup);
        setup.provide(Arc::new(sender))
    }
}

#[tokio::test]
async fn mails_are_caught_with_their_links() {
    let app = TestApp::start(vec![Greets.boxed()]).await;
    let sender = app.supertokens().as_ref().get::<EmailSender<Greeting>>().unwrap();
    for to in ["a@example.com", "b@example.com", "a@example.com"] {
        sender.send_later(Greeting(to.to_owned(), TenantId::default(), UserContext::new()));
    }
    assert_eq!(app.mails().await.len(), 3);
    let mail = app.last_mail_to("b@example.com").await;
    assert_eq!((mail.kind, mail.subject.as_str(), mail.parameter("token").as_str()), ("GREETING", "Hello", "t 1"));
    assert!(mail.text.contains("How are you?"));
    assert!(!format!("{mail:?}").contains("token"));
}

#[tokio::test]
#[should_panic(expected = "no e-mail was sent to nobody@example.com; there are some to []")]
async fn a_mail_that_was_not_sent_is_named() {
    TestApp::start(session()).await.last_mail_to("nobody@example.com").await;
}

#[tokio::test]
#[should_panic(expected = "the application answered: the application has no such route")]
async fn a_wrong_status_shows_the_body() {
    TestApp::start(session()).await.browser().get("/").send().await.assert_status(200);
}

#[tokio::test]
async fn a_claim_that_is_not_wrong_is_named() {
    use supertokens_session::claims::BooleanClaim;

    async fn adults(request: Request<Full<Bytes>>) -> Result<Response<String>, Error> {
        let (parts, _) = request.into_parts();
        let over_18 = BooleanClaim::new("over-18", async |_input| Ok(Some(false)));
        let options = VerifySessionOptions::new().require_claim(over_18.is_true(None));
        let session: VerifiedSession = VerifiedSession::from_parts(&parts, options).await?;
        Ok(Response::new(session.user_id().to_owned()))
    }
    let app = TestApp::start(session()).await;
    let browser = app.browser_of(adults);
    browser.sign_in_as("user-1").await;
    let refused = browser.get("/adults").send().await;
    refused.assert_invalid_claim("over-18");
    let said = std::panic::catch_unwind(|| {
        refused.assert_invalid_claim("st-ev");
    });
    let said = *said.unwrap_err().downcast::<String>().unwrap();
    assert!(said.contains("the claim st-ev") && said.contains("over-18"), "{said}");
}
