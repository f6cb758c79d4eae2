//! Data of an application's own about its users.

use serde_json::{Value, json};
use supertokens::Recipe;
use supertokens::usermetadata::{ClearUserMetadata, GetUserMetadata, UpdateUserMetadata, UserMetadata};

use crate::support::{App, TestCore, on_each_core};

on_each_core!(fields_are_added_replaced_and_removed_by_null, what_is_cleared_is_gone);

async fn start(core: TestCore) -> App {
    App::start(core, vec![UserMetadata::new().boxed()]).await
}

async fn update(app: &App, update: Value) -> Value {
    let update = UpdateUserMetadata::from_data("user-1", &update).unwrap();
    UserMetadata::of(app).unwrap().update_user_metadata(update).await.unwrap().parse().unwrap()
}

async fn get(app: &App, user_id: &str) -> Value {
    let metadata = UserMetadata::of(app).unwrap().get_user_metadata(GetUserMetadata::new(user_id)).await;
    metadata.unwrap().parse().unwrap()
}

async fn fields_are_added_replaced_and_removed_by_null(core: TestCore) {
    let app = start(core).await;
    assert_eq!(get(&app, "user-1").await, json!({}), "nothing is known of anybody at first");
    let first = json!({"name": "Ada", "address": {"city": "London", "zip": "W1"}, "seats": 5});
    assert_eq!(update(&app, first.clone()).await, first);
    let changed = update(&app, json!({"address": {"city": "Paris"}, "seats": null})).await;
    let expected = json!({"name": "Ada", "address": {"city": "Paris"}});
    assert_eq!(changed, expected, "what lies inside of a field is replaced with it");
    assert_eq!(get(&app, "user-1").await, expected);
    assert_eq!(get(&app, "user-2").await, json!({}), "it is the metadata of one user");
}

async fn what_is_cleared_is_gone(core: TestCore) {
    let app = start(core).await;
    update(&app, json!({"name": "Ada"})).await;
    let metadata = UserMetadata::of(&app).unwrap();
    metadata.clear_user_metadata(ClearUserMetadata::new("user-1")).await.unwrap();
    metadata.clear_user_metadata(ClearUserMetadata::new("nobody")).await.unwrap();
    assert_eq!(get(&app, "user-1").await, json!({}));
}
