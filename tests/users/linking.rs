//! Accounts that the application links by hand.

use std::sync::{Arc, Mutex};

use supertokens::accountlinking::{
    AccountLinking, CanCreatePrimaryUserResponse as CanCreate, CanLinkAccountsResponse as CanLink,
    CreatePrimaryUserResponse as Create, LinkAccountsResponse as Link,
};
use supertokens::session::{CreateNewSession, Session};

use crate::support::{App, Rule};

#[tokio::test]
async fn two_accounts_become_one_user_and_two_again() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let linking = {
        let heard = heard.clone();
        AccountLinking::new().on_account_linked(move |user, new_account, _| {
            heard.lock().unwrap().push((user.id, new_account.recipe_user_id.to_string()));
            std::future::ready(Ok(()))
        })
    };
    let app = App::with(linking).await;
    let (ada, google) =
        (app.sign_up("ada@example.com").await, app.third_party("public", "google", "ada@gmail.com", true).await);
    let linker = AccountLinking::of(&app.kit).unwrap();

    assert_eq!(linker.can_link_accounts(&*google.id, &*ada.id).await.unwrap(), CanLink::InputUserIsNotAPrimaryUser);
    assert_eq!(linker.link_accounts(&*google.id, &*ada.id).await.unwrap(), Link::InputUserIsNotAPrimaryUser);
    let can_create = linker.can_create_primary_user(&*ada.id).await.unwrap();
    assert_eq!(can_create, CanCreate::Ok { was_already_a_primary_user: false });
    let Create::Ok { user, was_already_a_primary_user: false } = linker.create_primary_user(&*ada.id).await.unwrap()
    else {
        panic!("they were not a primary user before");
    };
    assert!(user.is_primary_user);
    let can_link = linker.can_link_accounts(&*google.id, &*ada.id).await.unwrap();
    assert_eq!(can_link, CanLink::Ok { accounts_already_linked: false });
    let Link::Ok { user, accounts_already_linked: false } = linker.link_accounts(&*google.id, &*ada.id).await.unwrap()
    else {
        panic!("they were not linked before");
    };
    assert_eq!(user, app.user(&google.id).await);
    assert_eq!(user.emails, ["ada@example.com", "ada@gmail.com"]);
    assert_eq!(*heard.lock().unwrap(), [(ada.id.clone(), google.id.clone())]);

    let new = CreateNewSession::new("public", &*google.id);
    let session = Session::of(&app.kit).unwrap().create_new_session_without_request_response(new).await.unwrap();
    assert_eq!((session.user_id(), session.recipe_user_id().as_str()), (&*ada.id, &*google.id));

    let unlinked = linker.unlink_account(&*google.id).await.unwrap();
    assert!(unlinked.was_linked && !unlinked.was_recipe_user_deleted);
    assert_eq!(app.user(&google.id).await.id, google.id);
    assert!(!app.user(&google.id).await.is_primary_user);
}

#[tokio::test]
async fn the_same_address_belongs_to_one_primary_user_only() {
    let app = App::new(Rule::Missing).await;
    let ada = app.sign_up("ada@example.com").await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let bob = app.sign_up("bob@example.com").await;
    let linker = AccountLinking::of(&app.kit).unwrap();
    linker.create_primary_user(&*ada.id).await.unwrap();
    linker.create_primary_user(&*bob.id).await.unwrap();
    let created = linker.create_primary_user(&*google.id).await.unwrap();
    let is_ada = |id: &str| id == ada.id;
    assert!(
        matches!(&created, Create::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId { primary_user_id, .. } if is_ada(primary_user_id)),
        "{created:?}"
    );
    let linked = linker.link_accounts(&*google.id, &*bob.id).await.unwrap();
    assert!(
        matches!(&linked, Link::AccountInfoAlreadyAssociatedWithAnotherPrimaryUserId { primary_user_id, .. } if is_ada(primary_user_id)),
        "{linked:?}"
    );
    linker.link_accounts(&*google.id, &*ada.id).await.unwrap();
    let linked = linker.link_accounts(&*google.id, &*bob.id).await.unwrap();
    assert!(
        matches!(&linked, Link::RecipeUserIdAlreadyLinkedWithAnotherPrimaryUserId { primary_user_id, user, .. }
            if is_ada(primary_user_id) && user.id == ada.id),
        "{linked:?}"
    );
    let created = linker.create_primary_user(&*google.id).await.unwrap();
    assert!(
        matches!(&created, Create::RecipeUserIdAlreadyLinkedWithPrimaryUserId { primary_user_id, .. } if is_ada(primary_user_id)),
        "{created:?}"
    );
}

#[tokio::test]
async fn an_address_that_is_verified_in_one_linked_account_is_verified_in_the_other() {
    let app = App::new(Rule::Missing).await;
    let ada = app.sign_up("ada@example.com").await;
    let google = app.third_party("public", "google", "ada@example.com", true).await;
    let linker = AccountLinking::of(&app.kit).unwrap();
    linker.create_primary_user(&*google.id).await.unwrap();
    let Link::Ok { user, .. } = linker.link_accounts(&*ada.id, &*google.id).await.unwrap() else { panic!() };
    assert!(user.login_method(&ada.id.as_str().into()).unwrap().verified);
}
