//! Listing, counting and finding.

use supertokens::users::{AccountInfo, GetUsers, ListUsersByAccountInfo, RecipeId, ThirdPartyInfo, User, UserSearch};

use crate::support::{App, Rule};

fn ids(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.id.as_str()).collect()
}

#[tokio::test]
async fn pages_follow_each_other_in_both_orders_and_end() {
    let app = App::new(Rule::Missing).await;
    let mut joined = Vec::new();
    for number in 0..7 {
        joined.push(app.third_party("public", "google", &format!("u{number}@example.com"), true).await.id);
    }
    let users = app.users();
    let page = |token: Option<String>| GetUsers::new("public").limit(3).pagination_token(token);
    let mut oldest_first = Vec::new();
    let mut sizes = Vec::new();
    let mut token = None;
    loop {
        let found = users.get_users_oldest_first(page(token)).await.unwrap();
        sizes.push(found.users.len());
        oldest_first.extend(found.users.into_iter().map(|user| user.id));
        token = found.next_pagination_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!((oldest_first, sizes), (joined.clone(), vec![3, 3, 1]));
    let newest = users.get_users_newest_first(page(None)).await.unwrap();
    assert_eq!(ids(&newest.users), [&joined[6], &joined[5], &joined[4]]);
    let next = users.get_users_newest_first(page(newest.next_pagination_token)).await.unwrap();
    assert_eq!(ids(&next.users), [&joined[3], &joined[2], &joined[1]]);
    let error = users.get_users_oldest_first(page(Some("not a token".to_owned()))).await.unwrap_err();
    assert!(error.to_string().contains("400"), "{error}");
}

#[tokio::test]
async fn users_are_listed_and_counted_by_recipe_and_tenant() {
    let app = App::new(Rule::Missing).await;
    app.new_tenant("t1").await;
    let password = app.sign_up("a@example.com").await;
    let google = app.third_party("public", "google", "b@example.com", true).await;
    let phone = app.phone("+15550100199").await;
    let elsewhere = app.third_party("t1", "google", "c@example.com", true).await;
    let users = app.users();

    let all = users.get_users_oldest_first(GetUsers::new("public")).await.unwrap();
    assert_eq!(ids(&all.users), [&password.id, &google.id, &phone.id]);
    let of_tenant = users.get_users_oldest_first(GetUsers::new("t1")).await.unwrap();
    assert_eq!(ids(&of_tenant.users), [&elsewhere.id]);
    let two = GetUsers::new("public").include_recipe_ids([RecipeId::EmailPassword, RecipeId::Passwordless]);
    assert_eq!(ids(&users.get_users_oldest_first(two).await.unwrap().users), [&password.id, &phone.id]);

    assert_eq!(users.get_user_count(&[], None).await.unwrap(), 4);
    assert_eq!(users.get_user_count(&[], Some("public".into())).await.unwrap(), 3);
    assert_eq!(users.get_user_count(&[RecipeId::ThirdParty], None).await.unwrap(), 2);
    assert_eq!(users.get_user_count(&[RecipeId::ThirdParty], Some("t1".into())).await.unwrap(), 1);
    assert_eq!(users.get_user_count(&[RecipeId::Webauthn], None).await.unwrap(), 0);
}

#[tokio::test]
async fn users_are_found_by_the_beginning_of_address_number_and_provider() {
    let app = App::new(Rule::Missing).await;
    let ada = app.sign_up("ada@example.com").await;
    let bob = app.third_party("public", "google", "bob@sample.org", true).await;
    let phone = app.phone("+15550100199").await;
    let search = async |query: UserSearch| {
        let input = GetUsers::new("public").query(query);
        let found = app.users().get_users_oldest_first(input).await.unwrap();
        found.users.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    let email = |text: &str| UserSearch { email: Some(text.to_owned()), ..UserSearch::default() };
    assert_eq!(search(email("ada")).await, [ada.id.as_str()]);
    assert_eq!(search(email("sample")).await, [bob.id.as_str()], "by the domain");
    assert_eq!(search(email("ada;bob")).await, [ada.id.as_str(), bob.id.as_str()]);
    assert_eq!(search(email("nobody")).await, [""; 0]);
    let number = UserSearch { phone: Some("+1555".to_owned()), ..UserSearch::default() };
    assert_eq!(search(number).await, [phone.id.as_str()]);
    let provider = UserSearch { provider: Some("goo".to_owned()), ..UserSearch::default() };
    assert_eq!(search(provider).await, [bob.id.as_str()]);
}

#[tokio::test]
async fn users_are_found_by_what_they_sign_in_with() {
    let app = App::new(Rule::Missing).await;
    let password = app.sign_up("ada@example.com").await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let phone = app.phone("+15550100199").await;
    let find = async |info: AccountInfo, any: bool| {
        let input = ListUsersByAccountInfo::new("public", info).do_union_of_account_info(any);
        let mut found = app.users().list_users_by_account_info(input).await.unwrap();
        found.sort_by_key(|user| user.time_joined_ms);
        found.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    let email = || AccountInfo::email("ADA@example.com ");
    assert_eq!(find(email(), false).await, [password.id.as_str(), google.id.as_str()]);
    let third_party: ThirdPartyInfo = google.third_party[0].clone();
    assert_eq!(find(AccountInfo::third_party(third_party.clone()), false).await, [google.id.as_str()]);
    let mut both = email();
    both.third_party = Some(third_party);
    assert_eq!(find(both.clone(), false).await, [google.id.as_str()], "who has all of it");
    assert_eq!(find(both, true).await, [password.id.as_str(), google.id.as_str()], "who has any of it");
    assert_eq!(find(AccountInfo::phone_number("+15550100199"), false).await, [phone.id.as_str()]);
    assert_eq!(find(AccountInfo::email("nobody@example.com"), true).await, [""; 0]);
}

#[tokio::test]
async fn a_user_has_what_they_signed_up_with() {
    let app = App::new(Rule::Missing).await;
    let signed_up = app.sign_up("Ada@Example.com").await;
    let user = app.user(&signed_up.id).await;
    assert_eq!(user, signed_up);
    assert!(!user.is_primary_user);
    assert_eq!(user.emails, ["ada@example.com"]);
    let method = &user.login_methods[0];
    assert_eq!((&method.recipe_id, method.verified), (&RecipeId::EmailPassword, false));
    assert_eq!(method.recipe_user_id.as_str(), user.id);
    assert!(app.users().get_user("nobody").await.unwrap().is_none());
}
