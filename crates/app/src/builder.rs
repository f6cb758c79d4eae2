//! Everything that can be said about an application before it runs.

use std::sync::Arc;

use supertokens_kernel::delivery::EmailService;
use supertokens_kernel::http::BodyLimits;
use supertokens_kernel::setup::Setup;
use supertokens_kernel::{AppInfo, Clock, CoreClient, InitError, Recipe, SystemClock};

use crate::core::{self, Core};
use crate::spare::SpareResponses;
use crate::supertokens::{Inner, SuperTokens};
use crate::{debug, global};

/// Everything that can be said about an application before it runs.
///
/// Without [`core`](Self::core), the core is
///
/// 1. the remote one that the environment names: `SUPERTOKENS_CONNECTION_URI`, and `SUPERTOKENS_API_KEY` if it wants a
///    key; an empty value is an error;
/// 2. else, where the feature `embedded` is on and the API domain is `localhost` or a loopback address, the embedded
///    one, on the file that `SUPERTOKENS_DATABASE` names or `supertokens.db` in the working directory;
/// 3. else an error: nobody goes live on a database that nobody chose.
#[must_use]
pub struct Builder {
    app_info: AppInfo,
    recipes: Vec<Box<dyn Recipe>>,
    core: Option<Core>,
    clock: Arc<dyn Clock>,
    limits: BodyLimits,
    email_service: Option<Arc<dyn EmailService>>,
    debug: bool,
}

impl Builder {
    pub(crate) fn new(app_info: AppInfo) -> Self {
        let (clock, limits) = (Arc::new(SystemClock), BodyLimits::default());
        Self { app_info, recipes: Vec::new(), core: None, clock, limits, email_service: None, debug: false }
    }

    /// The recipes. Those that these cannot do without are added behind them.
    pub fn recipes(mut self, recipes: Vec<Box<dyn Recipe>>) -> Self {
        self.recipes = recipes;
        self
    }

    /// The core: remote or embedded.
    pub fn core(mut self, core: Core) -> Self {
        self.core = Some(core);
        self
    }

    /// The clock that the SDK and an embedded core ask; the machine's without it.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sends the e-mails of all recipes, also of those that were given another service: one place for all, and what a
    /// test catches them with.
    pub fn email_service(mut self, service: impl EmailService) -> Self {
        self.email_service = Some(Arc::new(service));
        self
    }

    /// How much of a request's body is read.
    pub fn body_limits(mut self, limits: BodyLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Writes what the SDK does to standard error, unless the application has a `tracing` subscriber: that one gets
    /// the same events, with the target `supertokens`, anyway. `SUPERTOKENS_DEBUG=1` does so too.
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Builds the application and makes it the global one.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build); and [`InitError::AlreadyInitialised`] if there is one.
    pub fn init(self) -> Result<SuperTokens, InitError> {
        global::init(|| self.build())
    }

    /// Builds the application.
    ///
    /// # Errors
    ///
    /// [`InitError`]: an unusable setting, a recipe given twice, a database that cannot be opened.
    pub fn build(self) -> Result<SuperTokens, InitError> {
        let environment = |name: &str| std::env::var(name).ok();
        if self.debug || environment("SUPERTOKENS_DEBUG").is_some_and(|value| value != "0" && !value.is_empty()) {
            debug::log_to_stderr();
        }
        let app_info = Arc::new(self.app_info.normalise()?);
        let core = match self.core {
            Some(core) => core,
            None => core::from_environment(&app_info, environment)?,
        };
        let config = core.open(&self.clock)?;
        let transport = config.transport.clone();
        let client = CoreClient::new(config, &app_info)?;
        let setup = Setup::new(app_info.clone(), client, self.clock).with_email_service(self.email_service);
        let (ports, parts) = setup.build(self.recipes)?;
        tracing::debug!(target: "supertokens", recipes = ?parts.recipes, ?app_info, "built the application");
        supertokens_doctor::check_addresses(&app_info).iter().for_each(supertokens_doctor::Finding::log);
        let spare = SpareResponses::default();
        let inner = Inner { app_info, ports, parts, limits: self.limits, spare, transport };
        Ok(SuperTokens { inner: Arc::new(inner) })
    }
}
