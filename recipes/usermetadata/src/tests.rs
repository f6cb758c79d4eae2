//! The recipe in an application whose core is a function.

use serde_json::{Value, json};
use supertokens_kernel::{Error, PortsOwner, Recipe};

use crate::recipe_app::{CoreCall, RecipeApp};
use crate::*;

/// A core that keeps `{"name": "Ada", "seats": 5}` with every user.
fn app(recipe: UserMetadata) -> RecipeApp {
    RecipeApp::new(vec![recipe.boxed()], |call| match call.is("POST /recipe/user/metadata/remove") {
        true => json!({"status": "OK"}),
        false => json!({"status": "OK", "metadata": {"name": "Ada", "seats": 5}}),
    })
}

fn call(what: &str, body: Value) -> CoreCall {
    CoreCall { what: what.to_owned(), body }
}

#[tokio::test]
async fn metadata_is_read_as_a_type_of_the_applications() {
    #[derive(serde::Deserialize, PartialEq, Debug)]
    struct Plan {
        name: String,
        seats: u32,
    }
    let app = app(UserMetadata::new());
    let functions = UserMetadata::of(&app).unwrap();
    let metadata = functions.get_user_metadata(GetUserMetadata::new("user 1")).await.unwrap();
    assert_eq!(metadata.parse::<Plan>().unwrap(), Plan { name: "Ada".to_owned(), seats: 5 });
    assert_eq!(metadata["name"], "Ada");
    assert_eq!(app.asked(), [call("GET /recipe/user/metadata?userId=user+1", Value::Null)]);

    let error = metadata.parse::<Vec<u8>>().unwrap_err();
    assert!(error.to_string().contains("does not have the expected form"), "{error}");
}

#[tokio::test]
async fn an_update_is_sent_with_its_nulls_and_gives_the_whole() {
    let app = app(UserMetadata::new());
    let functions = UserMetadata::of(&app).unwrap();
    let update = UpdateUserMetadata::from_data("u", &json!({"seats": 5, "gone": null})).unwrap();
    let metadata = functions.update_user_metadata(update).await.unwrap();
    assert_eq!(Value::Object(metadata.into()), json!({"name": "Ada", "seats": 5}));
    let body = json!({"userId": "u", "metadataUpdate": {"seats": 5, "gone": null}});
    assert_eq!(app.asked(), [call("PUT /recipe/user/metadata", body)]);
}

#[tokio::test]
async fn what_is_no_object_is_refused_before_the_core_is_asked() {
    for data in [json!([1]), json!("text"), json!(null)] {
        let error = UpdateUserMetadata::from_data("u", &data).unwrap_err();
        assert!(matches!(error, Error::Misuse { .. }), "{error}");
    }
}

#[tokio::test]
async fn clearing_tells_the_core_whose_metadata_goes() {
    let app = app(UserMetadata::new());
    UserMetadata::of(&app).unwrap().clear_user_metadata(ClearUserMetadata::new("u")).await.unwrap();
    assert_eq!(app.asked(), [call("POST /recipe/user/metadata/remove", json!({"userId": "u"}))]);
}

#[tokio::test]
async fn an_override_sees_and_changes_what_is_stored() {
    let recipe = UserMetadata::new().override_functions(|functions| {
        functions.update_user_metadata(async move |mut input, original| {
            input.metadata_update.insert("changed".into(), true.into());
            original.update_user_metadata(input).await
        })
    });
    let app = app(recipe);
    let update = UpdateUserMetadata::new("u", Metadata::new());
    UserMetadata::of(&app).unwrap().update_user_metadata(update).await.unwrap();
    assert_eq!(app.asked()[0].body["metadataUpdate"], json!({"changed": true}));
}

#[test]
fn what_is_known_of_a_person_is_in_no_debug_output() {
    let update = UpdateUserMetadata::from_data("u", &json!({"diagnosis": "secret"})).unwrap();
    let shown = format!("{update:?}");
    assert!(!shown.contains("secret") && !shown.contains("diagnosis"), "{shown}");
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    let error = UserMetadata::of(&PortsOwner::default()).unwrap_err();
    assert!(matches!(error, Error::RecipeNotInitialised { recipe: "usermetadata" }));
}
