//! Accounts that are linked by the application's rule.

use serde_json::{Value, json};
use supertokens::accountlinking::{AccountLinking, IsEmailChangeAllowed, IsEmailChangeAllowedResponse};

use crate::support::{App, Rule};

/// The body of the sign-up and sign-in APIs.
fn form(email: &str) -> Value {
    json!({"formFields": [{"id": "email", "value": email}, {"id": "password", "value": "password1"}]})
}

async fn sign_up_over_http(app: &App, email: &str) -> Value {
    app.tick().await;
    let response = app.kit.browser().post("/auth/signup").json(&form(email)).send().await;
    response.assert_status(200);
    response.json()
}

#[tokio::test]
async fn without_a_rule_every_account_is_a_user_of_its_own() {
    let app = App::new(Rule::Missing).await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let signed_up = sign_up_over_http(&app, "ada@example.com").await;
    assert_eq!(signed_up["status"], "OK");
    assert_ne!(signed_up["user"]["id"], google.id.as_str());
    assert_eq!(signed_up["user"]["isPrimaryUser"], false);
    assert_eq!(app.users().get_user_count(&[], None).await.unwrap(), 2);
}

#[tokio::test]
async fn without_verification_an_account_is_linked_at_once() {
    let app = App::new(Rule::Always).await;
    let google = app.third_party("public", "google", "ada@example.com", false).await;
    let signed_up = sign_up_over_http(&app, "ada@example.com").await;
    assert_eq!(signed_up["user"]["id"], google.id.as_str(), "the older account is the user");
    assert_eq!(signed_up["user"]["isPrimaryUser"], true);
    assert_eq!(signed_up["user"]["loginMethods"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nobody_signs_up_with_an_address_that_another_has_not_verified() {
    let app = App::new(Rule::IfVerified).await;
    app.third_party("public", "google", "ada@example.com", false).await;
    let refused = sign_up_over_http(&app, "ada@example.com").await;
    assert_eq!(refused["status"], "SIGN_UP_NOT_ALLOWED", "{refused}");
    let reason = refused["reason"].as_str().unwrap();
    assert!(reason.ends_with("(ERR_CODE_007)"), "{reason}");
    assert_eq!(app.users().get_user_count(&[], None).await.unwrap(), 1);
}

#[tokio::test]
async fn an_account_becomes_a_primary_user_when_its_address_is_verified() {
    let app = App::new(Rule::IfVerified).await;
    let signed_up = sign_up_over_http(&app, "ada@example.com").await;
    assert_eq!(signed_up["user"]["isPrimaryUser"], false);
    let user = app.user(signed_up["user"]["id"].as_str().unwrap()).await;
    app.verify(&user).await;
    let user = app.user(&user.id).await;
    assert!(user.is_primary_user && user.login_methods[0].verified);
}

#[tokio::test]
async fn an_account_is_linked_to_the_older_one_when_both_have_verified_the_address() {
    let app = App::new(Rule::IfVerified).await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let password = app.sign_up("ada@example.com").await;
    assert_ne!(password.id, google.id, "an unverified account is linked to nobody");
    app.verify(&password).await;
    let user = app.user(&password.id).await;
    assert_eq!((user.id.as_str(), user.is_primary_user, user.login_methods.len()), (&*google.id, true, 2));
}

#[tokio::test]
async fn whether_something_is_safe_can_be_asked() {
    let app = App::new(Rule::IfVerified).await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let linker = AccountLinking::of(&app.kit).unwrap();
    let user = linker.create_primary_user_id_or_link_accounts("public", &*google.id, None).await.unwrap();
    assert!(user.is_primary_user);
    let bob = app.sign_up("bob@example.com").await;
    let ask = async |is_verified: bool| {
        let input = IsEmailChangeAllowed::new(&*bob.id, "ada@example.com").is_verified(is_verified);
        linker.is_email_change_allowed(input).await.unwrap()
    };
    assert_eq!(ask(false).await, IsEmailChangeAllowedResponse::AccountTakeoverRisk);
    assert_eq!(ask(true).await, IsEmailChangeAllowedResponse::Allowed);
    let password = app.sign_up("ada@example.com").await;
    assert!(!linker.is_sign_in_allowed("public", &*password.id, None).await.unwrap());
    assert!(linker.is_sign_in_allowed("public", &*bob.id, None).await.unwrap());
    let primary = linker.get_primary_user_that_can_be_linked_to_recipe_user_id("public", &*password.id).await.unwrap();
    assert_eq!(primary.unwrap().id, google.id);
}
