//! A core that keeps users in a list, and an application on it.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};
use supertokens_kernel::auth_flow::AuthFlow;
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, TransportError};
use supertokens_kernel::ports::{self, ActiveSession, AutomaticLinking};
use supertokens_kernel::{
    AppInfo, BoxFuture, CoreClient, CoreTransport, Error, InitError, Ports, PortsOwner, Recipe, RecipeUserId, Setup,
    SystemClock, TenantId, User, UserContext, Users,
};

use crate::{AccountInfoWithRecipeId, AccountLinking, RecipeId};

/// A core that keeps users in a list. Clones are the same core.
#[derive(Clone, Default)]
pub(super) struct FakeCore {
    users: Arc<Mutex<Vec<Value>>>,
    /// `POST /path {body}` and `GET /path?query`, without the tenants and users that are only read.
    pub(super) writes: Arc<Mutex<Vec<String>>>,
    next_answers: Arc<Mutex<VecDeque<(&'static str, Value)>>>,
}

/// A user to be put into the core.
pub(super) struct NewUser(Value);

/// A user who is not a primary one, with an e-mail address that is not verified.
pub(super) fn user(id: &str, email: &str) -> NewUser {
    let method = json!({
        "recipeId": "emailpassword", "recipeUserId": id, "tenantIds": ["public"], "email": email, "verified": false,
        "timeJoined": 1000,
    });
    NewUser(json!({
        "id": id, "isPrimaryUser": false, "tenantIds": ["public"], "emails": [email], "phoneNumbers": [],
        "thirdParty": [], "webauthn": {"credentialIds": []}, "timeJoined": 1000, "loginMethods": [method],
    }))
}

impl NewUser {
    pub(super) fn primary(mut self) -> Self {
        self.0["isPrimaryUser"] = true.into();
        self
    }

    pub(super) fn verified(self) -> Self {
        self.with("verified", true)
    }

    pub(super) fn joined(mut self, time: u64) -> Self {
        self.0["timeJoined"] = time.into();
        self.with("timeJoined", time)
    }

    pub(super) fn in_tenants(mut self, tenants: &[&str]) -> Self {
        self.0["tenantIds"] = json!(tenants);
        self.with("tenantIds", json!(tenants))
    }

    /// With a phone number in place of the e-mail address.
    pub(super) fn phone(self, phone_number: &str) -> Self {
        let mut user = self.with("recipeId", "passwordless").with("phoneNumber", phone_number);
        user.0["loginMethods"][0].as_object_mut().unwrap().remove("email");
        user
    }

    /// With another user's login method besides.
    pub(super) fn and(mut self, other: Self) -> Self {
        let method = other.0["loginMethods"][0].clone();
        self.0["loginMethods"].as_array_mut().unwrap().push(method);
        self
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0["loginMethods"][0][key] = value.into();
        self
    }
}

impl FakeCore {
    pub(super) fn with(users: impl IntoIterator<Item = NewUser>) -> Self {
        let core = Self::default();
        *core.users.lock().unwrap() = users.into_iter().map(|user| user.0).collect();
        core
    }

    /// What the next call of a path is answered with, once.
    pub(super) fn answer_next(&self, path: &'static str, answer: Value) {
        self.next_answers.lock().unwrap().push_back((path, answer));
    }

    /// The paths that were written to.
    pub(super) fn writes(&self) -> Vec<String> {
        self.writes.lock().unwrap().clone()
    }

    pub(super) fn verify(&self, recipe_user_id: &str) {
        for user in self.users.lock().unwrap().iter_mut() {
            for method in user["loginMethods"].as_array_mut().unwrap() {
                if method["recipeUserId"] == recipe_user_id {
                    method["verified"] = true.into();
                }
            }
        }
    }

    fn answer(&self, request: &Request<Bytes>) -> Value {
        let path = request.uri().path();
        if path == "/apiversion" {
            return json!({"versions": ["5.4"]});
        }
        let query = |key: &str| {
            let query = request.uri().query().unwrap_or_default();
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let mut values = pairs.filter(|(name, _)| *name == key);
            values.next().map(|(_, value)| value.replace("%40", "@").replace("%2B", "+"))
        };
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        if request.method() == http::Method::POST {
            self.writes.lock().unwrap().push(path.to_owned());
        }
        let mut next_answers = self.next_answers.lock().unwrap();
        if let Some(index) = next_answers.iter().position(|(next, _)| *next == path) {
            return next_answers.remove(index).unwrap().1;
        }
        let mut users = self.users.lock().unwrap();
        match path {
            "/user/id" => match users.iter().find(|user| has_id(user, &query("userId").unwrap())) {
                Some(user) => json!({"status": "OK", "user": user}),
                None => json!({"status": "UNKNOWN_USER_ID_ERROR"}),
            },
            "/recipe/accountlinking/user/primary" => {
                let id = body["recipeUserId"].as_str().unwrap();
                let user = users.iter_mut().find(|user| has_id(user, id)).unwrap();
                let was_already_a_primary_user = user["isPrimaryUser"].take();
                user["isPrimaryUser"] = true.into();
                json!({"status": "OK", "user": user, "wasAlreadyAPrimaryUser": was_already_a_primary_user})
            }
            "/recipe/accountlinking/user/link" => {
                let index = users.iter().position(|user| has_id(user, body["recipeUserId"].as_str().unwrap())).unwrap();
                let linked = users.remove(index);
                let primary =
                    users.iter_mut().find(|user| has_id(user, body["primaryUserId"].as_str().unwrap())).unwrap();
                let methods = linked["loginMethods"].as_array().unwrap().clone();
                primary["loginMethods"].as_array_mut().unwrap().extend(methods);
                json!({"status": "OK", "user": primary, "accountsAlreadyLinked": false})
            }
            _ => {
                let tenant_id = path.strip_suffix("/users/by-accountinfo").unwrap().trim_start_matches('/');
                assert_eq!(query("doUnionOfAccountInfo").as_deref(), Some("true"));
                let found = users.iter().filter(|user| {
                    user["loginMethods"].as_array().unwrap().iter().any(|method| {
                        let same = |key: &str| method[key].is_string() && method[key].as_str() == query(key).as_deref();
                        let is_of_tenant = method["tenantIds"].as_array().unwrap().iter().any(|id| id == tenant_id);
                        is_of_tenant && (same("email") || same("phoneNumber"))
                    })
                });
                json!({"status": "OK", "users": found.collect::<Vec<_>>()})
            }
        }
    }
}

fn has_id(user: &Value, id: &str) -> bool {
    user["id"] == id || user["loginMethods"].as_array().unwrap().iter().any(|method| method["recipeUserId"] == id)
}

impl CoreTransport for FakeCore {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<Result<Response<Bytes>, TransportError>> {
        let response = Response::new(self.answer(&request).to_string().into());
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// An application's rule for automatic linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// None is configured.
    Missing,
    /// Never.
    No,
    /// Always.
    Always,
    /// What is verified.
    IfVerified,
}

impl Rule {
    pub(super) const ALL: [Self; 4] = [Self::Missing, Self::No, Self::Always, Self::IfVerified];

    pub(super) fn recipe(self) -> AccountLinking {
        let rule = match self {
            Self::Missing => return AccountLinking::new(),
            Self::No => AutomaticLinking::No,
            Self::Always => AutomaticLinking::Yes { should_require_verification: false },
            Self::IfVerified => AutomaticLinking::Yes { should_require_verification: true },
        };
        AccountLinking::new().should_do_automatic_account_linking(move |_| std::future::ready(Ok(rule)))
    }
}

/// An application.
pub(super) struct App {
    pub(super) ports: PortsOwner,
}

impl App {
    pub(super) fn new(core: &FakeCore, linking: AccountLinking) -> Self {
        Self::with(core, linking, Vec::new())
    }

    /// An application with further recipes.
    pub(super) fn with(core: &FakeCore, linking: AccountLinking, mut recipes: Vec<Box<dyn Recipe>>) -> Self {
        let config = CoreConfig {
            hosts: CoreHosts::in_process(),
            transport: Arc::new(core.clone()),
            api_key: None,
            interceptor: None,
            disable_core_call_cache: false,
        };
        let app_info = AppInfo::new("Acme", "https://api.acme.com", "https://acme.com").normalise().unwrap();
        let client = CoreClient::new(config, &app_info).unwrap();
        recipes.insert(0, linking.boxed());
        let setup = Setup::new(Arc::new(app_info), client, Arc::new(SystemClock));
        let (ports, _) = setup.build(recipes).unwrap();
        Self { ports }
    }

    pub(super) fn port(&self) -> Arc<dyn ports::AccountLinking> {
        self.ports.as_ref().get().unwrap()
    }

    pub(super) fn flow(&self) -> AuthFlow {
        AuthFlow::of(&self.ports)
    }

    pub(super) async fn user(&self, id: &str) -> User {
        Users::of(&self.ports).unwrap().get_user(id).await.unwrap().unwrap()
    }
}

impl AsRef<Ports> for App {
    fn as_ref(&self) -> &Ports {
        self.ports.as_ref()
    }
}

/// Somebody with this address.
pub(super) fn with_email(email: &str) -> AccountInfoWithRecipeId {
    AccountInfoWithRecipeId::new(RecipeId::EmailPassword).email(email)
}

/// A session.
#[derive(Debug)]
pub(super) struct FakeSession {
    user_id: String,
    recipe_user_id: RecipeUserId,
    tenant_id: TenantId,
}

/// A session of a user who has one login method.
pub(super) fn session_of(user_id: &str) -> Arc<dyn ActiveSession> {
    let (recipe_user_id, tenant_id) = (RecipeUserId::new(user_id), TenantId::default());
    Arc::new(FakeSession { user_id: user_id.to_owned(), recipe_user_id, tenant_id })
}

impl ActiveSession for FakeSession {
    fn user_id(&self) -> &str {
        &self.user_id
    }

    fn recipe_user_id(&self) -> &RecipeUserId {
        &self.recipe_user_id
    }

    fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
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

/// A recipe that provides doubles of what others provide.
#[derive(Clone, Default)]
pub(super) struct Doubles {
    provide: Vec<Arc<Provide>>,
}

type Provide = dyn Fn(&mut Setup) -> Result<(), InitError> + Send + Sync;

impl Doubles {
    pub(super) fn provide<T: ?Sized + Send + Sync + 'static>(mut self, port: Arc<T>) -> Self {
        self.provide.push(Arc::new(move |setup| setup.provide::<T>(port.clone())));
        self
    }

    pub(super) fn add<T: Send + Sync + 'static>(mut self, port: T) -> Self {
        let port = Arc::new(port);
        self.provide.push(Arc::new(move |setup| {
            setup.add::<T>(port.clone());
            Ok(())
        }));
        self
    }
}

impl Recipe for Doubles {
    fn id(&self) -> &'static str {
        "doubles"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        self.provide.iter().try_for_each(|provide| provide(setup))
    }
}

/// Verifies addresses in the core, and keeps the message that a session would be refused with.
pub(super) struct FakeVerification(pub(super) FakeCore);

impl ports::EmailVerification for FakeVerification {
    fn is_email_verified(&self, _: ports::IsEmailVerified) -> BoxFuture<Result<bool, Error>> {
        Box::pin(std::future::ready(Ok(false)))
    }

    fn verify_email_without_sending(
        &self,
        input: ports::VerifyEmailWithoutSending,
    ) -> BoxFuture<Result<ports::VerifyEmailWithoutSendingResponse, Error>> {
        assert!(!input.attempt_account_linking);
        self.0.verify(input.recipe_user_id.as_str());
        self.0.writes.lock().unwrap().push(format!("verified {} of {}", input.email, input.recipe_user_id));
        Box::pin(std::future::ready(Ok(ports::VerifyEmailWithoutSendingResponse::Ok)))
    }

    fn assert_session_email_is_verified(
        &self,
        session: Arc<dyn ActiveSession>,
        _: UserContext,
    ) -> BoxFuture<Result<(), Error>> {
        let error = Error::bad_input(format!("invalid claim of {}", session.user_id()));
        Box::pin(std::future::ready(Err(error)))
    }
}
