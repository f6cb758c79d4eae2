//! Accounts that are added to the user of a session.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use supertokens::accountlinking::{AccountLinking, AutomaticLinking};
use supertokens::kernel::AuthFlow;
use supertokens::kernel::ports::{ActiveSession, ShouldTryLinkingWithSessionUser as Should};
use supertokens::session::{SessionContainer, SessionError};
use supertokens::{Exchange, Request, UserContext};
use supertokens_testkit::{Browser, TestResponse};

use crate::support::{App, Rule};

async fn sign_up(browser: &Browser, email: &str, should_link: bool) -> TestResponse {
    let body = json!({
        "formFields": [{"id": "email", "value": email}, {"id": "password", "value": "password1"}],
        "shouldTryLinkingWithSessionUser": should_link,
    });
    browser.post("/auth/signup").header("fdi-version", "4.1").json(&body).send().await
}

#[tokio::test]
async fn an_account_is_added_to_the_sessions_user_and_the_session_stays() {
    let app = App::new(Rule::Always).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let browser = app.kit.browser();
    let session = browser.sign_in_as(&*google.id).await;
    let linked = sign_up(&browser, "ada@example.com", true).await;
    let reply: Value = linked.assert_status(200).json();
    assert_eq!(reply["user"]["id"], google.id.as_str(), "{reply}");
    assert_eq!(browser.session().await.unwrap().handle(), session.handle());
    assert_eq!(app.user(&google.id).await.emails.len(), 2);
}

#[tokio::test]
async fn whoever_does_not_ask_to_link_becomes_another_user_with_another_session() {
    let app = App::new(Rule::Always).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let browser = app.kit.browser();
    browser.sign_in_as(&*google.id).await;
    let reply: Value = sign_up(&browser, "bob@example.com", false).await.assert_status(200).json();
    assert_ne!(reply["user"]["id"], google.id.as_str());
    assert_eq!(browser.session().await.unwrap().user_id(), reply["user"]["id"]);
}

#[tokio::test]
async fn linking_without_a_session_is_answered_as_no_session() {
    let app = App::new(Rule::Always).await;
    sign_up(&app.kit.browser(), "bob@example.com", true)
        .await
        .assert_status(401)
        .assert_json(&json!({"message": "unauthorised"}));
    assert_eq!(app.users().get_user_count(&[], None).await.unwrap(), 0);
}

#[tokio::test]
async fn a_sessions_user_without_a_verified_address_is_told_to_verify_it() {
    let app = App::new(Rule::IfVerified).await;
    let ada = app.sign_up("ada@example.com").await;
    let browser = app.kit.browser();
    browser.sign_in_as(&*ada.id).await;
    let refused = sign_up(&browser, "ada@other.org", true).await;
    let reply: Value = refused.assert_status(403).json();
    assert_eq!(
        (&reply["message"], &reply["claimValidationErrors"][0]["id"]),
        (&json!("invalid claim"), &json!("st-ev"))
    );
    assert_eq!(app.users().get_user_count(&[], None).await.unwrap(), 1);
}

#[tokio::test]
async fn an_account_with_an_unverified_address_is_made_and_not_linked() {
    let app = App::new(Rule::IfVerified).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let browser = app.kit.browser();
    browser.sign_in_as(&*google.id).await;
    let reply: Value = sign_up(&browser, "ada@example.com", true).await.assert_status(200).json();
    assert_eq!(reply["status"], "SIGN_UP_NOT_ALLOWED");
    assert!(reply["reason"].as_str().unwrap().ends_with("(ERR_CODE_013)"), "{reply}");
    let same_address: Value = sign_up(&browser, "ada@gmail.com", true).await.assert_status(200).json();
    assert_eq!(same_address["user"]["id"], google.id.as_str(), "whose it is has been shown: {same_address}");
}

#[tokio::test]
async fn the_rule_is_given_the_session_that_is_linked_to() {
    let seen: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
    let linking = {
        let seen = seen.clone();
        AccountLinking::new().should_do_automatic_account_linking(move |account| {
            seen.lock().unwrap().push(account.session.map(|session| session.handle().to_owned()));
            std::future::ready(Ok(AutomaticLinking::Yes { should_require_verification: false }))
        })
    };
    let app = App::with(linking).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let browser = app.kit.browser();
    let session = browser.sign_in_as(&*google.id).await;
    sign_up(&browser, "ada@example.com", true).await.assert_status(200);
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(!seen.is_empty());
    assert!(seen.iter().all(|handle| handle.as_deref() == Some(session.handle())), "{seen:?}");
}

#[tokio::test]
async fn a_session_comes_back_from_the_kernels_ports_as_it_went_in() {
    let app = App::new(Rule::Missing).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let session = app.kit.browser().sign_in_as(&*google.id).await;
    let active: Arc<dyn ActiveSession> = session.clone().into();
    assert_eq!((active.user_id(), active.handle()), (session.user_id(), session.handle()));
    assert_eq!((active.recipe_user_id(), active.tenant_id()), (session.recipe_user_id(), session.tenant_id()));
    assert_eq!(&active.access_token_payload(), session.access_token_payload().as_map());
    assert_eq!(SessionContainer::from_active(&*active).unwrap().access_token(), session.access_token());
}

#[tokio::test]
async fn an_api_that_signs_somebody_in_reads_the_session_only_where_it_may_be_linked_to() {
    let app = App::new(Rule::Always).await;
    let google = app.third_party("public", "google", "ada@gmail.com", true).await;
    let browser = app.kit.browser().with_header_tokens();
    let session = browser.sign_in_as(&*google.id).await;
    let token = session.access_token();
    let flow = AuthFlow::of(&app.kit);
    let load = async |token: Option<&str>, should| {
        let request = Request::builder().method(Method::POST);
        let request =
            token.map_or(Request::builder(), |token| request.header("authorization", &format!("Bearer {token}")));
        let exchange = Exchange::new(request.finish());
        let loaded = flow.load_session_in_auth_api_if_needed(&exchange, should, &UserContext::new()).await;
        loaded.map(|session| session.map(|session| session.handle().to_owned()))
    };
    let handle = Some(session.handle().to_owned());
    assert_eq!(load(Some(&token), Should::Yes).await.unwrap(), handle);
    assert_eq!(load(Some(&token), Should::Unspecified).await.unwrap(), handle);
    assert_eq!(load(Some(&token), Should::No).await.unwrap(), None);
    assert_eq!(load(None, Should::Unspecified).await.unwrap(), None);
    let missing = load(None, Should::Yes).await.unwrap_err().downcast::<SessionError>();
    assert!(matches!(missing, Ok(SessionError::Unauthorised { .. })));

    app.kit.advance(Duration::from_secs(3601)).await;
    let expired = load(Some(&token), Should::Unspecified).await.unwrap_err().downcast::<SessionError>();
    assert!(matches!(expired, Ok(SessionError::TryRefreshToken { .. })), "rather than signing in as somebody else");
}
