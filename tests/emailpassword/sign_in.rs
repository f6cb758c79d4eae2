//! `POST /signin` and the route that tells whether an address is known.

use serde_json::json;
use supertokens::emailpassword::EmailPassword;
use supertokens::session::TokenTransferMethod::{Cookie, Header};

use crate::site::{ADA, PASSWORD, Site, credentials, field_error, form, outcome};
use crate::support::{TestCore, on_each_core};

on_each_core!(
    the_right_password_makes_a_new_session,
    a_wrong_password_makes_no_session,
    passwords_of_old_rules_still_sign_in,
    missing_fields_are_named,
    an_address_is_known_or_not,
    asking_for_no_address_is_a_bad_request,
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
    let lax = EmailPassword::new().validate_password(async |_, _, _| Ok(()));
    let site = Site::with(core, lax).await;
    assert_eq!(site.sign_up(ADA, "abc").await.body["status"], "OK");
    let reply = site.post("/auth/signin", &credentials(ADA, "abc")).await;
    assert_eq!(reply.body["status"], "OK", "no rule is asked for at sign-in");
    // The default rules would refuse it, too.
    assert_eq!(site.sign_in(ADA, "abcd").await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
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

async fn an_address_is_known_or_not(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user("ada+1@example.com").await;
    for path in ["/auth/emailpassword/email/exists", "/auth/signup/email/exists"] {
        for (email, exists) in
            [("ada%2B1@example.com", true), ("ADA%2b1%40Example.com", true), ("eve@example.com", false), ("", false)]
        {
            let reply = site.app.get(&format!("{path}?email={email}")).header("rid", "emailpassword").send().await;
            assert_eq!(outcome(&reply), (200, json!({"status": "OK", "exists": exists})), "{path} {email}");
        }
    }
}

async fn asking_for_no_address_is_a_bad_request(core: TestCore) {
    let site = Site::start(core).await;
    for query in ["", "?", "?mail=a@example.com"] {
        let reply = site.app.get(&format!("/auth/emailpassword/email/exists{query}")).send().await;
        assert_eq!(reply.outcome(), (400, "Please provide the email as a GET param"));
    }
}
