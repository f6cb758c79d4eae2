//! Ids of the application's own.

use supertokens::session::{CreateNewSession, Session};
use supertokens::users::{
    CreateUserIdMapping, CreateUserIdMappingResponse as Created, DeleteUserIdMapping, GetUserIdMapping,
    GetUserIdMappingResponse as Found, UpdateOrDeleteUserIdMappingInfo,
    UpdateOrDeleteUserIdMappingInfoResponse as Updated, UserIdType,
};

use crate::support::{App, Rule};

fn found(super_tokens_user_id: &str, info: Option<&str>) -> String {
    format!("{super_tokens_user_id} {info:?}")
}

async fn get(app: &App, input: GetUserIdMapping) -> Option<String> {
    match app.users().get_user_id_mapping(input).await.unwrap() {
        Found::Ok { super_tokens_user_id, external_user_id, external_user_id_info, .. } => {
            assert_eq!(external_user_id, "mine");
            Some(found(&super_tokens_user_id, external_user_id_info.as_deref()))
        }
        _ => None,
    }
}

#[tokio::test]
async fn a_user_is_known_by_the_applications_id_from_then_on() {
    let app = App::new(Rule::Missing).await;
    let user = app.sign_up("ada@example.com").await;
    let users = app.users();
    let create = CreateUserIdMapping::new(&*user.id, "mine").external_user_id_info("info".to_owned());
    assert_eq!(users.create_user_id_mapping(create).await.unwrap(), Created::Ok);
    for id in ["mine", &user.id] {
        assert_eq!(app.user(id).await.id, "mine", "{id}");
    }
    let new = CreateNewSession::new("public", "mine");
    let session = Session::of(&app.kit).unwrap().create_new_session_without_request_response(new).await.unwrap();
    assert_eq!((session.user_id(), session.recipe_user_id().as_str()), ("mine", "mine"));

    let by = |id: &str, id_type| GetUserIdMapping::new(id).user_id_type(id_type);
    let expected = Some(found(&user.id, Some("info")));
    assert_eq!(get(&app, by("mine", UserIdType::External)).await, expected);
    assert_eq!(get(&app, by(&user.id, UserIdType::SuperTokens)).await, expected);
    assert_eq!(get(&app, by(&user.id, UserIdType::Any)).await, expected);
    assert_eq!(get(&app, by(&user.id, UserIdType::External)).await, None);
    assert_eq!(get(&app, by("other", UserIdType::Any)).await, None);
}

#[tokio::test]
async fn an_id_is_mapped_once_and_only_one_that_exists() {
    let app = App::new(Rule::Missing).await;
    let (ada, bob) = (app.sign_up("ada@example.com").await, app.sign_up("bob@example.com").await);
    let users = app.users();
    let create =
        async |from: &str, to: &str| users.create_user_id_mapping(CreateUserIdMapping::new(from, to)).await.unwrap();
    assert_eq!(create("nobody", "mine").await, Created::UnknownSuperTokensUserId);
    assert_eq!(create(&ada.id, "mine").await, Created::Ok);
    let exists = |ours, theirs| Created::UserIdMappingAlreadyExists {
        does_super_tokens_user_id_exist: ours,
        does_external_user_id_exist: theirs,
    };
    assert_eq!(create(&ada.id, "mine").await, exists(true, true));
    assert_eq!(create(&ada.id, "other").await, exists(true, false));
    assert_eq!(create(&bob.id, "mine").await, exists(false, true));
}

#[tokio::test]
async fn what_is_kept_with_a_mapping_changes_and_the_mapping_goes() {
    let app = App::new(Rule::Missing).await;
    let user = app.sign_up("ada@example.com").await;
    let users = app.users();
    users.create_user_id_mapping(CreateUserIdMapping::new(&*user.id, "mine")).await.unwrap();
    let update = async |id: &str, info: Option<&str>| {
        let input = UpdateOrDeleteUserIdMappingInfo::new(id).external_user_id_info(info.map(str::to_owned));
        users.update_or_delete_user_id_mapping_info(input).await.unwrap()
    };
    assert_eq!(update("mine", Some("new")).await, Updated::Ok);
    assert_eq!(get(&app, GetUserIdMapping::new("mine")).await, Some(found(&user.id, Some("new"))));
    assert_eq!(update("mine", None).await, Updated::Ok);
    assert_eq!(get(&app, GetUserIdMapping::new("mine")).await, Some(found(&user.id, None)));
    assert_eq!(update("nobody", Some("new")).await, Updated::UnknownMapping);

    let delete = async || users.delete_user_id_mapping(DeleteUserIdMapping::new("mine")).await.unwrap();
    assert!(delete().await.did_mapping_exist);
    assert!(!delete().await.did_mapping_exist);
    assert_eq!(app.user(&user.id).await.id, user.id);
    assert!(users.get_user("mine").await.unwrap().is_none());
}
