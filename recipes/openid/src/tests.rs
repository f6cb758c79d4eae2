//! The recipe in an application, with a core that must not be called and a `jwt` recipe that shows what it is given.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use supertokens_jwt::Jwt;
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, TransportError};
use supertokens_kernel::route::find;
use supertokens_kernel::setup::Parts;
use supertokens_kernel::{
    ApiCall, AppInfo, BoxFuture, CoreClient, CoreTransport, Error, Exchange, PortsOwner, Recipe, Request, Setup,
    SystemClock, UserContext,
};

use crate::*;

/// A core that refuses every connection.
struct NoCore;

impl CoreTransport for NoCore {
    fn send(&self, _: http::Request<Bytes>) -> BoxFuture<Result<Response<Bytes>, TransportError>> {
        Box::pin(std::future::ready(Err(TransportError::Unreachable("there is no core".into()))))
    }
}

fn build(recipes: Vec<Box<dyn Recipe>>) -> (PortsOwner, Parts) {
    let config = CoreConfig {
        hosts: CoreHosts::in_process(),
        transport: Arc::new(NoCore),
        api_key: None,
        interceptor: None,
        disable_core_call_cache: false,
    };
    let app_info = AppInfo::new("Acme", "https://api.acme.com", "https://acme.com").api_gateway_path("/gw");
    let app_info = app_info.normalise().unwrap();
    let client = CoreClient::new(config, &app_info).unwrap();
    Setup::new(Arc::new(app_info), client, Arc::new(SystemClock)).build(recipes).unwrap()
}

/// A `jwt` recipe that keeps what it is asked to sign.
fn jwt_that_keeps(asked: &Arc<Mutex<Vec<CreateJwt>>>) -> Box<dyn Recipe> {
    let asked = asked.clone();
    let jwt = Jwt::new().override_functions(|functions| {
        functions.create_jwt(async move |input, _| {
            asked.lock().unwrap().push(input);
            Ok(CreateJwtResponse::Ok { jwt: "a.b.c".to_owned() })
        })
    });
    jwt.boxed()
}

/// A recipe whose tokens name another issuer, which depends on the request's context.
fn with_issuer_of_context() -> OpenId {
    OpenId::new().override_functions(|functions| {
        functions.get_open_id_discovery_configuration(async move |input, original| {
            let issuer = input.user_context.get::<String>().unwrap_or("https://other.example.com".to_owned());
            let mut configuration = original.get_open_id_discovery_configuration(input).await?;
            configuration.issuer = issuer;
            Ok(configuration)
        })
    })
}

const PATH: &str = "/.well-known/openid-configuration";

async fn get_configuration_over_http(recipe: OpenId) -> Response<Bytes> {
    let (_, parts) = build(vec![recipe.boxed()]);
    let found = find(&parts.routes, &Method::GET, PATH, &[]).unwrap();
    let request = Request::builder().uri(format!("/auth{PATH}").parse().unwrap()).finish();
    let user_context = UserContext::for_request(request.clone());
    let call = ApiCall { exchange: Exchange::new(request), tenant_id: found.tenant_id, user_context };
    found.route.call(call).await.unwrap()
}

fn headers_of(response: &Response<Bytes>) -> Vec<(&str, &str)> {
    let mut headers: Vec<_> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    headers
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

#[tokio::test]
async fn anyone_may_read_the_configuration_whose_urls_lie_below_the_api() {
    let response = get_configuration_over_http(OpenId::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(headers_of(&response), [("access-control-allow-origin", "*"), JSON]);
    let expected = json!({
        "issuer": "https://api.acme.com/gw/auth",
        "jwks_uri": "https://api.acme.com/gw/auth/jwt/jwks.json",
        "authorization_endpoint": "https://api.acme.com/gw/auth/oauth/auth",
        "token_endpoint": "https://api.acme.com/gw/auth/oauth/token",
        "userinfo_endpoint": "https://api.acme.com/gw/auth/oauth/userinfo",
        "revocation_endpoint": "https://api.acme.com/gw/auth/oauth/revoke",
        "token_introspection_endpoint": "https://api.acme.com/gw/auth/oauth/introspect",
        "end_session_endpoint": "https://api.acme.com/gw/auth/oauth/end_session",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "id_token token"],
    });
    assert_eq!(response.body(), &expected.to_string(), "the same keys in the same order");
}

#[tokio::test]
async fn the_jwt_recipe_comes_along_and_its_keys_are_where_the_configuration_says() {
    let (ports, parts) = build(vec![OpenId::new().boxed()]);
    let path = OpenIdDiscoveryConfiguration::new("").jwks_uri;
    assert!(find(&parts.routes, &Method::GET, &path, &[]).is_some());

    let error = OpenId::of(&ports).unwrap().create_jwt(CreateJwt::new(Map::new())).await.unwrap_err();
    assert!(matches!(error, Error::Core(_)), "the core is asked to sign: {error}");
}

#[tokio::test]
async fn the_issuer_is_known_without_a_core() {
    let (ports, _) = build(vec![OpenId::new().boxed()]);
    let issuer = OpenId::of(&ports).unwrap().issuer(&UserContext::new()).await.unwrap();
    assert_eq!(issuer, "https://api.acme.com/gw/auth");
}

#[tokio::test]
async fn a_token_names_its_issuer_first_and_is_otherwise_signed_as_asked() {
    let asked = Arc::default();
    let (ports, _) = build(vec![jwt_that_keeps(&asked), OpenId::new().boxed()]);
    let openid = OpenId::of(&ports).unwrap();
    let context = UserContext::new();
    context.insert(7_u8);
    let input = CreateJwt::from_claims(&json!({"sub": "u", "n": 1})).unwrap();
    let input = input.validity_seconds(60).use_static_signing_key(false).user_context(context);
    let answer = openid.create_jwt(input).await.unwrap();
    assert_eq!(answer, CreateJwtResponse::Ok { jwt: "a.b.c".to_owned() });

    let asked = asked.lock().unwrap();
    let payload = Value::Object(asked[0].payload.clone()).to_string();
    assert_eq!(payload, r#"{"iss":"https://api.acme.com/gw/auth","sub":"u","n":1}"#);
    assert_eq!((asked[0].validity_seconds, asked[0].use_static_signing_key), (Some(60), false));
    assert_eq!(asked[0].user_context.get::<u8>(), Some(7), "the context is passed on");
}

#[tokio::test]
async fn an_issuer_in_the_payload_is_kept() {
    let asked = Arc::default();
    let (ports, _) = build(vec![jwt_that_keeps(&asked), OpenId::new().boxed()]);
    let input = CreateJwt::from_claims(&json!({"sub": "u", "iss": "mine"})).unwrap();
    OpenId::of(&ports).unwrap().create_jwt(input).await.unwrap();
    assert_eq!(Value::Object(asked.lock().unwrap()[0].payload.clone()), json!({"iss": "mine", "sub": "u"}));
}

#[tokio::test]
async fn an_overridden_issuer_is_in_the_tokens_the_configuration_and_what_other_recipes_ask_for() {
    let asked = Arc::default();
    let (ports, _) = build(vec![jwt_that_keeps(&asked), with_issuer_of_context().boxed()]);
    let openid = OpenId::of(&ports).unwrap();
    let context = UserContext::new();
    context.insert("https://of-the-request.example.com".to_owned());
    assert_eq!(openid.issuer(&context).await.unwrap(), "https://of-the-request.example.com");
    openid.create_jwt(CreateJwt::new(Map::new())).await.unwrap();
    assert_eq!(asked.lock().unwrap()[0].payload["iss"], "https://other.example.com");

    let response = get_configuration_over_http(with_issuer_of_context()).await;
    let body: OpenIdDiscoveryConfiguration = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body.issuer, "https://other.example.com");
    assert_eq!(body.jwks_uri, "https://api.acme.com/gw/auth/jwt/jwks.json");
}

#[tokio::test]
async fn an_override_of_create_jwt_can_change_what_is_signed_and_pass_on_an_unsupported_algorithm() {
    let openid = OpenId::new().override_functions(|functions| {
        functions.create_jwt(async move |mut input, original| {
            input.payload.insert("mine".into(), true.into());
            original.create_jwt(input).await
        })
    });
    let jwt = Jwt::new().override_functions(|functions| {
        functions.create_jwt(async move |input, _| {
            assert_eq!(input.payload["mine"], true);
            Ok(CreateJwtResponse::UnsupportedAlgorithm)
        })
    });
    let (ports, _) = build(vec![openid.boxed(), jwt.boxed()]);
    let answer = OpenId::of(&ports).unwrap().create_jwt(CreateJwt::new(Map::new())).await.unwrap();
    assert_eq!(answer, CreateJwtResponse::UnsupportedAlgorithm);
}

#[tokio::test]
async fn an_override_of_the_api_can_answer_with_an_error_for_the_front_end() {
    let recipe = OpenId::new().override_apis(|apis| {
        apis.get_open_id_discovery_configuration_get(async move |input, original| {
            assert!(input.exchange.request.path().ends_with(PATH));
            original.get_open_id_discovery_configuration_get(input).await?;
            Ok(GetOpenIdDiscoveryConfigurationGetResponse::GeneralError { message: "not today".to_owned() })
        })
    });
    let response = get_configuration_over_http(recipe).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(headers_of(&response), [JSON]);
    assert_eq!(response.body(), r#"{"status":"GENERAL_ERROR","message":"not today"}"#);
}

#[test]
fn a_disabled_api_is_left_to_the_application() {
    let recipe = OpenId::new().override_apis(|apis| apis.disable::<GetOpenIdDiscoveryConfigurationGet>());
    let (_, parts) = build(vec![recipe.boxed()]);
    assert!(find(&parts.routes, &Method::GET, PATH, &[]).is_none());
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    assert!(matches!(OpenId::of(&PortsOwner::default()), Err(Error::RecipeNotInitialised { recipe: "openid" })));
}
