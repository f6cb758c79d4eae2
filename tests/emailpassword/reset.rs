//! Setting a new password by the link of a mail.

use serde_json::json;
use supertokens::emailpassword::{EmailPassword, RevokeSessionsOnPasswordChange};
use supertokens::emailverification::{EmailVerification, EmailVerificationMode};

use crate::site::{ADA, PASSWORD, Site, also, field_error, form, outcome, reset_body};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";

on_each_core!(
    the_mailed_link_sets_a_new_password,
    a_token_works_once_and_ends_the_others,
    a_token_that_was_never_made_is_refused,
    a_password_that_breaks_the_rules_leaves_the_token_good,
    missing_tokens_and_tokens_of_wrong_types_are_bad_requests,
    a_deleted_users_token_is_refused,
    sessions_go_on_unless_the_application_says_otherwise,
    a_reset_verifies_the_address,
);

async fn the_mailed_link_sets_a_new_password(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    let reply = site.ask_for_reset(" ADA@example.com").await;
    assert_eq!(outcome(&reply), (200, json!({"status": "OK"})));
    let mails = site.mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((&mail.user_id, mail.recipe_user_id.as_ref()), (&ada.id, Some(&ada.id)));
    let token = mail.token();
    let expected = format!("http://localhost:3000/auth/reset-password?token={token}&tenantId=public");
    assert_eq!(mail.link, expected);

    let reply = site.reset(&token, NEW).await;
    assert_eq!(outcome(&reply), (200, json!({"status": "OK"})));
    assert!(reply.leaves_tokens_alone(), "nobody is signed in by a reset");
    assert_eq!(site.sign_in(ADA, NEW).await.body["user"]["id"], ada.id);
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
}

async fn a_token_works_once_and_ends_the_others(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let (first, second) = (site.reset_token_of(ADA).await, site.reset_token_of(ADA).await);
    assert_ne!(first, second);
    assert_eq!(site.reset(&first, NEW).await.body, json!({"status": "OK"}));
    for token in [&first, &second] {
        let reply = site.reset(token, "another one 3").await;
        assert_eq!(outcome(&reply), (200, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"})));
    }
    assert_eq!(site.sign_in(ADA, NEW).await.body["status"], "OK");
}

async fn a_token_that_was_never_made_is_refused(core: TestCore) {
    let site = Site::start(core).await;
    for token in ["", "x", "../../x", "ünïcode", &"t".repeat(100_000)] {
        let reply = site.reset(token, NEW).await;
        assert_eq!(outcome(&reply), (200, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"})), "{token:.20}");
    }
}

async fn a_password_that_breaks_the_rules_leaves_the_token_good(core: TestCore) {
    let site = Site::start(core).await;
    site.new_user(ADA).await;
    let token = site.reset_token_of(ADA).await;
    for (password, error) in
        [("short1", "Password must contain at least 8 characters, including a number"), ("", "Field is not optional")]
    {
        assert_eq!(outcome(&site.reset(&token, password).await), (200, field_error(&[("password", error)])));
    }
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "OK"}));
}

async fn missing_tokens_and_tokens_of_wrong_types_are_bad_requests(core: TestCore) {
    let site = Site::start(core).await;
    let none = form(&[("password", NEW)]);
    let reply = site.post("/auth/user/password/reset", &none).await;
    assert_eq!(reply.outcome(), (400, "Please provide the password reset token"));
    for wrong in [json!(null), json!(1), json!(["t"]), json!({"t": 1})] {
        let mut body = reset_body("", NEW);
        body["token"] = wrong;
        let reply = site.post("/auth/user/password/reset", &body).await;
        assert_eq!(reply.outcome(), (400, "The password reset token must be a string"));
    }
}

async fn a_deleted_users_token_is_refused(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    let token = site.reset_token_of(ADA).await;
    site.users().delete_user(supertokens::kernel::users::DeleteUser::new(ada.id)).await.unwrap();
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"}));
    assert_eq!(site.sign_in(ADA, NEW).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
}

async fn sessions_go_on_unless_the_application_says_otherwise(core: TestCore) {
    for (revoke, expected) in [(RevokeSessionsOnPasswordChange::No, 200), (RevokeSessionsOnPasswordChange::Yes, 401)] {
        let site = Site::with(core, EmailPassword::new().revoke_sessions_on_password_change(revoke)).await;
        let (ada, eve) = (site.new_user(ADA).await, site.new_user("eve@example.com").await);
        let token = site.reset_token_of(ADA).await;
        assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "OK"}));
        let refreshed = site.app.refresh(&ada.tokens).send().await;
        assert_eq!(refreshed.status, expected, "{revoke:?}");
        assert_eq!(site.app.refresh(&eve.tokens).send().await.status, 200, "others are not concerned");
    }
}

async fn a_reset_verifies_the_address(core: TestCore) {
    let site =
        Site::with_others(core, EmailPassword::new(), also(EmailVerification::new(EmailVerificationMode::Optional)))
            .await;
    let ada = site.new_user(ADA).await;
    let is_verified = async || site.users().get_user(&*ada.id).await.unwrap().unwrap().login_methods[0].verified;
    assert!(!is_verified().await);
    let token = site.reset_token_of(ADA).await;
    assert!(!is_verified().await, "asking proves nothing");
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "OK"}));
    assert!(is_verified().await);
}

/// The program's clock cannot be moved.
#[tokio::test]
async fn a_token_expires() {
    let site = Site::start(TestCore::InProcess).await;
    site.new_user(ADA).await;
    let token = site.reset_token_of(ADA).await;
    site.app.clock.advance_ms(3_600_000 + 1);
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "RESET_PASSWORD_INVALID_TOKEN_ERROR"}));
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK");
    let fresh = site.reset_token_of(ADA).await;
    site.app.clock.advance_ms(3_600_000 - 1_000);
    assert_eq!(site.reset(&fresh, NEW).await.body, json!({"status": "OK"}));
}
