//! Signing up and in with a session, to add an account to its user; and why that is refused, in the words that support is
//! asked about.

use serde_json::{Value, json};
use supertokens::accountlinking::{AccountLinking, CreatePrimaryUserResponse};
use supertokens::session::TokenTransferMethod::Header;
use supertokens::users::{CreatePrimaryUser, LinkAccounts};

use crate::site::{ADA, PASSWORD, Site, credentials, outcome};
use crate::support::{Reply, TestCore, Tokens, on_each_core};

const EVE: &str = "eve@example.com";
const WRONG: &str = "wrong password 1";

on_each_core!(
    signing_in_with_an_account_adds_it_to_the_user_of_the_session,
    nobody_signs_in_to_an_account_that_might_be_linked_to_anothers,
    an_account_of_another_user_is_not_added,
    an_account_with_an_address_of_another_user_is_not_added,
    a_session_of_somebody_who_cannot_be_linked_to_gets_no_account,
    an_account_that_was_given_to_another_user_meanwhile_is_not_added,
    what_is_null_asks_for_no_linking,
);

/// Signs up or in, and asks for the account to be added to the user of the session.
async fn post_into(site: &Site, path: &str, session: &Tokens, (email, password): (&str, &str)) -> Reply {
    let mut body = credentials(email, password);
    body["shouldTryLinkingWithSessionUser"] = true.into();
    site.app.post(path).header("rid", "emailpassword").session(session).auth_mode(Header).json(&body).send().await
}

/// A session of an account, made by the application itself.
async fn session_of(site: &Site, recipe_user_id: &str) -> Tokens {
    site.app.post(&format!("/create?user={recipe_user_id}")).auth_mode(Header).send().await.tokens(Header)
}

/// Checks that an account was not added to the user of a session, for the reason that support knows by this code.
#[track_caller]
fn assert_not_added(reply: &Reply, status: &str, code: &str) {
    let reason = format!("Cannot sign in / up due to security reasons. Please contact support. (ERR_CODE_{code})");
    assert_eq!(outcome(reply), (200, json!({"status": status, "reason": reason})));
    assert!(reply.leaves_tokens_alone(), "{reply:?}");
}

#[track_caller]
fn assert_wrong_credentials(reply: &Reply) {
    assert_eq!(outcome(reply), (200, json!({"status": "WRONG_CREDENTIALS_ERROR"})));
}

/// Checks that signing up or in has come to this user.
#[track_caller]
fn assert_user(reply: &Reply, id: &str) {
    assert_eq!((&reply.body["status"], &reply.body["user"]["id"]), (&json!("OK"), &json!(id)), "{reply:?}");
}

async fn signing_in_with_an_account_adds_it_to_the_user_of_the_session(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    // Of two who join in the same millisecond, either may come first.
    site.app.clock.advance_ms(1);
    let account = site.new_account(EVE, PASSWORD).await;
    assert_wrong_credentials(&post_into(&site, "/auth/signin", &ada.tokens, (EVE, WRONG)).await);

    // The second time it is theirs already.
    for _ in 0..2 {
        let reply = post_into(&site, "/auth/signin", &ada.tokens, (EVE, PASSWORD)).await;
        let time_of = |index: usize| &reply.body["user"]["loginMethods"][index]["timeJoined"];
        let method = |id: &str, email: &str, time: &Value| {
            json!({
                "recipeId": "emailpassword", "recipeUserId": id, "tenantIds": ["public"], "email": email,
                "timeJoined": time, "verified": false,
            })
        };
        let user = json!({
            "id": ada.id, "isPrimaryUser": true, "tenantIds": ["public"], "emails": [ADA, EVE], "phoneNumbers": [],
            "thirdParty": [], "webauthn": {"credentialIds": []},
            "loginMethods": [method(&ada.id, ADA, time_of(0)), method(&account.id, EVE, time_of(1))],
            "timeJoined": time_of(0),
        });
        assert_eq!(outcome(&reply), (200, json!({"status": "OK", "user": user})));
        assert!(time_of(0).is_u64() && time_of(1).is_u64(), "{reply:?}");
        assert!(reply.leaves_tokens_alone(), "the session goes on: {reply:?}");
    }
    assert_eq!(site.app.get("/me").session(&ada.tokens).send().await.body["userId"], ada.id);
    assert_user(&site.sign_in(EVE, PASSWORD).await, &ada.id);
}

async fn nobody_signs_in_to_an_account_that_might_be_linked_to_anothers(core: TestCore) {
    let site = Site::linking(core, true).await;
    site.new_user(ADA).await;
    let owner = site.third_party_user(ADA, true).await;
    let refused = site.sign_in(ADA, PASSWORD).await;
    let reason = "Cannot sign in due to security reasons. Please try resetting your password, use a different login \
                  method or contact support. (ERR_CODE_008)";
    assert_eq!(outcome(&refused), (200, json!({"status": "SIGN_IN_NOT_ALLOWED", "reason": reason})));
    assert!(refused.leaves_tokens_alone());
    assert_wrong_credentials(&site.sign_in(ADA, WRONG).await);
    // What the reason advises helps whoever reads the mail of that address.
    let token = site.reset_token_of(ADA).await;
    assert_eq!(site.reset(&token, "a new password 2").await.body, json!({"status": "OK"}));
    assert_user(&site.sign_in(ADA, "a new password 2").await, &owner.id);
}

async fn an_account_of_another_user_is_not_added(core: TestCore) {
    let site = Site::linking(core, false).await;
    let (ada, eve) = (site.new_user(ADA).await, site.new_user(EVE).await);
    let refused = post_into(&site, "/auth/signin", &ada.tokens, (EVE, PASSWORD)).await;
    assert_not_added(&refused, "SIGN_IN_NOT_ALLOWED", "010");
    assert_wrong_credentials(&post_into(&site, "/auth/signin", &ada.tokens, (EVE, WRONG)).await);
    assert_user(&site.sign_in(EVE, PASSWORD).await, &eve.id);
    assert_user(&site.sign_in(ADA, PASSWORD).await, &ada.id);
}

async fn an_account_with_an_address_of_another_user_is_not_added(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    let eve = site.third_party_user(EVE, true).await;
    let refused = post_into(&site, "/auth/signup", &ada.tokens, (EVE, PASSWORD)).await;
    assert_not_added(&refused, "SIGN_UP_NOT_ALLOWED", "015");
    // It was made before it could not be linked.
    let refused = post_into(&site, "/auth/signin", &ada.tokens, (EVE, PASSWORD)).await;
    assert_not_added(&refused, "SIGN_IN_NOT_ALLOWED", "011");
    assert_wrong_credentials(&post_into(&site, "/auth/signin", &ada.tokens, (EVE, WRONG)).await);
    assert_user(&site.sign_in(EVE, PASSWORD).await, &eve.id);
    assert_user(&site.sign_in(ADA, PASSWORD).await, &ada.id);
}

async fn a_session_of_somebody_who_cannot_be_linked_to_gets_no_account(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_account(ADA, PASSWORD).await;
    site.third_party_user(ADA, true).await;
    let eve = site.new_account(EVE, PASSWORD).await;
    let session = session_of(&site, &ada.id).await;
    let refused = post_into(&site, "/auth/signin", &session, (EVE, PASSWORD)).await;
    assert_not_added(&refused, "SIGN_IN_NOT_ALLOWED", "012");
    assert_wrong_credentials(&post_into(&site, "/auth/signin", &session, (EVE, WRONG)).await);
    let refused = post_into(&site, "/auth/signup", &session, ("new@example.com", PASSWORD)).await;
    assert_not_added(&refused, "SIGN_UP_NOT_ALLOWED", "016");
    assert_wrong_credentials(&site.sign_in("new@example.com", PASSWORD).await);
    for (id, email) in [(&ada.id, ADA), (&eve.id, EVE)] {
        let user = site.users().get_user(&**id).await.unwrap().unwrap();
        assert_eq!((user.is_primary_user, &*user.emails), (false, &[email.to_owned()][..]), "as they were");
    }
}

async fn an_account_that_was_given_to_another_user_meanwhile_is_not_added(core: TestCore) {
    // What another request could do between making the account and linking it.
    let raced = AccountLinking::new().override_functions(|functions| {
        functions.link_accounts(async |input: LinkAccounts, original| {
            let create = CreatePrimaryUser::new(input.recipe_user_id.clone());
            let created = original.create_primary_user(create).await?;
            assert!(matches!(created, CreatePrimaryUserResponse::Ok { .. }), "{created:?}");
            original.link_accounts(input).await
        })
    });
    let site = Site::linking_with(core, raced, false).await;
    let ada = site.new_user(ADA).await;
    let refused = post_into(&site, "/auth/signup", &ada.tokens, (EVE, PASSWORD)).await;
    assert_not_added(&refused, "SIGN_UP_NOT_ALLOWED", "014");
    assert_ne!(site.sign_in(EVE, PASSWORD).await.body["user"]["id"], ada.id);
}

async fn what_is_null_asks_for_no_linking(core: TestCore) {
    let site = Site::linking(core, false).await;
    let ada = site.new_user(ADA).await;
    let mut body = credentials(EVE, PASSWORD);
    body["shouldTryLinkingWithSessionUser"] = Value::Null;
    let mut handles = vec![ada.tokens.handle.clone()];
    for path in ["/auth/signup", "/auth/signin"] {
        let reply = site.app.post(path).session(&ada.tokens).auth_mode(Header).json(&body).send().await;
        assert_eq!((&reply.body["status"], &reply.body["user"]["emails"]), (&json!("OK"), &json!([EVE])), "{path}");
        handles.push(reply.tokens(Header).handle);
    }
    handles.sort_unstable();
    handles.dedup();
    assert_eq!(handles.len(), 3, "each has a session of its own");
    assert_eq!(site.post("/auth/signin", &body).await.body["status"], "OK", "no session is needed");

    // Front ends before 3.1 leave it open, and the account is added.
    body["formFields"][0]["value"] = "second@example.com".into();
    let old = site.app.post("/auth/signup").header("fdi-version", "3.0").session(&ada.tokens).auth_mode(Header);
    assert_user(&old.json(&body).send().await, &ada.id);
}
