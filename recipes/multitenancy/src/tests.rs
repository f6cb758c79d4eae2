//! The recipe in an application whose core is a function.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Map, Value, json};
use supertokens_kernel::ports::{AvailableFirstFactors, Multitenancy as Port, StaticFirstFactors, Tenants};
use supertokens_kernel::{AuthFlow, BoxFuture, Error, InitError, PortsOwner, Recipe, Setup, TenantId, UserContext};
use supertokens_session::{CreateNewSession, Session, SessionError};

use crate::recipe_app::{CoreCall, RecipeApp};
use crate::*;

fn call(what: &str, body: Value) -> CoreCall {
    CoreCall { what: what.to_owned(), body }
}

/// An application with a core that gives this answer to everything.
fn app(answer: Value) -> RecipeApp {
    RecipeApp::new(vec![Multitenancy::new().boxed()], move |_| answer.clone())
}

fn functions(app: &RecipeApp) -> MultitenancyFunctions {
    Multitenancy::of(app).unwrap()
}

#[tokio::test]
async fn a_tenant_is_made_with_what_is_said_and_no_more() {
    let app = app(json!({"status": "OK", "createdNew": true}));
    let core_config = Map::from_iter([("email_verification_token_lifetime".to_owned(), json!(1000))]);
    let inputs = [
        CreateOrUpdateTenant::new("t1"),
        CreateOrUpdateTenant::new("t1").first_factors(vec!["emailpassword".to_owned()]).core_config(core_config),
        CreateOrUpdateTenant::new("t1").first_factors(Change::Remove).required_secondary_factors(vec![]),
    ];
    for input in inputs {
        assert!(functions(&app).create_or_update_tenant(input).await.unwrap());
    }
    let bodies: Vec<Value> = app.asked().into_iter().map(|call| call.body).collect();
    assert_eq!(
        bodies,
        [
            json!({"tenantId": "t1"}),
            json!({
                "tenantId": "t1",
                "firstFactors": ["emailpassword"],
                "coreConfig": {"email_verification_token_lifetime": 1000},
            }),
            json!({"tenantId": "t1", "firstFactors": null, "requiredSecondaryFactors": []}),
        ]
    );
    assert!(app.asked()[0].is("PUT /recipe/multitenancy/tenant/v2"));
}

#[tokio::test]
async fn tenants_are_got_listed_and_deleted() {
    let tenant = json!({
        "status": "OK",
        "tenantId": "t1",
        "thirdParty": {"providers": [{"thirdPartyId": "google", "clients": [{"clientId": "c"}], "userInfoMap": {}}]},
        "firstFactors": ["thirdparty"],
        "coreConfig": {"a": 1},
    });
    let mut all = tenant.clone();
    all["tenants"] = json!([tenant, {"tenantId": "t2", "thirdParty": {"providers": []}, "coreConfig": {}}]);
    all["didExist"] = json!(false);
    let app = app(all);
    let tenant = functions(&app).get_tenant(GetTenant::new("t1")).await.unwrap().unwrap();
    assert_eq!(tenant.tenant_id.as_str(), "t1");
    assert_eq!(tenant.providers[0].clients[0].client_id, "c");
    assert_eq!(tenant.first_factors, Some(vec!["thirdparty".to_owned()]));
    assert_eq!((tenant.required_secondary_factors, &tenant.core_config["a"]), (None, &json!(1)));
    let tenants = functions(&app).list_all_tenants(ListAllTenants::new()).await.unwrap();
    assert_eq!(tenants[1].first_factors, None);
    assert!(!functions(&app).delete_tenant(DeleteTenant::new("t1")).await.unwrap());
    assert_eq!(
        app.asked(),
        [
            call("GET /t1/recipe/multitenancy/tenant/v2", Value::Null),
            call("GET /recipe/multitenancy/tenant/list/v2", Value::Null),
            call("POST /recipe/multitenancy/tenant/remove", json!({"tenantId": "t1"})),
        ]
    );
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_is_none() {
    let app = app(json!({"status": "TENANT_NOT_FOUND_ERROR"}));
    assert_eq!(functions(&app).get_tenant(GetTenant::new("t9")).await.unwrap(), None);
}

#[tokio::test]
async fn a_provider_is_sent_as_the_core_has_it_with_settings_that_have_no_name_here() {
    let app = app(json!({"status": "OK", "createdNew": false, "didConfigExist": true}));
    let mut provider = ProviderConfig::new("custom").client(ProviderClientConfig::new("c").client_secret("s"));
    provider.jwks_uri = Some("https://x.com/jwks".to_owned());
    provider.other.insert("future".to_owned(), json!(1));
    let input = CreateOrUpdateThirdPartyConfig::new("t1", provider).skip_validation(true);
    let answer = functions(&app).create_or_update_third_party_config(input).await.unwrap();
    assert_eq!(answer, CreateOrUpdateThirdPartyConfigResponse::Ok { created_new: false });
    assert!(functions(&app).delete_third_party_config(DeleteThirdPartyConfig::new("t1", "custom")).await.unwrap());
    let config = json!({
        "thirdPartyId": "custom",
        "clients": [{"clientId": "c", "clientSecret": "s"}],
        "jwksURI": "https://x.com/jwks",
        "future": 1,
    });
    assert_eq!(
        app.asked(),
        [
            call("PUT /t1/recipe/multitenancy/config/thirdparty", json!({"config": config, "skipValidation": true})),
            call("POST /t1/recipe/multitenancy/config/thirdparty/remove", json!({"thirdPartyId": "custom"})),
        ]
    );
}

#[tokio::test]
async fn a_provider_that_the_core_finds_fault_with_is_a_status_of_its_own() {
    let app = app(json!({"status": "CONFIG_VALIDATION_ERROR", "reason": "no endpoint"}));
    let input = CreateOrUpdateThirdPartyConfig::new("t1", ProviderConfig::new("custom"));
    let answer = functions(&app).create_or_update_third_party_config(input).await.unwrap();
    assert_eq!(answer, CreateOrUpdateThirdPartyConfigResponse::ConfigValidation { reason: "no endpoint".to_owned() });
}

#[test]
fn a_providers_secrets_are_in_no_debug_output() {
    let mut client = ProviderClientConfig::new("id").client_secret("hunter2");
    client.additional_config = Some(Map::from_iter([("privateKey".to_owned(), json!("hunter2"))]).into());
    let shown = format!("{:?}", ProviderConfig::new("apple").client(client));
    assert!(!shown.contains("hunter2") && shown.contains("\"id\""), "{shown}");
}

#[tokio::test]
async fn login_methods_go_into_tenants_and_out_of_them() {
    let app = app(json!({"status": "OK", "wasAlreadyAssociated": false, "wasAssociated": true}));
    let input = AssociateUserToTenant::new("t1", "u");
    let answer = functions(&app).associate_user_to_tenant(input).await.unwrap();
    assert_eq!(answer, AssociateUserToTenantResponse::Ok { was_already_associated: false });
    let input = DisassociateUserFromTenant::new("t1", "u");
    assert!(functions(&app).disassociate_user_from_tenant(input).await.unwrap());
    let body = json!({"recipeUserId": "u"});
    assert_eq!(
        app.asked(),
        [
            call("POST /t1/recipe/multitenancy/tenant/user", body.clone()),
            call("POST /t1/recipe/multitenancy/tenant/user/remove", body),
        ]
    );
}

#[tokio::test]
async fn why_a_login_method_cannot_be_used_in_a_tenant_is_told() {
    use AssociateUserToTenantResponse as Response;
    let answers = [
        (json!({"status": "UNKNOWN_USER_ID_ERROR"}), Response::UnknownUserId),
        (json!({"status": "EMAIL_ALREADY_EXISTS_ERROR"}), Response::EmailAlreadyExists),
        (json!({"status": "PHONE_NUMBER_ALREADY_EXISTS_ERROR"}), Response::PhoneNumberAlreadyExists),
        (json!({"status": "THIRD_PARTY_USER_ALREADY_EXISTS_ERROR"}), Response::ThirdPartyUserAlreadyExists),
        (
            json!({"status": "ASSOCIATION_NOT_ALLOWED_ERROR", "reason": "r"}),
            Response::AssociationNotAllowed { reason: "r".to_owned() },
        ),
    ];
    for (answer, expected) in answers {
        let app = app(answer);
        let input = AssociateUserToTenant::new("t1", "u");
        assert_eq!(functions(&app).associate_user_to_tenant(input).await.unwrap(), expected);
    }
}

/// A recipe that signs people in with these factors, and the application's own list of first factors.
#[derive(Clone)]
struct SignIn {
    factors: &'static [&'static str],
    of_application: Option<&'static [&'static str]>,
}

impl Recipe for SignIn {
    fn id(&self) -> &'static str {
        "sign-in"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        setup.add(Arc::new(AvailableFirstFactors::new(self.factors.iter().copied())));
        match self.of_application {
            Some(factors) => setup.provide(Arc::new(StaticFirstFactors::new(factors.iter().copied()))),
            None => Ok(()),
        }
    }
}

const EMAIL_AND_THIRD_PARTY: SignIn = SignIn { factors: &["emailpassword", "thirdparty"], of_application: None };

/// The reply to a front end that asks how somebody can sign in to a tenant whose core says this of it.
async fn login_methods(sign_in: SignIn, tenant: Value, path: &str) -> Result<Response<Bytes>, Error> {
    let app = RecipeApp::new(vec![sign_in.boxed(), Multitenancy::new().boxed()], move |_| tenant.clone());
    app.send(Method::GET, path, Value::Null).await
}

async fn first_factors(sign_in: SignIn, of_tenant: Value) -> Value {
    let tenant = json!({"status": "OK", "tenantId": "public", "firstFactors": of_tenant});
    let response = login_methods(sign_in, tenant, "/loginmethods").await.unwrap();
    serde_json::from_slice::<Value>(response.body()).unwrap()["firstFactors"].clone()
}

#[tokio::test]
async fn a_front_end_is_told_how_to_sign_in() {
    let client = |client_type: &str| json!({"clientId": "c", "clientType": client_type});
    let tenant = json!({
        "status": "OK",
        "tenantId": "public",
        "thirdParty": {"providers": [
            {"thirdPartyId": "google", "name": "Google", "clients": [client("web"), client("ios")]},
            {"thirdPartyId": "custom", "clients": [client("web")]},
        ]},
    });
    let response = login_methods(EMAIL_AND_THIRD_PARTY, tenant.clone(), "/loginmethods").await.unwrap();
    let expected = r#"{"status":"OK","emailPassword":{"enabled":true},"thirdParty":{"enabled":true,"providers":[{"id":"custom"}]},"webauthn":{"enabled":false},"passwordless":{"enabled":false},"firstFactors":["emailpassword","thirdparty"]}"#;
    assert_eq!((response.status().as_u16(), response.body()), (200, &Bytes::from(expected)));

    let of_type = |client_type| login_methods(EMAIL_AND_THIRD_PARTY, tenant.clone(), client_type);
    for (path, expected) in [
        ("/loginmethods?clientType=web", json!([{"id": "google", "name": "Google"}, {"id": "custom"}])),
        ("/loginmethods?clientType=ios", json!([{"id": "google", "name": "Google"}])),
        ("/loginmethods?clientType=tv", json!([])),
    ] {
        let body: Value = serde_json::from_slice(of_type(path).await.unwrap().body()).unwrap();
        assert_eq!(body["thirdParty"]["providers"], expected, "{path}");
    }
}

#[tokio::test]
async fn first_factors_are_the_tenants_else_the_applications_else_those_of_all_recipes() {
    let with_list = SignIn { of_application: Some(&["thirdparty"]), ..EMAIL_AND_THIRD_PARTY };
    assert_eq!(first_factors(EMAIL_AND_THIRD_PARTY, Value::Null).await, json!(["emailpassword", "thirdparty"]));
    assert_eq!(first_factors(with_list.clone(), Value::Null).await, json!(["thirdparty"]));
    assert_eq!(first_factors(with_list.clone(), json!(["emailpassword"])).await, json!(["emailpassword"]));
    assert_eq!(first_factors(with_list, json!([])).await, json!([]), "a tenant may have none");
    let known_and_own = json!(["webauthn", "emailpassword", "own-factor"]);
    let expected = json!(["emailpassword", "own-factor"]);
    assert_eq!(first_factors(EMAIL_AND_THIRD_PARTY, known_and_own).await, expected, "passkeys need their recipe");
}

#[tokio::test]
async fn login_methods_of_an_unknown_tenant_are_bad_input() {
    let unknown = json!({"status": "TENANT_NOT_FOUND_ERROR"});
    let error = login_methods(EMAIL_AND_THIRD_PARTY, unknown, "/t9/loginmethods").await.unwrap_err();
    assert!(matches!(&error, Error::BadInput { message } if message == "Tenant not found"), "{error}");
}

#[tokio::test]
async fn the_recipe_of_third_parties_says_which_providers_there_are() {
    #[derive(Clone)]
    struct ThirdParty;
    impl Recipe for ThirdParty {
        fn id(&self) -> &'static str {
            "thirdparty"
        }
        fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
            setup.provide::<dyn LoginProviders>(Arc::new(self.clone()))
        }
    }
    impl LoginProviders for ThirdParty {
        fn login_providers(&self, input: ProvidersOfTenant) -> BoxFuture<Result<Vec<LoginProvider>, Error>> {
            let name = format!("{} in {}", input.providers[0].third_party_id, input.tenant_id);
            Box::pin(std::future::ready(Ok(vec![LoginProvider { id: "x".to_owned(), name: Some(name) }])))
        }
    }
    let tenant = json!({"status": "OK", "tenantId": "t1", "thirdParty": {"providers": [{"thirdPartyId": "google"}]}});
    let app = RecipeApp::new(vec![ThirdParty.boxed(), Multitenancy::new().boxed()], move |_| tenant.clone());
    let response = app.send(Method::GET, "/t1/loginmethods", Value::Null).await.unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["thirdParty"]["providers"], json!([{"id": "x", "name": "google in t1"}]));
}

#[tokio::test]
async fn an_override_of_the_api_can_answer_with_an_error_for_the_front_end() {
    let recipe = Multitenancy::new().override_apis(|apis| {
        apis.login_methods_get(async move |_, _| {
            Ok(LoginMethodsGetResponse::GeneralError { message: "not today".to_owned() })
        })
    });
    let app = RecipeApp::new(vec![recipe.boxed()], |call| panic!("{call:?}"));
    let response = app.send(Method::GET, "/loginmethods", Value::Null).await.unwrap();
    assert_eq!(response.body(), r#"{"status":"GENERAL_ERROR","message":"not today"}"#);
}

#[tokio::test]
async fn other_recipes_ask_with_the_applications_overrides() {
    let recipe = Multitenancy::new().override_functions(|functions| {
        functions
            .get_tenant_id(async move |input, original| {
                assert_eq!(input.tenant_id_from_frontend.as_str(), "from-path");
                original.get_tenant_id(GetTenantId::new("chosen")).await
            })
            .get_tenant(async move |input, original| {
                let mut tenant = original.get_tenant(input).await?;
                if let Some(tenant) = &mut tenant {
                    tenant.first_factors = Some(vec!["own-factor".to_owned()]);
                }
                Ok(tenant)
            })
    });
    let answer = json!({"status": "OK", "tenantId": "chosen", "wasAlreadyAssociated": true});
    let app = RecipeApp::new(vec![recipe.boxed()], move |_| answer.clone());
    let context = UserContext::new();
    let tenants = app.ports.as_ref().get::<dyn Tenants>().unwrap();
    let tenant_id = tenants.tenant_id_of(TenantId::new("from-path"), context.clone()).await.unwrap();
    assert_eq!(tenant_id.as_str(), "chosen");
    let factors = AuthFlow::of(&app).get_available_first_factors(&tenant_id, &context).await.unwrap();
    assert_eq!(factors, Some(vec!["own-factor".to_owned()]));
    let port = app.ports.as_ref().get::<dyn Port>().unwrap();
    let answer = port.associate_user_to_tenant(AssociateUserToTenant::new("chosen", "u")).await.unwrap();
    assert_eq!(answer, AssociateUserToTenantResponse::Ok { was_already_associated: true });
}

/// What a new session of the tenant `t1` says of domains.
async fn domains_in_new_session(recipe: Multitenancy) -> Option<Value> {
    let seen = Arc::new(Mutex::new(None));
    let kept = seen.clone();
    let session = Session::new().override_functions(|functions| {
        functions.create_new_session(async move |input, _| {
            *kept.lock().unwrap() = input.jwt_payload.get("st-t-dmns").cloned();
            Err(SessionError::unauthorised("the payload is all that is asked for"))
        })
    });
    let app = RecipeApp::new(vec![session.boxed(), recipe.boxed()], |call| panic!("{call:?}"));
    let new = CreateNewSession::new("t1", "u");
    Session::of(&app).unwrap().create_new_session_without_request_response(new).await.unwrap_err();
    seen.lock().unwrap().take()
}

#[tokio::test]
async fn new_sessions_say_which_domains_they_may_be_used_on_if_the_application_does() {
    let recipe = Multitenancy::new().get_allowed_domains_for_tenant_id(async |tenant_id: TenantId, _context| {
        Ok((tenant_id.as_str() == "t1").then(|| vec!["t1.acme.com".to_owned()]))
    });
    assert_eq!(domains_in_new_session(recipe).await.unwrap()["v"], json!(["t1.acme.com"]));
    let silent = Multitenancy::new().get_allowed_domains_for_tenant_id(async |_, _| Ok(None));
    assert_eq!(domains_in_new_session(silent).await, None);
    assert_eq!(domains_in_new_session(Multitenancy::new()).await, None);
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    let error = Multitenancy::of(&PortsOwner::default()).unwrap_err();
    assert!(matches!(error, Error::RecipeNotInitialised { recipe: "multitenancy" }));
}

#[test]
fn settings_that_may_hold_secrets_are_named_and_not_shown() {
    let secrets = Map::from_iter([("name-of-a-setting".to_owned(), json!("the-secret"))]);
    let mut provider = ProviderConfig::new("acme");
    provider.token_endpoint_body_params = Some(secrets.clone().into());
    provider.user_info_endpoint_headers = Some(secrets.clone().into());
    provider.other = secrets.clone().into();
    for shown in [format!("{provider:?}"), format!("{:?}", CreateOrUpdateTenant::new("t1").core_config(secrets))] {
        assert!(shown.contains("name-of-a-setting") && !shown.contains("the-secret"), "{shown}");
    }
}
