//! Verified addresses: the link by mail, and routes that wait for it.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use supertokens::emailverification::{
    EmailVerification, EmailVerificationMode, EmailVerifications, GenerateEmailVerifyTokenPost,
    GenerateEmailVerifyTokenPostResponse, GetEmailForRecipeUserIdResponse as Email, IsEmailVerifiedGet,
    IsEmailVerifiedGetResponse, VerifyEmailPost, VerifyEmailPostResponse,
};
use supertokens::multitenancy::{CreateOrUpdateTenant, Multitenancy};
use supertokens::{Error, Recipe, RecipeUserId, TenantId};
use supertokens_testkit::{Browser, TestResponse};

use crate::support::{App, TestCore, assert_refused, on_each_core};

on_each_core!(
    where_it_is_required_every_route_waits_for_the_link,
    where_it_is_optional_single_routes_wait_for_the_link,
    a_link_can_be_opened_where_nobody_is_signed_in,
    a_link_works_once,
    a_link_of_another_tenant_does_not_work,
    a_link_that_was_revoked_does_not_work,
    asking_again_when_it_is_verified_brings_the_session_up_to_date,
    an_address_that_was_made_unverified_has_to_be_verified_again,
    somebody_without_an_address_is_let_in_and_gets_no_mail,
    the_session_of_somebody_who_is_gone_ends,
    the_link_leads_to_the_website_of_the_configuration_whatever_the_request_says,
    a_mail_server_that_is_down_fails_no_request,
    without_a_session_nothing_is_sent_or_told,
    what_is_no_token_is_bad_input,
    an_override_sees_the_session_and_the_user_and_answers_in_general,
    an_override_answers_in_general_before_anything_is_done,
    a_switched_off_api_is_the_applications_own_and_the_others_stay,
    an_unknown_tenant_verifies_nothing,
);

const VERIFY: &str = "/auth/user/email/verify";
const SEND: &str = "/auth/user/email/verify/token";
const ADA: &str = "ada@example.com";

/// A recipe for users that the application knows itself: `ada` has an address, `bob` has none, others do not exist.
fn recipe(mode: EmailVerificationMode) -> EmailVerification {
    EmailVerification::new(mode).get_email_for_recipe_user_id(async |recipe_user_id, _context| {
        Ok(match recipe_user_id.as_str() {
            "ada" => Email::Ok { email: ADA.to_owned() },
            "bob" => Email::EmailDoesNotExist,
            _ => Email::UnknownUserId,
        })
    })
}

async fn start(core: TestCore, recipe: EmailVerification) -> App {
    App::start(core, vec![recipe.boxed(), Multitenancy::new().boxed()]).await
}

async fn required(core: TestCore) -> App {
    start(core, recipe(EmailVerificationMode::Required)).await
}

fn verifications(app: &App) -> EmailVerifications {
    EmailVerification::of(app).unwrap()
}

fn ada() -> RecipeUserId {
    RecipeUserId::new("ada")
}

fn not_verified() -> Value {
    json!({"message": "wrong value", "expectedValue": true, "actualValue": false})
}

/// Asks for the mail, and gives the token of its link.
async fn token_by_mail(app: &App, browser: &Browser) -> String {
    browser.post(SEND).send().await.assert_status(200).assert_json(&json!({"status": "OK"}));
    app.last_mail_to(ADA).await.parameter("token")
}

/// Opens the link: the front end's page sends its token.
async fn open(browser: &Browser, token: &str) -> TestResponse {
    browser.post(VERIFY).json(&json!({"method": "token", "token": token})).send().await
}

#[track_caller]
fn assert_verified(response: &TestResponse) {
    response.assert_status(200).assert_json(&json!({"status": "OK"}));
}

#[track_caller]
fn assert_invalid_token(response: &TestResponse) {
    response.assert_status(200).assert_json(&json!({"status": "EMAIL_VERIFICATION_INVALID_TOKEN_ERROR"}));
}

async fn where_it_is_required_every_route_waits_for_the_link(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    assert_refused(&browser.get("/me").send().await, "st-ev", &not_verified());

    let token = token_by_mail(&app, &browser).await;
    let mail = app.last_mail_to(ADA).await;
    assert_eq!((mail.kind, mail.tenant_id.as_str()), ("EMAIL_VERIFICATION", "public"));
    let link = format!("http://localhost:3000/auth/verify-email?token={token}&tenantId=public");
    assert_eq!(mail.link_or_code, link);
    assert!(mail.text.contains(&link) && mail.text.contains(ADA), "{}", mail.text);

    let verified = open(&browser, &token).await;
    assert_verified(&verified);
    assert_eq!(verified.front_token().unwrap()["up"]["st-ev"]["v"], true, "the session is brought up to date at once");
    browser.get("/me").send().await.assert_status(200);
    app.signed_in_as("ada").await.get("/me").send().await.assert_status(200);
}

async fn where_it_is_optional_single_routes_wait_for_the_link(core: TestCore) {
    let app = start(core, recipe(EmailVerificationMode::Optional)).await;
    let browser = app.signed_in_as("ada").await;
    browser.get("/me").send().await.assert_status(200);
    assert_refused(&browser.get("/verified").send().await, "st-ev", &not_verified());
    let token = token_by_mail(&app, &browser).await;
    assert_verified(&open(&browser, &token).await);
    browser.get("/verified").send().await.assert_status(200);
}

async fn a_link_can_be_opened_where_nobody_is_signed_in(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    browser.get(VERIFY).send().await.assert_json(&json!({"status": "OK", "isVerified": false}));
    let token = token_by_mail(&app, &browser).await;
    let elsewhere = open(&app.browser(), &token).await;
    assert_verified(&elsewhere);
    assert!(elsewhere.front_token().is_none(), "nobody is signed in by it");

    browser.get("/me").send().await.assert_status(403);
    browser.get(VERIFY).send().await.assert_status(200).assert_json(&json!({"status": "OK", "isVerified": true}));
    browser.get("/me").send().await.assert_status(200);
}

#[tokio::test]
async fn somebody_who_verified_elsewhere_is_let_in_after_ten_seconds() {
    let app = required(TestCore::InProcess).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    assert_verified(&open(&app.browser(), &token).await);
    browser.get("/me").send().await.assert_status(403);
    app.advance(Duration::from_secs(11)).await;
    browser.get("/me").send().await.assert_status(200);
}

async fn a_link_works_once(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let (first, second) = (token_by_mail(&app, &browser).await, token_by_mail(&app, &browser).await);
    assert_ne!(first, second);
    assert_verified(&open(&browser, &first).await);
    for token in [&first, &second] {
        assert_invalid_token(&open(&browser, token).await);
    }
}

async fn a_link_of_another_tenant_does_not_work(core: TestCore) {
    let app = required(core).await;
    let tenants = Multitenancy::of(&app).unwrap();
    tenants.create_or_update_tenant(CreateOrUpdateTenant::new("t1")).await.unwrap();
    let browser = app.signed_in_to("t1", "ada").await;
    let token = token_by_mail(&app, &browser).await;
    let mail = app.last_mail_to(ADA).await;
    assert_eq!((mail.tenant_id.as_str(), &*mail.parameter("tenantId")), ("t1", "t1"));
    assert_invalid_token(&open(&browser, &token).await);
    browser.get("/me").send().await.assert_status(403);
    let in_its_tenant = browser.post("/auth/t1/user/email/verify").json(&json!({"token": token})).send().await;
    assert_verified(&in_its_tenant);
    browser.get("/me").send().await.assert_status(200);
}

#[tokio::test]
async fn a_link_that_has_expired_does_not_work() {
    let app = required(TestCore::InProcess).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    app.advance(Duration::from_secs(24 * 3600 + 1)).await;
    browser.refresh().await.assert_status(200);
    assert_invalid_token(&open(&browser, &token).await);
    let token = token_by_mail(&app, &browser).await;
    assert_verified(&open(&browser, &token).await);
}

async fn a_link_that_was_revoked_does_not_work(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    let (public, ada) = (TenantId::default(), ada());
    verifications(&app).revoke_email_verification_tokens(&public, &ada, None).await.unwrap();
    assert_invalid_token(&open(&browser, &token).await);
    for token in ["", "not a token", &"x".repeat(5000)] {
        assert_invalid_token(&open(&browser, token).await);
    }
}

async fn asking_again_when_it_is_verified_brings_the_session_up_to_date(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    assert_verified(&open(&app.browser(), &token).await);
    browser.get("/me").send().await.assert_status(403);
    let sent = app.mails().await.len();
    let again = browser.post(SEND).send().await;
    again.assert_status(200).assert_json(&json!({"status": "EMAIL_ALREADY_VERIFIED_ERROR"}));
    assert_eq!(app.mails().await.len(), sent);
    browser.get("/me").send().await.assert_status(200);
}

async fn an_address_that_was_made_unverified_has_to_be_verified_again(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    assert_verified(&open(&browser, &token).await);
    verifications(&app).unverify_email(&ada(), None).await.unwrap();
    assert!(!verifications(&app).is_email_verified(&ada(), None).await.unwrap());
    browser.get("/me").send().await.assert_status(200);
    token_by_mail(&app, &browser).await;
    assert_refused(&browser.get("/me").send().await, "st-ev", &not_verified());
}

async fn somebody_without_an_address_is_let_in_and_gets_no_mail(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("bob").await;
    browser.get("/me").send().await.assert_status(200);
    browser.get(VERIFY).send().await.assert_json(&json!({"status": "OK", "isVerified": true}));
    browser.post(SEND).send().await.assert_json(&json!({"status": "EMAIL_ALREADY_VERIFIED_ERROR"}));
    assert!(app.mails().await.is_empty());
}

async fn the_session_of_somebody_who_is_gone_ends(core: TestCore) {
    let is_gone = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let asked = is_gone.clone();
    let recipe = EmailVerification::new(EmailVerificationMode::Required).get_email_for_recipe_user_id(
        move |_recipe_user_id, _context| {
            let is_gone = asked.load(std::sync::atomic::Ordering::SeqCst);
            async move { Ok(if is_gone { Email::UnknownUserId } else { Email::Ok { email: ADA.to_owned() } }) }
        },
    );
    let app = start(core, recipe).await;
    let browser = app.signed_in_as("ada").await;
    is_gone.store(true, std::sync::atomic::Ordering::SeqCst);
    for (method, path) in [(Method::GET, VERIFY), (Method::POST, SEND)] {
        let browser = browser.clone();
        let refused = browser.request(method, path).send().await;
        refused.assert_status(401).assert_json(&json!({"message": "unauthorised"}));
        assert_eq!((refused.header("front-token"), browser.cookie("sAccessToken")), (Some("remove"), None));
    }
}

async fn the_link_leads_to_the_website_of_the_configuration_whatever_the_request_says(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let evil = "https://evil.example.com";
    let request = browser.post(SEND).header("host", "evil.example.com").header("origin", evil);
    request.header("referer", evil).header("x-forwarded-host", "evil.example.com").send().await.assert_status(200);
    let link = app.last_mail_to(ADA).await.link_or_code;
    assert!(link.starts_with("http://localhost:3000/auth/verify-email?"), "{link}");
}

async fn a_mail_server_that_is_down_fails_no_request(core: TestCore) {
    let recipe = recipe(EmailVerificationMode::Required).email_delivery(|delivery| {
        delivery.send_email(async |_email, _original| Err(Error::misuse("connection refused")))
    });
    let app = start(core, recipe).await;
    let browser = app.signed_in_as("ada").await;
    browser.post(SEND).send().await.assert_status(200).assert_json(&json!({"status": "OK"}));
    assert!(app.mails().await.is_empty());
    let (public, ada) = (TenantId::default(), ada());
    let error = verifications(&app).send_email_verification_email(&public, "ada", &ada, None).await.unwrap_err();
    assert_eq!(error.to_string(), "connection refused", "whoever waits for the mail is told");
}

async fn without_a_session_nothing_is_sent_or_told(core: TestCore) {
    let app = required(core).await;
    for (method, path) in [(Method::GET, VERIFY), (Method::POST, SEND)] {
        let refused = app.browser().request(method, path).send().await;
        refused.assert_status(401).assert_json(&json!({"message": "unauthorised"}));
    }
    assert!(app.mails().await.is_empty());
}

async fn what_is_no_token_is_bad_input(core: TestCore) {
    let app = required(core).await;
    let browser = app.browser();
    let post = |body: Vec<u8>| browser.post(VERIFY).header("content-type", "application/json").body(body).send();
    let (missing, no_text) =
        ("Please provide the email verification token", "The email verification token must be a string");
    for (body, message) in [
        ("", missing),
        ("{}", missing),
        ("[]", missing),
        ("7", missing),
        (r#"{"token": null}"#, missing),
        (r#"{"tokens": "t"}"#, missing),
        (r#"{"token": 1}"#, no_text),
        (r#"{"token": ["t"]}"#, no_text),
        (r#"{"method": "token", "token": {"t": "t"}}"#, no_text),
    ] {
        post(body.into()).await.assert_status(400).assert_json(&json!({"message": message}));
    }
    let deep = format!(r#"{{"token": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for body in [b"{".to_vec(), b"token=t".to_vec(), b"{\"token\": \"\xff\"}".to_vec(), deep.into_bytes()] {
        post(body).await.assert_status(400);
    }
    post(format!(r#"{{"token": "{}"}}"#, "x".repeat(10_000_000)).into_bytes()).await.assert_status(413);
    let extra = browser.post(VERIFY).json(&json!({"token": "t", "method": "other", "x": 1})).send().await;
    assert_invalid_token(&extra);
}

async fn an_override_sees_the_session_and_the_user_and_answers_in_general(core: TestCore) {
    let recipe = recipe(EmailVerificationMode::Required).override_apis(|apis| {
        apis.verify_email_post(async move |input, original| {
            assert!(input.session.is_some());
            match original.verify_email_post(input).await? {
                VerifyEmailPostResponse::Ok { user, new_session } => {
                    assert_eq!(
                        (user.recipe_user_id.as_str(), &*user.email, new_session.is_some()),
                        ("ada", ADA, false)
                    );
                    Ok(VerifyEmailPostResponse::GeneralError { message: "verified, but closed".to_owned() })
                }
                other => Ok(other),
            }
        })
    });
    let app = start(core, recipe).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    let response = open(&browser, &token).await;
    response.assert_status(200).assert_json(&json!({"status": "GENERAL_ERROR", "message": "verified, but closed"}));
    assert!(verifications(&app).is_email_verified(&ada(), None).await.unwrap());
}

/// The routes, as they are asked when all is well.
fn routes() -> [(Method, &'static str, Option<Value>); 3] {
    [
        (Method::POST, VERIFY, Some(json!({"method": "token", "token": "t"}))),
        (Method::GET, VERIFY, None),
        (Method::POST, SEND, None),
    ]
}

async fn ask(browser: &Browser, (method, path, body): &(Method, &str, Option<Value>)) -> TestResponse {
    let request = browser.request(method.clone(), path);
    match body {
        Some(body) => request.json(body).send().await,
        None => request.send().await,
    }
}

async fn an_override_answers_in_general_before_anything_is_done(core: TestCore) {
    let recipe = recipe(EmailVerificationMode::Required).override_apis(|apis| {
        let message = |message: &str| message.to_owned();
        apis.verify_email_post(async move |_, _| {
            Ok(VerifyEmailPostResponse::GeneralError { message: message("first") })
        })
        .is_email_verified_get(async move |_, _| {
            Ok(IsEmailVerifiedGetResponse::GeneralError { message: message("second") })
        })
        .generate_email_verify_token_post(async move |_, _| {
            Ok(GenerateEmailVerifyTokenPostResponse::GeneralError { message: message("third") })
        })
    });
    let app = start(core, recipe).await;
    let browser = app.signed_in_as("ada").await;
    for (route, message) in routes().iter().zip(["first", "second", "third"]) {
        let response = ask(&browser, route).await;
        response.assert_status(200).assert_json(&json!({"status": "GENERAL_ERROR", "message": message}));
    }
    assert!(app.mails().await.is_empty());
    // The session of the two that need one is looked at before.
    for (route, status) in routes().iter().zip([200, 401, 401]) {
        ask(&app.browser(), route).await.assert_status(status);
    }
}

async fn a_switched_off_api_is_the_applications_own_and_the_others_stay(core: TestCore) {
    let without: [fn(EmailVerification) -> EmailVerification; 3] = [
        |recipe| recipe.override_apis(|apis| apis.disable::<VerifyEmailPost>()),
        |recipe| recipe.override_apis(|apis| apis.disable::<IsEmailVerifiedGet>()),
        |recipe| recipe.override_apis(|apis| apis.disable::<GenerateEmailVerifyTokenPost>()),
    ];
    for (off, without) in without.into_iter().enumerate() {
        let app = start(core, without(recipe(EmailVerificationMode::Required))).await;
        let browser = app.signed_in_as("ada").await;
        let on = ["EMAIL_VERIFICATION_INVALID_TOKEN_ERROR", "OK", "OK"];
        for (index, (route, status)) in routes().iter().zip(on).enumerate() {
            let response = ask(&browser, route).await;
            if index == off {
                response.assert_status(404);
                assert_eq!(response.text(), "the application's own 404", "{route:?}");
            } else {
                assert_eq!(response.assert_status(200).json::<Value>()["status"], status, "{route:?}");
            }
        }
        assert_eq!(app.mails().await.len(), usize::from(off != 2));
    }
}

async fn an_unknown_tenant_verifies_nothing(core: TestCore) {
    let app = required(core).await;
    let browser = app.signed_in_as("ada").await;
    let token = token_by_mail(&app, &browser).await;
    for browser in [&browser, &app.browser()] {
        let response = browser.post("/auth/nowhere/user/email/verify").json(&json!({"token": token})).send().await;
        response.assert_status(500).assert_json(&json!({"message": "Internal server error"}));
    }
    assert!(!verifications(&app).is_email_verified(&ada(), None).await.unwrap());
    // The other two are about the session, whatever tenant the path names.
    let asked = browser.get("/auth/nowhere/user/email/verify").send().await;
    asked.assert_status(200).assert_json(&json!({"status": "OK", "isVerified": false}));
    let sent = browser.post("/auth/nowhere/user/email/verify/token").send().await;
    sent.assert_status(200).assert_json(&json!({"status": "OK"}));
    assert_eq!(app.last_mail_to(ADA).await.tenant_id.as_str(), "public");
    assert_verified(&open(&browser, &token).await);
}
