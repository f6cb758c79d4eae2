//! Deleting users.

use supertokens::Error;
use supertokens::accountlinking::AccountLinking;
use supertokens::session::{CreateNewSession, Session};
use supertokens::users::DeleteUser;

use crate::support::{App, Rule};

#[tokio::test]
async fn a_deleted_user_is_gone_with_their_sessions_and_may_sign_up_again() {
    let app = App::new(Rule::Missing).await;
    let user = app.sign_up("ada@example.com").await;
    let sessions = Session::of(&app.kit).unwrap();
    let new = CreateNewSession::new("public", &*user.id);
    let session = sessions.create_new_session_without_request_response(new).await.unwrap();
    app.users().delete_user(DeleteUser::new(&*user.id)).await.unwrap();
    assert!(app.users().get_user(&*user.id).await.unwrap().is_none());
    assert!(sessions.get_session_information(session.handle()).await.unwrap().is_none());
    app.users().delete_user(DeleteUser::new(&*user.id)).await.unwrap();
    assert_ne!(app.sign_up("ada@example.com").await.id, user.id);
}

#[tokio::test]
async fn linked_accounts_are_deleted_together_or_one_alone() {
    for all in [true, false] {
        let app = App::new(Rule::Missing).await;
        let (first, second) = (app.sign_up("a@example.com").await, app.sign_up("b@example.com").await);
        let linker = AccountLinking::of(&app.kit).unwrap();
        linker.create_primary_user(&*first.id).await.unwrap();
        linker.link_accounts(&*second.id, &*first.id).await.unwrap();
        let delete = DeleteUser::new(&*second.id).remove_all_linked_accounts(all);
        app.users().delete_user(delete).await.unwrap();
        let left = app.users().get_user(&*first.id).await.unwrap();
        assert_eq!(left.map(|user| user.login_methods.len()), if all { None } else { Some(1) });
        assert!(app.users().get_user(&*second.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_override_may_keep_a_user_from_being_deleted() {
    let linking = AccountLinking::new().override_functions(|functions| {
        functions.delete_user(async move |input, original| {
            if original.get_user(supertokens::users::GetUser::new(&*input.user_id)).await?.is_some() {
                return Err(Error::bad_input("they have not paid"));
            }
            original.delete_user(input).await
        })
    });
    let app = App::with(linking).await;
    let user = app.sign_up("ada@example.com").await;
    let refused = app.users().delete_user(DeleteUser::new(&*user.id)).await.unwrap_err();
    assert_eq!(refused.to_string(), "they have not paid");
    assert_eq!(app.user(&user.id).await.id, user.id);
}
