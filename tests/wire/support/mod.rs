//! An application under test, and requests to it as a front end makes them.

mod application;
mod core;
mod double;
mod events;
mod reply;
mod request;

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::{Value, json};
use supertokens::kernel::CoreClient;
use supertokens::kernel::core_client::{CoreRequest, CoreTransport};
use supertokens::kernel::http::BodyLimits;
use supertokens::kernel::setup::Setup;
use supertokens::session::{Session, Sessions, TokenTransferMethod};
use supertokens::{AppInfo, Core, InitError, ManualClock, Recipe, SuperTokens};

use self::core::Running;
pub(crate) use self::core::{TestCore, on_each_core};
pub(crate) use self::double::{CoreDouble, Issuer};
pub(crate) use self::events::warnings_of;
pub(crate) use self::reply::Reply;
pub(crate) use self::request::{Call, Tokens};

/// Both ways in which tokens travel.
pub(crate) const BOTH_WAYS: [TokenTransferMethod; 2] = TokenTransferMethod::ALL;

/// An application that is about to start.
pub(crate) struct Given {
    core: GivenCore,
    app_info: AppInfo,
    recipes: Vec<Box<dyn Recipe>>,
    core_config: Vec<(&'static str, Value)>,
    limits: BodyLimits,
    api_key: Option<&'static str>,
}

enum GivenCore {
    Real(TestCore),
    Double(Box<Core>),
}

/// An application under test, with its own core, or its own app of the core that all tests share, and its own clock.
pub(crate) struct App {
    pub(crate) supertokens: SuperTokens,
    /// The SDK's clock, and the core's where that is in this process.
    pub(crate) clock: Arc<ManualClock>,
    calls: Arc<Mutex<Vec<CoreRequest>>>,
    /// Keeps a core that is a program alive.
    _running: Option<Arc<Running>>,
}

impl Given {
    /// An application on localhost with the session recipe as it comes.
    pub(crate) fn on(core: TestCore) -> Self {
        Self::with(GivenCore::Real(core))
    }

    /// An application on localhost whose core is a test's double.
    pub(crate) fn on_double(double: impl CoreTransport) -> Self {
        Self::with(GivenCore::Double(Box::new(Core::transport(double))))
    }

    fn with(core: GivenCore) -> Self {
        let app_info = localhost();
        Self {
            core,
            app_info,
            recipes: Vec::new(),
            core_config: Vec::new(),
            limits: BodyLimits::default(),
            api_key: None,
        }
    }

    pub(crate) fn app_info(mut self, app_info: AppInfo) -> Self {
        self.app_info = app_info;
        self
    }

    pub(crate) fn at(self, api_domain: &str, website_domain: &str) -> Self {
        self.app_info(AppInfo::new("Acme", api_domain, website_domain))
    }

    /// Another session recipe than the one without any setting.
    pub(crate) fn session(self, session: Session) -> Self {
        self.recipe(session)
    }

    pub(crate) fn recipe(mut self, recipe: impl Recipe) -> Self {
        self.recipes.push(recipe.boxed());
        self
    }

    /// A setting of the core, by the name that its `config.yaml` has for it.
    pub(crate) fn core_config(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.core_config.push((key, value.into()));
        self
    }

    pub(crate) fn body_limits(mut self, limits: BodyLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The key that the core demands, and that the application sends.
    pub(crate) fn api_key(mut self, api_key: &'static str) -> Self {
        self.api_key = Some(api_key);
        self.core_config("api_keys", api_key)
    }

    pub(crate) async fn start(mut self) -> App {
        if !self.recipes.iter().any(|recipe| recipe.id() == "session") {
            self.recipes.push(Session::new().boxed());
        }
        self.recipes.push(CoreAccess::default().boxed());
        let (core, running) = match self.core {
            GivenCore::Double(core) => (*core, None),
            GivenCore::Real(core) => core.open(&self.core_config).await,
        };
        let calls = Arc::<Mutex<Vec<CoreRequest>>>::default();
        let record = calls.clone();
        let core = core.network_interceptor(move |request, _| {
            record.lock().unwrap().push(request.clone());
            request
        });
        let core = match self.api_key {
            Some(api_key) => core.api_key(api_key),
            None => core,
        };
        let clock = Arc::new(ManualClock::new(machine_now_ms()));
        let supertokens = SuperTokens::builder(self.app_info)
            .core(core)
            .clock(clock.clone())
            .recipes(self.recipes)
            .body_limits(self.limits)
            .build()
            .unwrap();
        App { supertokens, clock, calls, _running: running }
    }
}

impl App {
    /// An application on localhost with this session recipe.
    pub(crate) async fn new(core: TestCore, session: Session) -> Self {
        Given::on(core).session(session).start().await
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    /// `POST /auth/session/refresh` with these tokens.
    pub(crate) fn refresh(&self, tokens: &Tokens) -> Call<'_> {
        self.post("/auth/session/refresh").headers(tokens.for_refresh())
    }

    /// A new session of `user-1`, whose tokens travel so.
    pub(crate) async fn create(&self, method: TokenTransferMethod) -> Tokens {
        self.create_with(method, json!({"role": "admin"})).await
    }

    /// A new session of `user-1` with this payload.
    pub(crate) async fn create_with(&self, method: TokenTransferMethod, jwt_payload: Value) -> Tokens {
        let created = self.post("/create").auth_mode(method).json(&jwt_payload).send().await;
        assert_eq!(created.status, 200, "{created:?}");
        created.tokens(method)
    }

    /// The session functions, called without a request.
    pub(crate) fn sessions(&self) -> Sessions {
        Session::of(&self.supertokens).unwrap()
    }

    /// The core, past the SDK's recipes.
    pub(crate) fn core(&self) -> CoreClient {
        self.supertokens.as_ref().get::<CoreAccess>().unwrap().0.clone().unwrap()
    }

    /// What was asked of the core since the last look, as `POST /recipe/session`.
    pub(crate) fn core_calls(&self) -> Vec<String> {
        self.full_core_calls().iter().map(|call| format!("{} {}", call.method, core_path(call))).collect()
    }

    /// What was asked of the core since the last look.
    pub(crate) fn full_core_calls(&self) -> Vec<CoreRequest> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

/// A recipe as an application could write it, which hands out the core client that recipes get.
#[derive(Clone, Default)]
struct CoreAccess(Option<CoreClient>);

impl Recipe for CoreAccess {
    fn id(&self) -> &'static str {
        "core-access"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let core = setup.core();
        setup.provide(Arc::new(Self(Some(core))))
    }
}

/// What an application on localhost says about itself.
pub(crate) fn localhost() -> AppInfo {
    AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000")
}

/// The machine's time.
pub(crate) fn machine_now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The path of a call to the core, below its app's.
pub(crate) fn core_path(call: &CoreRequest) -> &str {
    let path = call.url.match_indices('/').nth(2).map_or("", |(start, _)| &call.url[start..]);
    match path.strip_prefix("/appid-") {
        Some(rest) => rest.find('/').map_or("", |start| &rest[start..]),
        None => path,
    }
}

/// The body of a call to the core.
pub(crate) fn core_body(call: &CoreRequest) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}
