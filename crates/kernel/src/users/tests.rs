//! Users as the core and front ends write them, and what the core is asked.

use std::any::Any;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::*;
use crate::core_client::{CoreConfig, CoreHosts, TransportError};
use crate::ports::ActiveSession;
use crate::setup::Setup;
use crate::{
    AppInfo, BoxFuture, CoreClient, CoreTransport, Error, InitError, PortsOwner, Recipe, RecipeUserId, Request,
    SystemClock, TenantId, UserContext,
};

/// A user with a password and an account with a third party, as the core writes them.
fn linked() -> Value {
    json!({
        "id": "u1", "isPrimaryUser": true, "tenantIds": ["public", "t1"], "emails": ["ada@example.com"],
        "phoneNumbers": [], "thirdParty": [{"id": "google", "userId": "g1"}], "webauthn": {"credentialIds": []},
        "loginMethods": [
            {"recipeId": "emailpassword", "recipeUserId": "u1", "tenantIds": ["public"], "email": "ada@example.com",
             "timeJoined": 2000, "verified": true},
            {"recipeId": "thirdparty", "recipeUserId": "u2", "tenantIds": ["public", "t1"], "email": "ada@example.com",
             "thirdParty": {"id": "google", "userId": "g1"}, "timeJoined": 1000, "verified": false},
        ],
        "timeJoined": 1000,
    })
}

fn user(json: Value) -> User {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_users_json_is_the_same_from_the_core_and_for_the_front_end() {
    let text = linked().to_string();
    let user: User = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&user).unwrap(), text, "the same keys in the same order, and none that is null");
}

#[test]
fn a_user_of_a_recipe_or_with_fields_of_a_later_version_can_be_read() {
    let mut json = linked();
    json["loginMethods"][0]["recipeId"] = "smart-card".into();
    json["loginMethods"][0]["webauthn"] = json!({"credentialIds": ["c1"]});
    json["new"] = true.into();
    let user = user(json);
    assert_eq!(user.login_methods[0].recipe_id, RecipeId::Other("smart-card".to_owned()));
    assert_eq!(serde_json::to_value(&user).unwrap()["loginMethods"][0]["recipeId"], "smart-card");
}

#[test]
fn account_information_is_compared_as_the_core_stores_it() {
    let method = |key: &str, value: Value| {
        let mut json = linked();
        json["loginMethods"][0][key] = value;
        user(json).login_methods.remove(0)
    };
    let password = method("email", "ada@example.com".into());
    assert!(password.has_same_email_as(" ADA@Example.com"));
    assert!(!password.has_same_email_as("bob@example.com"));
    assert!(!password.has_same_email_as(None));
    let phone = method("phoneNumber", "+15550100199".into());
    for same in ["+1 (555) 010-0199", " +15550100199 ", "+1.555.010.0199"] {
        assert!(phone.has_same_phone_number_as(same), "{same}");
    }
    for other in ["15550100199", "+15550100198", "+1555010019x"] {
        assert!(!phone.has_same_phone_number_as(other), "{other}");
    }
    assert!(!password.has_same_phone_number_as("+15550100199"));
    let third_party = user(linked()).login_methods.remove(1);
    assert!(third_party.has_same_third_party_info_as(&ThirdPartyInfo::new(" google", "g1 ")));
    assert!(!third_party.has_same_third_party_info_as(&ThirdPartyInfo::new("google", "g2")));
    assert!(!third_party.has_same_third_party_info_as(None));
    let passkey = method("webauthn", json!({"credentialIds": ["c1", "c2"]}));
    assert!(passkey.has_same_webauthn_info_as("c2"));
    assert!(!passkey.has_same_webauthn_info_as("c3"));
}

#[derive(Debug)]
struct SessionOf(RecipeUserId, TenantId);

impl ActiveSession for SessionOf {
    fn user_id(&self) -> &str {
        "u1"
    }

    fn recipe_user_id(&self) -> &RecipeUserId {
        &self.0
    }

    fn tenant_id(&self) -> &TenantId {
        &self.1
    }

    fn handle(&self) -> &str {
        "handle"
    }

    fn access_token_payload(&self) -> Map<String, Value> {
        Map::new()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn reply(fdi_version: &str, recipe_user_id: &str) -> Value {
    let request = Request::builder().header("fdi-version", fdi_version).finish();
    let session = SessionOf(RecipeUserId::new(recipe_user_id), TenantId::default());
    auth_reply(&request, &user(linked()), &session, Some(true)).unwrap().into()
}

#[test]
fn front_ends_that_know_linked_accounts_get_the_whole_user() {
    for version in ["1.18", "1.19", "3.0", "3.1", "4.0", "4.2", "1.17,4.1"] {
        let expected = json!({"status": "OK", "user": linked(), "createdNewRecipeUser": true});
        assert_eq!(reply(version, "u2"), expected, "{version}");
    }
}

#[test]
fn older_front_ends_get_the_login_method_of_the_session_or_the_oldest() {
    for version in ["1.17", "2.0"] {
        let password = json!({"id": "u1", "timeJoined": 2000, "email": "ada@example.com"});
        let third_party = json!({
            "id": "u1", "timeJoined": 1000, "thirdParty": {"id": "google", "userId": "g1"}, "email": "ada@example.com",
        });
        assert_eq!(reply(version, "u1"), json!({"status": "OK", "user": password, "createdNewUser": true}));
        assert_eq!(reply(version, "gone"), json!({"status": "OK", "user": third_party, "createdNewUser": true}));
    }
}

#[test]
fn a_reply_without_the_flag_has_no_key_for_it() {
    let session = SessionOf(RecipeUserId::new("u1"), TenantId::default());
    let reply = auth_reply(&Request::default(), &user(linked()), &session, None).unwrap();
    assert_eq!(reply.keys().collect::<Vec<_>>(), ["status", "user"]);
}

/// Gives one answer to everything, and keeps what it is asked.
#[derive(Clone)]
struct OneAnswer {
    answer: Value,
    asked: Arc<Mutex<Vec<String>>>,
}

impl CoreTransport for OneAnswer {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<http::Response<Bytes>, TransportError>> {
        let path = request.uri().path_and_query().unwrap().as_str();
        let answer = if path.starts_with("/apiversion") {
            json!({"versions": ["5.4"]})
        } else {
            let body = std::str::from_utf8(request.body()).unwrap();
            self.asked.lock().unwrap().push(format!("{} {path} {body}", request.method()).trim_end().to_owned());
            self.answer.clone()
        };
        Box::pin(std::future::ready(Ok(http::Response::new(answer.to_string().into()))))
    }
}

#[derive(Clone)]
struct NoRecipe;

impl Recipe for NoRecipe {
    fn id(&self) -> &'static str {
        "none"
    }

    fn build(&self, _: &mut Setup) -> Result<(), InitError> {
        Ok(())
    }
}

/// An application without any recipe that knows users, whose core always says this.
fn app(answer: Value) -> (PortsOwner, OneAnswer) {
    let core = OneAnswer { answer, asked: Arc::default() };
    let config = CoreConfig {
        hosts: CoreHosts::in_process(),
        transport: Arc::new(core.clone()),
        api_key: None,
        interceptor: None,
        disable_core_call_cache: false,
    };
    let app_info = AppInfo::new("Acme", "https://api.acme.com", "https://acme.com").normalise().unwrap();
    let client = CoreClient::new(config, &app_info).unwrap();
    let setup = Setup::new(Arc::new(app_info), client, Arc::new(SystemClock));
    (setup.build(vec![NoRecipe.boxed()]).unwrap().0, core)
}

/// What the core is asked, and what comes of its answer.
async fn ask<T>(answer: Value, call: impl AsyncFnOnce(Users) -> Result<T, Error>) -> (String, Result<T, Error>) {
    let (app, core) = app(answer);
    let result = call(Users::of(&app).unwrap()).await;
    let asked = core.asked.lock().unwrap().join("\n");
    (asked, result)
}

#[tokio::test]
async fn a_user_is_found_or_not() {
    let (asked, found) = ask(json!({"status": "OK", "user": linked()}), async |users| users.get_user("u1").await).await;
    assert_eq!(asked, "GET /user/id?userId=u1");
    assert_eq!(found.unwrap(), Some(user(linked())));
    let unknown = json!({"status": "UNKNOWN_USER_ID_ERROR"});
    let (_, found) = ask(unknown, async |users| users.get_user("u1").await).await;
    assert_eq!(found.unwrap(), None);
    let (_, found) = ask(json!({"status": "NEW"}), async |users| users.get_user("u1").await).await;
    assert!(matches!(found, Err(Error::Core(_))), "an answer that nobody knows is no missing user");
}

#[tokio::test]
async fn a_user_is_asked_for_once_in_a_context() {
    let (app, core) = app(json!({"status": "OK", "user": linked()}));
    let users = Users::of(&app).unwrap().with_user_context(UserContext::new());
    users.get_user("u1").await.unwrap();
    users.get_user("u1").await.unwrap();
    assert_eq!(core.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn pages_are_asked_for_with_only_what_is_wanted() {
    let page = json!({"status": "OK", "users": [linked()], "nextPaginationToken": "next"});
    let (asked, found) =
        ask(page.clone(), async |users| users.get_users_oldest_first(GetUsers::new("public")).await).await;
    assert_eq!(asked, "GET /public/users?timeJoinedOrder=ASC");
    let found = found.unwrap();
    assert_eq!((found.users.len(), found.next_pagination_token.as_deref()), (1, Some("next")));

    let search = UserSearch { email: Some("a&b".into()), phone: Some("+1".into()), provider: Some("goo".into()) };
    let input = GetUsers::new("t 1")
        .limit(7)
        .pagination_token("token=".to_owned())
        .include_recipe_ids([RecipeId::EmailPassword, RecipeId::Webauthn])
        .query(search);
    let (asked, _) = ask(page, async |users| users.get_users_newest_first(input).await).await;
    let expected = "GET /t%201/users?email=a%26b&includeRecipeIds=emailpassword%2Cwebauthn&limit=7\
                    &paginationToken=token%3D&phone=%2B1&provider=goo&timeJoinedOrder=DESC";
    assert_eq!(asked, expected);
    let last = json!({"status": "OK", "users": []});
    let (_, found) = ask(last, async |users| users.get_users_oldest_first(GetUsers::new("public")).await).await;
    assert_eq!(found.unwrap().next_pagination_token, None);
}

#[tokio::test]
async fn users_are_counted_in_one_tenant_or_in_all() {
    let count = json!({"status": "OK", "count": 3});
    let (asked, counted) = ask(count.clone(), async |users| users.get_user_count(&[], None).await).await;
    assert_eq!((asked.as_str(), counted.unwrap()), ("GET /public/users/count?includeAllTenants=true", 3));
    let recipes = [RecipeId::ThirdParty, RecipeId::Passwordless];
    let (asked, _) = ask(count, async |users| users.get_user_count(&recipes, Some("t1".into())).await).await;
    assert_eq!(asked, "GET /t1/users/count?includeAllTenants=false&includeRecipeIds=thirdparty%2Cpasswordless");
}

#[tokio::test]
async fn users_are_listed_by_account_info_all_of_it_or_any() {
    let none = json!({"status": "OK", "users": []});
    let input = ListUsersByAccountInfo::new("public", AccountInfo::email("ada@example.com"));
    let (asked, _) = ask(none.clone(), async |users| users.list_users_by_account_info(input).await).await;
    assert_eq!(asked, "GET /public/users/by-accountinfo?doUnionOfAccountInfo=false&email=ada%40example.com");
    let mut info = AccountInfo::phone_number("+1");
    info.third_party = Some(ThirdPartyInfo::new("google", "g1"));
    info.webauthn_credential_id = Some("c1".to_owned());
    let input = ListUsersByAccountInfo::new("public", info).do_union_of_account_info(true);
    let (asked, _) = ask(none, async |users| users.list_users_by_account_info(input).await).await;
    let expected = "GET /public/users/by-accountinfo?doUnionOfAccountInfo=true&phoneNumber=%2B1&thirdPartyId=google\
                    &thirdPartyUserId=g1&webauthnCredentialId=c1";
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_user_is_deleted_with_all_linked_accounts_unless_said_otherwise() {
    let ok = json!({"status": "OK"});
    let (asked, _) = ask(ok.clone(), async |users| users.delete_user(DeleteUser::new("u1")).await).await;
    assert_eq!(asked, r#"POST /user/remove {"userId":"u1","removeAllLinkedAccounts":true}"#);
    let input = DeleteUser::new("u1").remove_all_linked_accounts(false);
    let (asked, _) = ask(ok, async |users| users.delete_user(input).await).await;
    assert_eq!(asked, r#"POST /user/remove {"userId":"u1","removeAllLinkedAccounts":false}"#);
}

#[tokio::test]
async fn ids_are_mapped_and_every_status_is_told_apart() {
    use CreateUserIdMappingResponse as Created;
    let create = async |answer| {
        let input = CreateUserIdMapping::new("u1", "mine").external_user_id_info("info".to_owned()).force(true);
        ask(answer, async |users| users.create_user_id_mapping(input).await).await
    };
    let (asked, created) = create(json!({"status": "OK"})).await;
    let body = r#"{"superTokensUserId":"u1","externalUserId":"mine","externalUserIdInfo":"info","force":true}"#;
    assert_eq!((asked, created.unwrap()), (format!("POST /recipe/userid/map {body}"), Created::Ok));
    let (_, unknown) = create(json!({"status": "UNKNOWN_SUPERTOKENS_USER_ID_ERROR"})).await;
    assert_eq!(unknown.unwrap(), Created::UnknownSuperTokensUserId);
    let exists = json!({"status": "USER_ID_MAPPING_ALREADY_EXISTS_ERROR", "doesSuperTokensUserIdExist": true,
        "doesExternalUserIdExist": false});
    let expected = Created::UserIdMappingAlreadyExists {
        does_super_tokens_user_id_exist: true,
        does_external_user_id_exist: false,
    };
    assert_eq!(create(exists).await.1.unwrap(), expected);
}

#[tokio::test]
async fn mappings_are_read_changed_and_deleted() {
    let mapping = json!({"status": "OK", "superTokensUserId": "u1", "externalUserId": "mine"});
    let get = async |answer| {
        let input = GetUserIdMapping::new("mine").user_id_type(UserIdType::External);
        ask(answer, async |users| users.get_user_id_mapping(input).await).await
    };
    let (asked, found) = get(mapping).await;
    assert_eq!(asked, "GET /recipe/userid/map?userId=mine&userIdType=EXTERNAL");
    assert!(matches!(found, Ok(GetUserIdMappingResponse::Ok { external_user_id_info: None, .. })));
    let (_, unknown) = get(json!({"status": "UNKNOWN_MAPPING_ERROR"})).await;
    assert_eq!(unknown.unwrap(), GetUserIdMappingResponse::UnknownMapping);

    let update = async |info: Option<&str>| {
        let input = UpdateOrDeleteUserIdMappingInfo::new("u1").external_user_id_info(info.map(str::to_owned));
        let ok = json!({"status": "OK"});
        ask(ok, async |users| users.update_or_delete_user_id_mapping_info(input).await).await.0
    };
    let body = |info| format!(r#"{{"userId":"u1","userIdType":"ANY","externalUserIdInfo":{info}}}"#);
    let put = "PUT /recipe/userid/external-user-id-info";
    assert_eq!(update(Some("new")).await, format!("{put} {}", body(r#""new""#)));
    assert_eq!(update(None).await, format!("{put} {}", body("null")), "nothing deletes it");

    let input = DeleteUserIdMapping::new("u1").user_id_type(UserIdType::SuperTokens);
    let deleted = json!({"status": "OK", "didMappingExist": true});
    let (asked, deleted) = ask(deleted, async |users| users.delete_user_id_mapping(input).await).await;
    let body = r#"{"userId":"u1","userIdType":"SUPERTOKENS","force":false}"#;
    assert_eq!(asked, format!("POST /recipe/userid/map/remove {body}"));
    assert!(deleted.unwrap().did_mapping_exist);
}

#[test]
fn an_application_that_is_gone_has_no_users() {
    let (app, _) = app(json!({}));
    let ports = app.as_ref().clone();
    drop(app);
    assert!(matches!(Users::of(&ports), Err(Error::NotInitialised)));
}
