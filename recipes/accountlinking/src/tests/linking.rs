//! What is linked by itself.

use std::sync::{Arc, Mutex};

use serde_json::json;
use supertokens_kernel::ports::{
    EmailVerification, TryLinkingByAccountInfoOrCreatePrimaryUser,
    TryLinkingByAccountInfoOrCreatePrimaryUserResponse as Tried,
};
use supertokens_kernel::{Error, Recipe, Users};

use super::support::{App, Doubles, FakeCore, FakeVerification, NewUser, Rule, user};
use crate::{AccountLinking, AutomaticLinking, GetUser, LinkAccountsResponse};

const EMAIL: &str = "ada@example.com";
const LINK: &str = "/recipe/accountlinking/user/link";
const PRIMARY: &str = "/recipe/accountlinking/user/primary";

/// What becomes of user 1: the id that they have then, whether that is a primary user, and what was written.
async fn try_linking(rule: Rule, users: Vec<NewUser>) -> (Option<(String, bool)>, Vec<String>) {
    let core = FakeCore::with(users);
    let app = App::new(&core, rule.recipe());
    let input = TryLinkingByAccountInfoOrCreatePrimaryUser::new(app.user("1").await, "public");
    let user = match app.port().try_linking_by_account_info_or_create_primary_user(input).await.unwrap() {
        Tried::Ok(user) => Some((user.id.clone(), user.is_primary_user)),
        _ => None,
    };
    (user, core.writes())
}

fn became(id: &str, is_primary: bool) -> Option<(String, bool)> {
    Some((id.to_owned(), is_primary))
}

#[tokio::test]
async fn whoever_is_alone_becomes_a_primary_user_if_the_rule_wants_that() {
    let alone = async |rule, verified: bool| {
        let new = if verified { user("1", EMAIL).verified() } else { user("1", EMAIL) };
        try_linking(rule, vec![new]).await
    };
    for rule in [Rule::Missing, Rule::No] {
        assert_eq!(alone(rule, true).await, (became("1", false), vec![]), "{rule:?}");
    }
    assert_eq!(alone(Rule::Always, false).await, (became("1", true), vec![PRIMARY.to_owned()]));
    assert_eq!(alone(Rule::IfVerified, false).await, (became("1", false), vec![]));
    assert_eq!(alone(Rule::IfVerified, true).await, (became("1", true), vec![PRIMARY.to_owned()]));
}

#[tokio::test]
async fn an_account_is_linked_to_the_primary_user_with_its_address() {
    let linked = || (became("2", true), vec![LINK.to_owned()]);
    let primary = || user("2", EMAIL).primary();
    assert_eq!(try_linking(Rule::Always, vec![user("1", EMAIL), primary()]).await, linked());
    assert_eq!(try_linking(Rule::No, vec![user("1", EMAIL), primary()]).await, (None, vec![]));
    let both_verified = vec![user("1", EMAIL).verified(), primary().verified()];
    assert_eq!(try_linking(Rule::IfVerified, both_verified).await, linked());
}

#[tokio::test]
async fn nothing_is_linked_unless_the_address_is_verified_on_both_sides() {
    let only_new = vec![user("1", EMAIL).verified(), user("2", EMAIL).primary()];
    assert_eq!(try_linking(Rule::IfVerified, only_new).await, (None, vec![]));
    let only_primary = vec![user("1", EMAIL), user("2", EMAIL).primary().verified()];
    assert_eq!(try_linking(Rule::IfVerified, only_primary).await, (None, vec![]));
    let another_address =
        vec![user("1", EMAIL).verified(), user("2", EMAIL).primary().and(user("3", "x@example.com").verified())];
    assert_eq!(try_linking(Rule::IfVerified, another_address).await, (None, vec![]));
}

#[tokio::test]
async fn where_nobody_is_a_primary_user_the_oldest_becomes_one() {
    let older = || user("2", EMAIL).joined(10);
    let expected = (became("2", true), vec![PRIMARY.to_owned(), LINK.to_owned()]);
    assert_eq!(try_linking(Rule::Always, vec![user("1", EMAIL), older()]).await, expected);
    let both_verified = vec![user("1", EMAIL).verified(), older().verified()];
    assert_eq!(try_linking(Rule::IfVerified, both_verified).await, expected);
    let younger = vec![user("1", EMAIL), user("2", EMAIL).joined(2000)];
    assert_eq!(try_linking(Rule::Always, younger).await, (became("1", true), vec![PRIMARY.to_owned()]));
    let unverified_older = vec![user("1", EMAIL).verified(), older()];
    let itself = (became("1", true), vec![PRIMARY.to_owned()]);
    assert_eq!(try_linking(Rule::IfVerified, unverified_older).await, itself);
}

#[tokio::test]
async fn a_user_of_another_tenant_is_not_linked_to() {
    let users = vec![user("1", EMAIL), user("2", EMAIL).primary().in_tenants(&["t1"])];
    assert_eq!(try_linking(Rule::Always, users).await, (became("1", true), vec![PRIMARY.to_owned()]));
}

#[tokio::test]
async fn a_race_begins_again_and_does_not_go_on_forever() {
    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL).primary()]);
    core.answer_next(LINK, json!({"status": "INPUT_USER_IS_NOT_A_PRIMARY_USER"}));
    let conflict = "ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR";
    core.answer_next(LINK, json!({"status": conflict, "primaryUserId": "3", "description": ""}));
    let app = App::new(&core, Rule::Always.recipe());
    let input = TryLinkingByAccountInfoOrCreatePrimaryUser::new(app.user("1").await, "public");
    let tried = app.port().try_linking_by_account_info_or_create_primary_user(input.clone()).await.unwrap();
    assert!(matches!(tried, Tried::Ok(user) if user.id == "2"));
    assert_eq!(core.writes(), [LINK; 3]);

    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL).primary()]);
    for _ in 0..100 {
        core.answer_next(LINK, json!({"status": "INPUT_USER_IS_NOT_A_PRIMARY_USER"}));
    }
    let app = App::new(&core, Rule::Always.recipe());
    let tried = app.port().try_linking_by_account_info_or_create_primary_user(input).await;
    assert!(matches!(tried, Err(Error::Misuse { .. })));
}

#[tokio::test]
async fn whoever_was_linked_by_somebody_else_meanwhile_is_that_user() {
    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL).primary()]);
    let app = App::new(&core, Rule::Always.recipe());
    let input = TryLinkingByAccountInfoOrCreatePrimaryUser::new(app.user("1").await, "public");
    let mut elsewhere = serde_json::to_value(app.user("2").await).unwrap();
    elsewhere["id"] = "3".into();
    let status = "RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR";
    core.answer_next(LINK, json!({"status": status, "primaryUserId": "3", "user": elsewhere, "description": ""}));
    let tried = app.port().try_linking_by_account_info_or_create_primary_user(input).await.unwrap();
    assert!(matches!(tried, Tried::Ok(user) if user.id == "3"));
}

#[tokio::test]
async fn the_application_hears_of_a_linked_account_once_and_as_it_is_then() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let recipe = {
        let heard = heard.clone();
        AccountLinking::new().on_account_linked(move |user, new_account, _| {
            heard.lock().unwrap().push((user.id, new_account.recipe_user_id.to_string(), new_account.verified));
            std::future::ready(Ok(()))
        })
    };
    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL).primary().verified()]);
    let verification: Arc<dyn EmailVerification> = Arc::new(FakeVerification(core.clone()));
    let app = App::with(&core, recipe, vec![Doubles::default().provide(verification).boxed()]);
    let linker = AccountLinking::of(&app).unwrap();
    let linked = linker.link_accounts("1", "2").await.unwrap();
    assert!(
        matches!(linked, LinkAccountsResponse::Ok { user, accounts_already_linked: false } if user.login_methods[1].verified)
    );
    assert_eq!(*heard.lock().unwrap(), [("2".to_owned(), "1".to_owned(), true)]);
    assert_eq!(core.writes(), [LINK, "verified ada@example.com of 1"], "the address was verified there already");

    let user = serde_json::to_value(app.user("2").await).unwrap();
    core.answer_next(LINK, json!({"status": "OK", "accountsAlreadyLinked": true, "user": user}));
    linker.link_accounts("1", "2").await.unwrap();
    assert_eq!(heard.lock().unwrap().len(), 1, "nothing was linked");
}

#[tokio::test]
async fn linking_by_hand_needs_no_rule() {
    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL)]);
    let app = App::new(&core, AccountLinking::new());
    let linker = AccountLinking::of(&app).unwrap();
    assert!(linker.create_primary_user_id_or_link_accounts("public", "1", None).await.unwrap().id == "1");
    assert_eq!(core.writes(), [""; 0]);
    linker.create_primary_user("2").await.unwrap();
    let primary = linker.get_primary_user_that_can_be_linked_to_recipe_user_id("public", "1").await.unwrap();
    assert_eq!(primary.unwrap().id, "2");
    linker.link_accounts("1", "2").await.unwrap();
    assert_eq!(app.user("1").await.id, "2");
    let unknown = linker.is_sign_in_allowed("public", "9", None).await;
    assert!(matches!(unknown, Err(Error::Misuse { message }) if message.contains('9')));
}

#[tokio::test]
async fn overrides_of_the_recipe_see_every_user_that_the_sdk_reads_and_the_rule_sees_what_is_linked() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let recipe = {
        let asked = asked.clone();
        AccountLinking::new()
            .override_functions(|functions| {
                functions.get_user(async move |input, original| {
                    let mut user = original.get_user(input).await?;
                    if let Some(user) = &mut user {
                        user.emails.push("seen@example.com".to_owned());
                    }
                    Ok(user)
                })
            })
            .should_do_automatic_account_linking(move |account| {
                let new = account.new_account_info;
                let entry = (new.recipe_user_id.unwrap().to_string(), account.user.map(|user| user.id));
                asked.lock().unwrap().push(entry);
                std::future::ready(Ok(AutomaticLinking::Yes { should_require_verification: false }))
            })
    };
    let core = FakeCore::with([user("1", EMAIL), user("2", EMAIL).joined(10)]);
    let app = App::new(&core, recipe);
    let users = Users::of(&app).unwrap();
    assert_eq!(users.get_user("1").await.unwrap().unwrap().emails, [EMAIL, "seen@example.com"]);
    let original = users.get_user_from_core(GetUser::new("1")).await.unwrap().unwrap();
    assert_eq!(original.emails, [EMAIL]);

    AccountLinking::of(&app).unwrap().create_primary_user_id_or_link_accounts("public", "1", None).await.unwrap();
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked, [("2".to_owned(), None), ("1".to_owned(), Some("2".to_owned()))]);
}
