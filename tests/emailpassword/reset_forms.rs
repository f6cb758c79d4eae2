//! What is wrong with a wish for a link, or with a new password: bodies to the letter.

use serde_json::{Value, json};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome, reset_body};
use crate::support::{TestCore, on_each_core};

const ASK: &str = "/auth/user/password/reset/token";
const RESET: &str = "/auth/user/password/reset";
const NEW: &str = "a new password 2";
const MISSING: &str = "Field is not optional";

on_each_core!(
    an_address_that_is_missing_or_none_is_named_and_gets_no_mail,
    an_unknown_tenant_is_no_bad_form,
    a_password_that_is_missing_is_named_before_the_token,
    how_the_link_is_used_need_not_be_said,
);

async fn an_address_that_is_missing_or_none_is_named_and_gets_no_mail(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    site.app.core_calls();
    for (body, error) in [
        (form(&[]), MISSING),
        (form(&[("password", PASSWORD)]), MISSING),
        (form(&[("Email", ADA)]), MISSING),
        (form(&[("email", "")]), MISSING),
        (form(&[("email", " \t")]), MISSING),
        (form(&[("email", "ada")]), "Email is invalid"),
        (form(&[("email", "ada@example")]), "Email is invalid"),
        (form(&[("email", "ada@example.com, eve@example.com")]), "Email is invalid"),
    ] {
        let reply = site.post(ASK, &body).await;
        assert_eq!(outcome(&reply), (200, field_error(&[("email", error)])), "{body}");
        assert!(reply.leaves_tokens_alone());
    }
    assert!(site.app.core_calls().is_empty(), "the core is not asked");
    assert!(site.mails().await.is_empty());
}

async fn an_unknown_tenant_is_no_bad_form(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let broken = json!({"message": "Internal server error"});
    for (path, body) in [
        ("/auth/nowhere/user/password/reset/token", form(&[("email", ADA)])),
        ("/auth/nowhere/user/password/reset", reset_body("a-token", NEW)),
    ] {
        assert_eq!(outcome(&site.post(path, &body).await), (500, broken.clone()), "{path}");
    }
    assert!(site.mails().await.is_empty());
}

async fn a_password_that_is_missing_is_named_before_the_token(core: TestCore) {
    let site = Site::start(core).await;
    let with_token = |mut body: Value| {
        body["token"] = "a-token".into();
        body
    };
    let weak = "Password must contain at least 8 characters, including a number";
    for (body, error) in [
        (with_token(form(&[])), MISSING),
        (with_token(form(&[("email", ADA)])), MISSING),
        (with_token(form(&[("password", "")])), MISSING),
        (with_token(form(&[("password", "short1")])), weak),
        (form(&[]), MISSING),
        (form(&[("password", "short1")]), weak),
    ] {
        let reply = site.post(RESET, &body).await;
        assert_eq!(outcome(&reply), (200, field_error(&[("password", error)])), "{body}");
    }
    let too_many = with_token(credentials(ADA, NEW));
    let expected = json!({"message": "Are you sending too many formFields?"});
    assert_eq!(outcome(&site.post(RESET, &too_many).await), (400, expected));
    assert!(site.app.core_calls().is_empty(), "the core is not asked");
}

async fn how_the_link_is_used_need_not_be_said(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    for (index, method) in
        [None, Some(json!("token")), Some(json!("other")), Some(json!(null)), Some(json!(7))].into_iter().enumerate()
    {
        let (token, password) = (site.reset_token_of(ADA).await, format!("a new password {index}"));
        let mut body = reset_body(&token, &password);
        match &method {
            Some(method) => body["method"] = method.clone(),
            None => _ = body.as_object_mut().unwrap().remove("method"),
        }
        assert_eq!(outcome(&site.post(RESET, &body).await), (200, json!({"status": "OK"})), "{method:?}");
        assert_eq!(site.sign_in(ADA, &password).await.body["status"], "OK", "{method:?}");
        let again = outcome(&site.post(RESET, &body).await);
        assert_eq!(again, (200, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"})), "{method:?}");
    }
}
