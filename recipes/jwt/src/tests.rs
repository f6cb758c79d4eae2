//! The recipe in an application whose core is a function.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, TransportError};
use supertokens_kernel::route::find;
use supertokens_kernel::setup::Parts;
use supertokens_kernel::{
    ApiCall, AppInfo, BoxFuture, CoreClient, CoreError, CoreTransport, Error, Exchange, InitError, PortsOwner, Recipe,
    Request, Setup, SystemClock, UserContext,
};

use crate::*;

/// A core that answers every call alike, and remembers what it was asked.
#[derive(Clone)]
struct CoreDouble {
    answer: Response<Bytes>,
    asked: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl CoreTransport for CoreDouble {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<Response<Bytes>, TransportError>> {
        let is_negotiation = request.uri().path() == "/apiversion";
        let answer = if is_negotiation { reply(200, &json!({"versions": ["5.4"]})) } else { self.answer.clone() };
        if !is_negotiation {
            self.asked.lock().unwrap().push(request);
        }
        Box::pin(std::future::ready(Ok(answer)))
    }
}

impl CoreDouble {
    /// Method and path of each call, and its body.
    fn asked(&self) -> Vec<(String, Value)> {
        let asked = self.asked.lock().unwrap();
        let body = |request: &http::Request<Bytes>| serde_json::from_slice(request.body()).unwrap_or_default();
        asked.iter().map(|request| (format!("{} {}", request.method(), request.uri().path()), body(request))).collect()
    }
}

fn reply(status: u16, body: &Value) -> Response<Bytes> {
    Response::builder().status(status).body(body.to_string().into()).unwrap()
}

/// The core's key set with a `Cache-Control` header.
fn keys_cached_as(cache_control: &str) -> Response<Bytes> {
    let mut answer = reply(200, &keys());
    answer.headers_mut().insert("cache-control", cache_control.parse().unwrap());
    answer
}

fn keys() -> Value {
    let key = |kid: &str| json!({"kty": "RSA", "kid": kid, "n": "1wPv", "e": "AQAB", "alg": "RS256", "use": "sig"});
    json!({"keys": [key("d-1"), key("s-2")]})
}

/// An application that has this recipe alone.
struct App {
    ports: PortsOwner,
    parts: Parts,
    core: CoreDouble,
}

impl App {
    fn try_new(recipe: Jwt, answer: Response<Bytes>) -> Result<Self, InitError> {
        let core = CoreDouble { answer, asked: Arc::default() };
        let config = CoreConfig {
            hosts: CoreHosts::in_process(),
            transport: Arc::new(core.clone()),
            api_key: None,
            interceptor: None,
            disable_core_call_cache: false,
        };
        let app_info = AppInfo::new("Acme", "https://api.acme.com", "https://acme.com").normalise()?;
        let client = CoreClient::new(config, &app_info)?;
        let setup = Setup::new(Arc::new(app_info), client, Arc::new(SystemClock));
        let (ports, parts) = setup.build(vec![recipe.boxed()])?;
        Ok(Self { ports, parts, core })
    }

    fn new(recipe: Jwt, answer: Response<Bytes>) -> Self {
        Self::try_new(recipe, answer).unwrap()
    }

    async fn create_jwt(&self, input: CreateJwt) -> Result<CreateJwtResponse, Error> {
        Jwt::of(&self.ports).unwrap().create_jwt(input).await
    }

    async fn get_jwks_over_http(&self) -> Result<Response<Bytes>, Error> {
        let found = find(&self.parts.routes, &Method::GET, "/jwt/jwks.json", &[]).unwrap();
        let request = Request::builder().uri("/auth/jwt/jwks.json".parse().unwrap()).finish();
        let user_context = UserContext::for_request(request.clone());
        found.route.call(ApiCall { exchange: Exchange::new(request), tenant_id: found.tenant_id, user_context }).await
    }
}

fn signed() -> Response<Bytes> {
    reply(200, &json!({"status": "OK", "jwt": "a.b.c"}))
}

fn ok(jwt: &str) -> CreateJwtResponse {
    CreateJwtResponse::Ok { jwt: jwt.to_owned() }
}

fn headers_of(response: &Response<Bytes>) -> Vec<(&str, &str)> {
    let mut headers: Vec<_> =
        response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    headers
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

#[tokio::test]
async fn the_core_is_asked_for_a_token_with_a_static_key_that_lives_a_hundred_years() {
    let app = App::new(Jwt::new(), signed());
    let input = CreateJwt::from_claims(&json!({"sub": "u"})).unwrap();
    assert_eq!(app.create_jwt(input).await.unwrap(), ok("a.b.c"));
    let body = json!({
        "payload": {"sub": "u"},
        "validity": 3_153_600_000_u64,
        "useStaticSigningKey": true,
        "algorithm": "RS256",
        "jwksDomain": "https://api.acme.com",
    });
    assert_eq!(app.core.asked(), [("POST /recipe/jwt".to_owned(), body)]);
}

#[tokio::test]
async fn the_validity_of_a_call_comes_before_the_configured_one() {
    let app = App::new(Jwt::new().jwt_validity_seconds(3600), signed());
    app.create_jwt(CreateJwt::new(Map::new()).use_static_signing_key(false)).await.unwrap();
    app.create_jwt(CreateJwt::new(Map::new()).validity_seconds(60)).await.unwrap();
    let asked = app.core.asked();
    let said: Vec<_> = asked.iter().map(|(_, body)| (&body["validity"], &body["useStaticSigningKey"])).collect();
    assert_eq!(said, [(&json!(3600), &json!(false)), (&json!(60), &json!(true))]);
    assert_eq!(asked[0].1["payload"], json!({}));
}

#[test]
fn a_configured_validity_of_nothing_is_refused() {
    let refused = App::try_new(Jwt::new().jwt_validity_seconds(0), signed()).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("jwt_validity_seconds") && refused.contains("from 1"), "{refused}");
}

#[test]
fn claims_that_are_no_object_are_refused() {
    let refused = CreateJwt::from_claims(&["a", "b"]).unwrap_err().to_string();
    assert!(refused.contains("a JSON object"), "{refused}");
    assert!(CreateJwt::from_claims(&std::collections::HashMap::from([((1, 2), 3)])).is_err());
}

#[tokio::test]
async fn an_algorithm_that_the_core_does_not_have_is_a_result() {
    let app = App::new(Jwt::new(), reply(200, &json!({"status": "UNSUPPORTED_ALGORITHM_ERROR"})));
    assert_eq!(app.create_jwt(CreateJwt::new(Map::new())).await.unwrap(), CreateJwtResponse::UnsupportedAlgorithm);
}

#[tokio::test]
async fn a_core_that_refuses_or_answers_something_else_is_an_error() {
    let app = App::new(Jwt::new(), reply(400, &json!("validity must be greater than or equal to 0")));
    let refused = app.create_jwt(CreateJwt::new(Map::new()).validity_seconds(0)).await.unwrap_err();
    assert!(matches!(&refused, Error::Core(error) if error.status_code() == Some(StatusCode::BAD_REQUEST)));
    assert!(refused.to_string().contains("validity must be greater"), "{refused}");

    for answer in [json!({"status": "NEW_STATUS"}), json!({"status": "OK"}), json!([])] {
        let error = App::new(Jwt::new(), reply(200, &answer)).create_jwt(CreateJwt::new(Map::new())).await.unwrap_err();
        assert!(matches!(error, Error::Core(CoreError::UnexpectedAnswer { .. })), "{answer}: {error}");
    }
    let error = App::new(Jwt::new(), reply(500, &json!("down"))).get_jwks_over_http().await.unwrap_err();
    assert!(matches!(error, Error::Core(CoreError::Status { .. })), "{error}");
}

#[tokio::test]
async fn anyone_may_read_the_keys_and_cache_them_as_long_as_the_core_says() {
    let app = App::new(Jwt::new(), keys_cached_as("max-age=604706, must-revalidate"));
    let response = app.get_jwks_over_http().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        headers_of(&response),
        [("access-control-allow-origin", "*"), ("cache-control", "max-age=604706, must-revalidate"), JSON]
    );
    assert_eq!(response.body(), &keys().to_string());
    assert_eq!(app.core.asked()[0].0, "GET /.well-known/jwks.json");
}

#[tokio::test]
async fn the_keys_are_asked_for_anew_each_time() {
    let app = App::new(Jwt::new(), reply(200, &keys()));
    let functions = Jwt::of(&app.ports).unwrap();
    let input = GetJwks::new();
    for _ in 0..2 {
        functions.get_jwks(input.clone()).await.unwrap();
    }
    assert_eq!(app.core.asked().len(), 2);
}

#[tokio::test]
async fn without_a_usable_max_age_the_keys_may_be_cached_for_a_minute() {
    let cases = [
        ("max-age=5", 5),
        ("public, Max-Age = 7", 7),
        ("max-age=0, must-revalidate", 0),
        ("s-maxage=9", 60),
        ("no-store", 60),
        ("max-age=-1", 60),
        ("max-age=soon", 60),
        ("max-age=99999999999999999999", 60),
    ];
    for (cache_control, expected) in cases {
        let response = App::new(Jwt::new(), keys_cached_as(cache_control)).get_jwks_over_http().await.unwrap();
        let expected = format!("max-age={expected}, must-revalidate");
        assert_eq!(response.headers()["cache-control"], expected, "{cache_control}");
    }
    let response = App::new(Jwt::new(), reply(200, &keys())).get_jwks_over_http().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "max-age=60, must-revalidate");
}

#[tokio::test]
async fn parameters_of_a_key_that_the_recipe_does_not_know_are_passed_on() {
    let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}]});
    let response = App::new(Jwt::new(), reply(200, &set)).get_jwks_over_http().await.unwrap();
    assert_eq!(response.body(), &set.to_string());
}

#[tokio::test]
async fn overrides_of_functions_see_every_call_also_those_of_the_api() {
    let recipe = Jwt::new()
        .override_functions(|functions| {
            functions.create_jwt(async move |mut input, original| {
                input.payload.insert("layer".into(), "first".into());
                original.create_jwt(input).await
            })
        })
        .override_functions(|functions| {
            let functions = functions.create_jwt(async move |mut input, original| {
                input.payload.insert("layer".into(), "second".into());
                input.payload.insert("mine".into(), true.into());
                original.create_jwt(input).await
            });
            functions.get_jwks(async move |input, original| {
                let mut set = original.get_jwks(input).await?;
                set.keys.pop();
                set.validity_in_seconds = None;
                Ok(set)
            })
        });
    let app = App::new(recipe.clone(), signed());
    app.create_jwt(CreateJwt::new(Map::new())).await.unwrap();
    assert_eq!(app.core.asked()[0].1["payload"], json!({"layer": "first", "mine": true}));

    let response = App::new(recipe, keys_cached_as("max-age=5")).get_jwks_over_http().await.unwrap();
    assert_eq!(headers_of(&response), [("access-control-allow-origin", "*"), JSON], "no validity, no Cache-Control");
    assert_eq!(response.body(), &json!({"keys": [keys()["keys"][0]]}).to_string());
}

#[tokio::test]
async fn an_override_of_the_api_can_answer_with_an_error_for_the_front_end() {
    let recipe = Jwt::new().override_apis(|apis| {
        apis.get_jwks_get(async move |input, original| {
            assert_eq!(input.exchange.request.path(), "/auth/jwt/jwks.json");
            original.get_jwks_get(input).await?;
            Ok(GetJwksGetResponse::GeneralError { message: "not today".to_owned() })
        })
    });
    let response = App::new(recipe, keys_cached_as("max-age=5")).get_jwks_over_http().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(headers_of(&response), [JSON]);
    assert_eq!(response.body(), r#"{"status":"GENERAL_ERROR","message":"not today"}"#);
}

#[test]
fn a_disabled_api_is_left_to_the_application() {
    let app = App::new(Jwt::new().override_apis(|apis| apis.disable::<GetJwksGet>()), signed());
    assert!(find(&app.parts.routes, &Method::GET, "/jwt/jwks.json", &[]).is_none());
}

#[test]
fn without_the_recipe_its_functions_are_an_error() {
    assert!(matches!(Jwt::of(&PortsOwner::default()), Err(Error::RecipeNotInitialised { recipe: "jwt" })));
}

#[test]
fn debug_shows_neither_token_nor_payload() {
    let input = CreateJwt::from_claims(&json!({"sub": "hunter2"})).unwrap();
    assert!(!format!("{input:?} {:?}", ok("hunter2")).contains("hunter2"));
}
