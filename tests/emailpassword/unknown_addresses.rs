//! Signing in and asking for a reset tell nobody whether an address has a user: not by what is replied, and not by what
//! is done before the reply.

use http::Method;
use serde_json::json;
use supertokens::kernel::core_client::CoreRequest;

use crate::site::{ADA, PASSWORD, Site};
use crate::support::{Reply, TestCore, core_body, core_path, on_each_core};

const NOBODY: &str = "nobody@example.com";

on_each_core!(
    replies_are_the_same_to_the_byte,
    the_core_is_asked_the_same_at_sign_in,
    the_core_is_asked_the_same_before_the_reply_to_a_wish_for_a_reset,
    nobody_gets_a_mail_who_has_no_account,
    why_a_user_is_refused_is_for_those_who_know_the_password,
    a_mail_goes_to_the_stored_address_and_not_to_one_that_looks_like_it,
);

/// What the core was asked, but for what it was asked about.
fn methods_and_paths(calls: &[CoreRequest]) -> Vec<(Method, String)> {
    calls.iter().map(|call| (call.method.clone(), core_path(call).to_owned())).collect()
}

/// Everything that the front end sees.
fn seen(reply: &Reply) -> (u16, String, Vec<(String, String)>) {
    let headers = reply.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (reply.status.as_u16(), reply.body.to_string(), headers.collect())
}

async fn replies_are_the_same_to_the_byte(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    assert_eq!(
        seen(&site.sign_in(ADA, "wrong password 1").await),
        seen(&site.sign_in(NOBODY, "wrong password 1").await)
    );
    assert_eq!(seen(&site.ask_for_reset(ADA).await), seen(&site.ask_for_reset(NOBODY).await));
}

async fn the_core_is_asked_the_same_at_sign_in(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let mut asked = Vec::new();
    for email in [ADA, NOBODY] {
        site.app.full_core_calls();
        site.sign_in(email, "wrong password 1").await;
        let calls = site.app.full_core_calls();
        let last = calls.last().unwrap();
        assert_eq!(core_body(last), json!({"email": email, "password": "wrong password 1"}), "the core hashes it");
        asked.push(methods_and_paths(&calls));
    }
    assert_eq!(asked[0], asked[1]);
}

async fn the_core_is_asked_the_same_before_the_reply_to_a_wish_for_a_reset(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let mut asked = Vec::new();
    for email in [ADA, NOBODY] {
        site.app.full_core_calls();
        site.ask_for_reset(email).await;
        // On one thread, what comes after the reply waits for the next await.
        asked.push(methods_and_paths(&site.app.full_core_calls()));
        site.mails().await;
    }
    assert_eq!(asked[0], asked[1]);
    assert!(asked[0].iter().all(|(method, _)| *method == Method::GET), "the token is made after the reply: {asked:?}");
}

async fn nobody_gets_a_mail_who_has_no_account(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    site.ask_for_reset(NOBODY).await;
    assert!(site.mails().await.is_empty());
    site.ask_for_reset(ADA).await;
    assert_eq!(site.mails().await.len(), 1);
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK");
}

async fn why_a_user_is_refused_is_for_those_who_know_the_password(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    site.tenant("public", json!(["otp-email"])).await;
    let wrong = seen(&site.sign_in(ADA, "wrong password 1").await);
    assert_eq!(wrong, seen(&site.sign_in(NOBODY, "wrong password 1").await));
    assert_eq!(site.sign_in(ADA, PASSWORD).await.status, 401, "the owner learns that passwords are no way in any more");
}

async fn a_mail_goes_to_the_stored_address_and_not_to_one_that_looks_like_it(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user("kate@example.com").await;
    // The sign for kelvin is a k in lower case, and another letter to a mail server.
    let reply = site.ask_for_reset("\u{212a}ate@example.com").await;
    assert_eq!(reply.body, json!({"status": "OK"}));
    let recipients: Vec<_> = site.mails().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(recipients, ["kate@example.com"]);
}
