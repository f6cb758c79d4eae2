//! Accounts that are linked: signing up and resetting where a person has other accounts.

use serde_json::{Value, json};
use supertokens::kernel::CorePath;
use supertokens::session::TokenTransferMethod::Header;

use crate::site::{ADA, PASSWORD, Site, credentials};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";

on_each_core!(
    a_reset_gives_a_primary_user_without_a_password_one,
    without_linking_such_a_user_gets_no_mail,
    a_reset_that_could_let_somebody_into_anothers_account_is_refused,
    signing_up_with_an_address_that_is_anothers_is_refused_until_it_is_verified,
    an_account_is_added_to_the_user_of_the_session,
    adding_an_account_that_needs_a_verified_address_is_refused,
    a_made_up_address_is_a_second_account_only,
);

async fn a_reset_gives_a_primary_user_without_a_password_one(core: TestCore) {
    let site = Site::linking(core, true).await;
    let user = site.third_party_user(ADA, true).await;
    assert_eq!(site.sign_in(ADA, PASSWORD).await.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
    let token = site.reset_token_of(ADA).await;
    let mail = site.mails().await.pop().unwrap();
    assert_eq!((mail.user_id, mail.recipe_user_id), (user.id.clone(), None));
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "OK"}));
    let signed_in = site.sign_in(ADA, NEW).await;
    assert_eq!(signed_in.body["user"]["id"], user.id, "{signed_in:?}");
    let methods = signed_in.body["user"]["loginMethods"].as_array().unwrap().clone();
    assert_eq!(methods.len(), 2);
    assert!(methods.iter().all(|method| method["verified"] == true), "{methods:?}");
    assert_eq!(site.app.get("/me").session(&signed_in.tokens(Header)).send().await.body["userId"], user.id);
}

async fn without_linking_such_a_user_gets_no_mail(core: TestCore) {
    let site = Site::start(core).await;
    site.third_party_user(ADA, true).await;
    assert_eq!(site.ask_for_reset(ADA).await.body, json!({"status": "OK"}));
    assert!(site.mails().await.is_empty());
}

async fn a_reset_that_could_let_somebody_into_anothers_account_is_refused(core: TestCore) {
    let site = Site::linking(core, false).await;
    // The same person, as far as is known: an account with another address, linked to this one's, which is not verified.
    let user = site.third_party_user("other@example.com", true).await;
    let account = site.new_account(ADA, PASSWORD).await;
    let link = json!({"recipeUserId": account.id, "primaryUserId": user.id});
    let path = CorePath::app("/recipe/accountlinking/user/link");
    let linked: Value = site.app.core().post(path, &link, &Default::default()).await.unwrap();
    assert_eq!(linked["status"], "OK");

    let reply = site.ask_for_reset(ADA).await;
    let reason = "Reset password link was not created because of account take over risk. Please contact support. \
                  (ERR_CODE_001)";
    assert_eq!(reply.body, json!({"status": "PASSWORD_RESET_NOT_ALLOWED", "reason": reason}));
    assert!(site.mails().await.is_empty());
}

async fn signing_up_with_an_address_that_is_anothers_is_refused_until_it_is_verified(core: TestCore) {
    let site = Site::linking(core, true).await;
    site.third_party_user(ADA, true).await;
    let reply = site.sign_up(ADA, PASSWORD).await;
    let reason = "Cannot sign up due to security reasons. Please try logging in, use a different login method or \
                  contact support. (ERR_CODE_007)";
    assert_eq!(reply.body, json!({"status": "SIGN_UP_NOT_ALLOWED", "reason": reason}));
    assert!(reply.leaves_tokens_alone());
}

async fn an_account_is_added_to_the_user_of_the_session(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    let mut body = credentials("second@example.com", PASSWORD);
    body["shouldTryLinkingWithSessionUser"] = true.into();
    let call = || site.app.post("/auth/signup").session(&ada.tokens).auth_mode(Header).json(&body);
    let reply = call().send().await;
    assert_eq!((&reply.body["status"], &reply.body["user"]["id"]), (&json!("OK"), &json!(ada.id)), "{reply:?}");
    let emails = reply.body["user"]["emails"].as_array().unwrap();
    assert!(emails.len() == 2 && emails.contains(&json!(ADA)) && emails.contains(&json!("second@example.com")));
    assert_eq!(site.sign_in("second@example.com", PASSWORD).await.body["user"]["id"], ada.id);
}

async fn adding_an_account_that_needs_a_verified_address_is_refused(core: TestCore) {
    let site = Site::linking(core, true).await;
    let owner = site.third_party_user("owner@example.com", true).await;
    // A session of the owner.
    let token = site.reset_token_of("owner@example.com").await;
    assert_eq!(site.reset(&token, NEW).await.body, json!({"status": "OK"}));
    let session = site.sign_in("owner@example.com", NEW).await;
    assert_eq!(session.body["user"]["id"], owner.id);
    let mut body = credentials("second@example.com", PASSWORD);
    body["shouldTryLinkingWithSessionUser"] = true.into();
    let call = site.app.post("/auth/signup").session(&session.tokens(Header)).auth_mode(Header).json(&body);
    let reply = call.send().await;
    let reason = "Cannot sign in / up due to security reasons. Please contact support. (ERR_CODE_013)";
    assert_eq!(reply.body, json!({"status": "SIGN_UP_NOT_ALLOWED", "reason": reason}));
    // It was made before it could not be linked; signing in with it into the session is refused likewise.
    let call = site.app.post("/auth/signin").session(&session.tokens(Header)).auth_mode(Header).json(&body);
    let reason = "Cannot sign in / up due to security reasons. Please contact support. (ERR_CODE_009)";
    assert_eq!(call.send().await.body, json!({"status": "SIGN_IN_NOT_ALLOWED", "reason": reason}));
}

async fn a_made_up_address_is_a_second_account_only(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    let mut body = credentials("u@stfakeemail.supertokens.com", PASSWORD);
    body["shouldTryLinkingWithSessionUser"] = true.into();
    let call = site.app.post("/auth/signup").session(&ada.tokens).auth_mode(Header).json(&body);
    assert_eq!(call.send().await.body["user"]["id"], ada.id);
    let alone = site.sign_in("u@stfakeemail.supertokens.com", PASSWORD).await;
    assert_eq!(alone.body, json!({"status": "WRONG_CREDENTIALS_ERROR"}));
}
