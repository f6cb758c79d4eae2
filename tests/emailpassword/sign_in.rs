//! `POST /signin`.

use serde_json::json;
use supertokens::emailpassword::{EmailPassword, SignUp, SignUpResponse};
use supertokens::session::TokenTransferMethod::{Cookie, Header};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(
    the_right_password_makes_a_new_session,
    a_wrong_password_makes_no_session,
    passwords_of_old_rules_still_sign_in,
    missing_fields_are_named,
);

async fn the_right_password_makes_a_new_session(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    for method in [Header, Cookie] {
        let call = site.app.post("/auth/signin").header("rid", "emailpassword").auth_mode(method);
        let reply = call.json(&credentials(ADA, PASSWORD)).send().await;
        assert_eq!((&reply.body["status"], &reply.body["user"]["id"]), (&json!("OK"), &json!(ada.id)));
        let tokens = reply.tokens(method);
        assert_ne!(tokens.handle, ada.tokens.handle);
        assert_eq!(site.app.get("/me").session(&tokens).send().await.body["userId"], ada.id);
    }
    assert_eq!(site.app.get("/me").session(&ada.tokens).send().await.status, 200, "the first session goes on");
}

async fn a_wrong_password_makes_no_session(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    for password in ["correct horse 2", "CORRECT HORSE 1", "correct horse 1 ", "x"] {
        let reply = site.sign_in(ADA, password).await;
        assert_eq!(outcome(&reply), (200, json!({"status": "WRONG_CREDENTIALS_ERROR"})), "{password}");
        assert!(reply.leaves_tokens_alone());
    }
}

async fn passwords_of_old_rules_still_sign_in(core: TestCore) {
    let strict = EmailPassword::new().validate_password(async |_, _, _| Err("No password will do".to_owned()));
    let of_length = "Password must contain at least 8 characters, including a number";
    for (recipe, error) in [(EmailPassword::new(), of_length), (strict, "No password will do")] {
        let site = Site::with(core, recipe).await;
        assert_eq!(site.sign_up(ADA, "abc").await.body, field_error(&[("password", error)]), "the rule in force");
        // The function takes any password, as older rules may have done.
        let sign_up = site.functions().sign_up(SignUp::new("public", ADA, "abc")).await.unwrap();
        assert!(matches!(sign_up, SignUpResponse::Ok { .. }), "{sign_up:?}");
        let reply = site.sign_in(ADA, "abc").await;
        assert_eq!(reply.body["status"], "OK", "no rule is asked for at sign-in: {reply:?}");
        assert_eq!(outcome(&site.sign_in(ADA, "abd").await), (200, json!({"status": "WRONG_CREDENTIALS_ERROR"})));
    }
}

async fn missing_fields_are_named(core: TestCore) {
    let site = Site::start(core).await;
    let missing = "Field is not optional";
    for (body, errors) in [
        (json!({"formFields": []}), &[("password", missing), ("email", missing)][..]),
        (form(&[("email", ADA)]), &[("password", missing)]),
        (form(&[("password", PASSWORD)]), &[("email", missing)]),
        (form(&[("email", ADA), ("password", "")]), &[("password", missing)]),
        (form(&[("email", "ada"), ("password", "x")]), &[("email", "Email is invalid")]),
    ] {
        assert_eq!(outcome(&site.post("/auth/signin", &body).await), (200, field_error(errors)), "{body}");
    }
}
