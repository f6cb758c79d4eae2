//! Who may sign up and in.

use supertokens_kernel::ports::{IsSignInAllowed, IsSignUpAllowed};
use supertokens_kernel::{AccountInfoWithRecipeId, Error};

use super::support::{App, FakeCore, NewUser, Rule, session_of, user, with_email};
use crate::RecipeId;

const EMAIL: &str = "ada@example.com";

/// Whether somebody with this address may sign up, unverified and verified, by each rule.
async fn sign_up(users: impl Fn() -> Vec<NewUser>) -> Vec<(Rule, bool, bool)> {
    let mut allowed = Vec::new();
    for rule in Rule::ALL {
        let app = App::new(&FakeCore::with(users()), rule.recipe());
        let ask = |is_verified: bool| {
            let input = IsSignUpAllowed::new("public", with_email(EMAIL)).is_verified(is_verified);
            let port = app.port();
            async move { port.is_sign_up_allowed(input).await.unwrap() }
        };
        allowed.push((rule, ask(false).await, ask(true).await));
    }
    allowed
}

/// As [`sign_up`], with what is expected where the rule links what is verified; every other rule allows all.
fn only_if_verified_is(unverified: bool, verified: bool) -> Vec<(Rule, bool, bool)> {
    vec![
        (Rule::Missing, true, true),
        (Rule::No, true, true),
        (Rule::Always, true, true),
        (Rule::IfVerified, unverified, verified),
    ]
}

#[tokio::test]
async fn anybody_may_sign_up_with_an_address_that_nobody_has() {
    assert_eq!(sign_up(Vec::new).await, only_if_verified_is(true, true));
    let other = || vec![user("1", "bob@example.com").primary()];
    assert_eq!(sign_up(other).await, only_if_verified_is(true, true));
    let of_other_tenant = || vec![user("1", EMAIL).primary().in_tenants(&["t1"])];
    assert_eq!(sign_up(of_other_tenant).await, only_if_verified_is(true, true));
}

#[tokio::test]
async fn nobody_signs_up_beside_an_account_that_would_be_linked_to_theirs_once_its_maker_gets_it_verified() {
    let unverified = || vec![user("1", EMAIL)];
    assert_eq!(sign_up(unverified).await, only_if_verified_is(false, false));
    let verified = || vec![user("1", EMAIL).verified()];
    assert_eq!(sign_up(verified).await, only_if_verified_is(true, true));
    let one_of_two = || vec![user("1", EMAIL).verified(), user("2", EMAIL)];
    assert_eq!(sign_up(one_of_two).await, only_if_verified_is(false, false));
}

#[tokio::test]
async fn beside_a_primary_user_both_have_to_have_verified_the_address() {
    let unverified = || vec![user("1", EMAIL).primary()];
    assert_eq!(sign_up(unverified).await, only_if_verified_is(false, false));
    let verified = || vec![user("1", EMAIL).primary().verified()];
    assert_eq!(sign_up(verified).await, only_if_verified_is(false, true));
    let in_another_way = || vec![user("1", EMAIL).primary().and(user("2", EMAIL).verified())];
    assert_eq!(sign_up(in_another_way).await, only_if_verified_is(false, true));
    let another_address = || vec![user("1", EMAIL).primary().and(user("2", "x@example.com").verified())];
    assert_eq!(sign_up(another_address).await, only_if_verified_is(false, false));
    let beside_others = || vec![user("1", EMAIL).primary().verified(), user("2", EMAIL)];
    assert_eq!(sign_up(beside_others).await, only_if_verified_is(false, true));
}

#[tokio::test]
async fn phone_numbers_are_guarded_as_addresses_are() {
    let ask = async |user: NewUser| {
        let app = App::new(&FakeCore::with([user]), Rule::IfVerified.recipe());
        let account = AccountInfoWithRecipeId::new(RecipeId::Passwordless).phone_number("+15550100199");
        app.port().is_sign_up_allowed(IsSignUpAllowed::new("public", account).is_verified(true)).await.unwrap()
    };
    assert!(!ask(user("1", "").phone("+15550100199").primary()).await);
    assert!(ask(user("1", "").phone("+15550100199").primary().verified()).await);
    assert!(!ask(user("1", "").phone("+15550100199")).await);
    assert!(ask(user("1", "").phone("+15550100199").verified()).await);
}

#[tokio::test]
async fn an_address_and_a_number_at_once_are_refused() {
    let app = App::new(&FakeCore::default(), Rule::IfVerified.recipe());
    let account = with_email(EMAIL).phone_number("+15550100199");
    let error = app.port().is_sign_up_allowed(IsSignUpAllowed::new("public", account)).await.unwrap_err();
    assert!(matches!(error, Error::Misuse { .. }), "{error}");
}

#[tokio::test]
async fn the_user_of_the_session_is_nobody_to_be_guarded_from() {
    let ask = async |existing: NewUser, is_verified: bool| {
        let app = App::new(&FakeCore::with([existing]), Rule::IfVerified.recipe());
        let input = IsSignUpAllowed::new("public", with_email(EMAIL)).is_verified(is_verified).session(session_of("1"));
        app.port().is_sign_up_allowed(input).await.unwrap()
    };
    assert!(ask(user("1", EMAIL), false).await);
    assert!(ask(user("1", EMAIL).primary(), true).await);
    assert!(!ask(user("1", EMAIL).primary(), false).await, "what is signed up with has to be verified all the same");
    assert!(!ask(user("2", EMAIL), false).await, "another user");
    assert!(!ask(user("2", EMAIL).primary(), true).await, "another user");
}

/// Whether user 1 may sign in, by each rule.
async fn sign_in(users: impl Fn() -> Vec<NewUser>, sign_in_verifies: bool) -> Vec<bool> {
    let mut allowed = Vec::new();
    for rule in Rule::ALL {
        let app = App::new(&FakeCore::with(users()), rule.recipe());
        let user = app.user("1").await;
        let account = AccountInfoWithRecipeId::from(&user.login_methods[0]);
        let input = IsSignInAllowed::new("public", user, account).sign_in_verifies_login_method(sign_in_verifies);
        allowed.push(app.port().is_sign_in_allowed(input).await.unwrap());
    }
    allowed
}

#[tokio::test]
async fn whoever_is_alone_with_an_address_or_has_verified_it_may_sign_in() {
    assert_eq!(sign_in(|| vec![user("1", EMAIL)], false).await, [true; 4]);
    let verified = || vec![user("1", EMAIL).verified(), user("2", EMAIL).primary()];
    assert_eq!(sign_in(verified, false).await, [true; 4]);
    let primary = || vec![user("1", EMAIL).primary(), user("2", EMAIL)];
    assert_eq!(sign_in(primary, false).await, [true; 4]);
    let by_code = || vec![user("1", EMAIL), user("2", EMAIL).primary()];
    assert_eq!(sign_in(by_code, true).await, [true; 4]);
}

#[tokio::test]
async fn an_unverified_account_is_refused_where_another_has_the_address_and_they_would_be_linked() {
    let others: [fn() -> NewUser; 3] =
        [|| user("2", EMAIL), || user("2", EMAIL).verified(), || user("2", EMAIL).primary().verified()];
    for other in others {
        assert_eq!(sign_in(|| vec![user("1", EMAIL), other()], false).await, [true, true, true, false]);
    }
}
