//! Changing the address or the password of somebody by the function that an application's own route calls.

use supertokens::emailpassword::{UpdateEmailOrPassword, UpdateEmailOrPasswordResponse as Update};

use crate::site::{ADA, PASSWORD, Site};
use crate::support::{TestCore, on_each_core};

const NEW: &str = "a new password 2";
const LOVELACE: &str = "lovelace@example.com";
const TAKEN: &str = "taken@example.com";

on_each_core!(
    a_primary_user_does_not_get_the_address_of_another_one,
    an_account_does_not_get_the_address_of_a_user_whom_it_would_be_linked_to,
    address_and_password_are_changed_in_one_call,
    of_address_and_password_none_is_changed_if_one_is_refused,
);

fn not_allowed(problem: &str) -> Update {
    let reason = format!("New email cannot be applied to existing account because of {problem}.");
    Update::EmailChangeNotAllowed { reason }
}

/// Tries each of these, and looks whether address and password of the account have stayed as they were.
async fn assert_refused(site: &Site, recipe_user_id: &str, expected: &Update) {
    let update = UpdateEmailOrPassword::new(recipe_user_id).email(TAKEN.to_owned());
    for update in [update.clone(), update.password(Some(NEW.into()))] {
        assert_eq!(&site.functions().update_email_or_password(update).await.unwrap(), expected);
        assert_eq!(site.sign_in(ADA, PASSWORD).await.body["status"], "OK", "all stays as it was");
        for password in [PASSWORD, NEW] {
            assert_eq!(site.sign_in(TAKEN, password).await.body["status"], "WRONG_CREDENTIALS_ERROR");
        }
    }
}

async fn a_primary_user_does_not_get_the_address_of_another_one(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    site.third_party_user(TAKEN, true).await;
    let conflict = not_allowed("there is another primary user with the same email address");
    assert_refused(&site, &ada.id, &conflict).await;
    let free = UpdateEmailOrPassword::new(&*ada.id).email(LOVELACE.to_owned());
    assert_eq!(site.functions().update_email_or_password(free).await.unwrap(), Update::Ok);
    assert_eq!(site.sign_in(LOVELACE, PASSWORD).await.body["user"]["id"], ada.id);
}

async fn an_account_does_not_get_the_address_of_a_user_whom_it_would_be_linked_to(core: TestCore) {
    let site = Site::linking(core, true).await;
    let ada = site.new_user(ADA).await;
    site.third_party_user(TAKEN, true).await;
    assert_refused(&site, &ada.id, &not_allowed("account takeover risks")).await;
    let free = UpdateEmailOrPassword::new(&*ada.id).email(LOVELACE.to_owned());
    assert_eq!(site.functions().update_email_or_password(free).await.unwrap(), Update::Ok);
    assert_eq!(site.sign_in(LOVELACE, PASSWORD).await.body["user"]["id"], ada.id);
}

async fn address_and_password_are_changed_in_one_call(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    let both = UpdateEmailOrPassword::new(&*ada.id).email(LOVELACE.to_owned()).password(Some(NEW.into()));
    assert_eq!(site.functions().update_email_or_password(both).await.unwrap(), Update::Ok);
    for (email, password, expected) in [
        (LOVELACE, NEW, "OK"),
        (LOVELACE, PASSWORD, "WRONG_CREDENTIALS_ERROR"),
        (ADA, NEW, "WRONG_CREDENTIALS_ERROR"),
        (ADA, PASSWORD, "WRONG_CREDENTIALS_ERROR"),
    ] {
        assert_eq!(site.sign_in(email, password).await.body["status"], expected, "{email} {password}");
    }
    // The old address is free again, and the new one is taken.
    assert_eq!(site.sign_up(LOVELACE, PASSWORD).await.body["status"], "FIELD_ERROR");
    assert_ne!(site.new_user(ADA).await.id, ada.id);
}

async fn of_address_and_password_none_is_changed_if_one_is_refused(core: TestCore) {
    let site = Site::start(core).await;
    let ada = site.new_user(ADA).await;
    site.new_user(TAKEN).await;
    let failure_reason = "Password must contain at least 8 characters, including a number".to_owned();
    for (email, password, expected) in [
        (LOVELACE, "weak", Update::PasswordPolicyViolated { failure_reason }),
        (TAKEN, NEW, Update::EmailAlreadyExists),
    ] {
        let both = UpdateEmailOrPassword::new(&*ada.id).email(email.to_owned()).password(Some(password.into()));
        assert_eq!(site.functions().update_email_or_password(both).await.unwrap(), expected);
        assert_eq!(site.sign_in(ADA, PASSWORD).await.body["user"]["id"], ada.id);
        for (email, password) in [(ADA, password), (email, password), (LOVELACE, PASSWORD)] {
            let reply = site.sign_in(email, password).await;
            assert_eq!(reply.body["status"], "WRONG_CREDENTIALS_ERROR", "{email} {password}");
        }
    }
    let nobody = UpdateEmailOrPassword::new("nobody").email(LOVELACE.to_owned()).password(Some(NEW.into()));
    assert_eq!(site.functions().update_email_or_password(nobody).await.unwrap(), Update::UnknownUserId);
}
