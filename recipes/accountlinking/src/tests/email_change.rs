//! Who may change an e-mail address.

use supertokens_kernel::ports::{AutomaticLinking, IsEmailChangeAllowed, IsEmailChangeAllowedResponse as Response};

use crate::AccountLinking;

use super::support::{App, FakeCore, NewUser, Rule, user};

const NEW: &str = "new@example.com";
use Response::{AccountTakeoverRisk, Allowed, PrimaryUserConflict};

/// Whether user 1 may change to the new address, unverified and verified.
async fn change(rule: Rule, users: Vec<NewUser>) -> [Response; 2] {
    let app = App::new(&FakeCore::with(users), rule.recipe());
    let user = app.user("1").await;
    let unverified = IsEmailChangeAllowed::new(user, NEW);
    let verified = unverified.clone().is_verified(true);
    let port = app.port();
    [port.is_email_change_allowed(unverified).await.unwrap(), port.is_email_change_allowed(verified).await.unwrap()]
}

fn me() -> NewUser {
    user("1", "old@example.com")
}

#[tokio::test]
async fn an_address_that_nobody_else_has_is_free() {
    for rule in Rule::ALL {
        assert_eq!(change(rule, vec![me()]).await, [Allowed; 2], "{rule:?}");
        assert_eq!(change(rule, vec![me().primary()]).await, [Allowed; 2], "{rule:?}");
        assert_eq!(change(rule, vec![me().primary(), user("2", "x@example.com").primary()]).await, [Allowed; 2]);
    }
}

#[tokio::test]
async fn two_primary_users_never_have_the_same_address() {
    for rule in Rule::ALL {
        let users = vec![me().primary(), user("2", NEW).primary().verified()];
        assert_eq!(change(rule, users).await, [PrimaryUserConflict; 2], "{rule:?}");
    }
}

#[tokio::test]
async fn a_primary_user_takes_no_unverified_address_of_another_who_would_then_be_linked() {
    for (rule, unverified) in Rule::ALL.into_iter().zip([Allowed, Allowed, Allowed, AccountTakeoverRisk]) {
        let users = vec![me().primary(), user("2", NEW)];
        assert_eq!(change(rule, users).await, [unverified, Allowed], "{rule:?}");
        let verified_elsewhere = vec![me().primary().and(user("3", NEW).verified()), user("2", NEW)];
        assert_eq!(change(rule, verified_elsewhere).await, [Allowed; 2], "{rule:?}");
    }
}

#[tokio::test]
async fn an_unlinked_account_takes_no_unverified_address_of_a_primary_user() {
    for (rule, unverified) in Rule::ALL.into_iter().zip([Allowed, Allowed, Allowed, AccountTakeoverRisk]) {
        let users = vec![me(), user("2", NEW).primary()];
        assert_eq!(change(rule, users).await, [unverified, Allowed], "{rule:?}");
    }
    assert_eq!(change(Rule::IfVerified, vec![me(), user("2", NEW)]).await, [Allowed; 2], "nobody is primary");
    let same_as_now = vec![user("1", NEW), user("2", NEW).primary()];
    assert_eq!(change(Rule::IfVerified, same_as_now).await, [Allowed; 2], "nothing changes");
}

#[tokio::test]
async fn every_tenant_of_the_user_counts_and_no_other() {
    let of_both = || me().in_tenants(&["public", "t1"]);
    let in_second = vec![of_both(), user("2", NEW).primary().in_tenants(&["t1"])];
    assert_eq!(change(Rule::IfVerified, in_second).await, [AccountTakeoverRisk, Allowed]);
    let in_another = vec![of_both(), user("2", NEW).primary().in_tenants(&["t2"])];
    assert_eq!(change(Rule::IfVerified, in_another).await, [Allowed; 2]);
}

#[tokio::test]
async fn the_rule_is_asked_about_each_of_several_others_with_the_address() {
    let recipe = AccountLinking::new().should_do_automatic_account_linking(async |input| {
        let id = input.new_account_info.recipe_user_id.unwrap();
        Ok(match id.as_str() == "2" {
            true => AutomaticLinking::No,
            false => AutomaticLinking::Yes { should_require_verification: true },
        })
    });
    let core = FakeCore::with([me().primary(), user("2", NEW).joined(1), user("3", NEW).joined(2)]);
    let app = App::new(&core, recipe);
    let unverified = IsEmailChangeAllowed::new(app.user("1").await, NEW);
    assert_eq!(app.port().is_email_change_allowed(unverified).await.unwrap(), AccountTakeoverRisk);
}
