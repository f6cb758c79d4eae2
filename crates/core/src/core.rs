//! The core itself: what a request goes through before an endpoint sees it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    error::CoreError,
    http::{ApiError, ApiRequest, api_key, locate, recipe, requested_version},
    maintenance::Maintenance,
    passwords::Passwords,
    storage::{PUBLIC, Storage, TenantKey},
    tenancy::{App, Apps, Tenancy},
};

/// Of how many users activity may wait in memory to be written: some eight megabytes.
const MOST_ACTIVE_USERS_NOTED: usize = 65_536;
/// Of so many it is written by a request that finds as many waiting.
const ACTIVE_USERS_WRITTEN_AT_ONCE: usize = 1024;

/// An embedded core. Clones are cheap and are the same core.
///
/// It ends with [`Core::shutdown`], or when the last clone is dropped.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
    maintenance: Arc<Maintenance>,
}

/// What endpoints and background work share.
pub(crate) struct Inner {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: Arc<Config>,
    pub(crate) tenancy: Tenancy,
    pub(crate) passwords: Passwords,
    pub(crate) next_cleaning_ms: AtomicU64,
    is_shut_down: AtomicBool,
}

/// Collects what a [`Core`] is made of.
#[must_use]
pub struct CoreBuilder {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    config: Config,
}

impl CoreBuilder {
    /// The configuration; [`Config::default`] otherwise.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The clock; [`SystemClock`] otherwise.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the core. Needs no runtime, and does not wait for the storage: keys that are missing are made in the
    /// background.
    pub fn build(self) -> Result<Core, CoreError> {
        self.config.validate()?;
        for key in self.config.ignored_keys() {
            tracing::warn!(key, "this key of the config has no effect in this core");
        }
        let config = Arc::new(self.config);
        let inner = Arc::new(Inner {
            storage: self.storage,
            clock: self.clock,
            tenancy: Tenancy::new(config.clone()),
            passwords: Passwords::new(&config),
            config,
            next_cleaning_ms: AtomicU64::new(0),
            is_shut_down: AtomicBool::new(false),
        });
        let maintenance = Arc::new(Maintenance::start(&inner).map_err(CoreError::Thread)?);
        Ok(Core { inner, maintenance })
    }
}

impl Core {
    /// Begins a core over a storage.
    pub fn builder(storage: impl Storage) -> CoreBuilder {
        CoreBuilder { storage: Arc::new(storage), clock: Arc::new(SystemClock), config: Config::default() }
    }

    /// Answers a request of the core interface. Every failure is a response.
    ///
    /// Of the request, the method, the path, the query, the headers `api-key`, `authorization`,
    /// `cdi-version` and `rid`, and the body count.
    #[tracing::instrument(level = "debug", name = "core", skip_all, fields(method = %request.method(), path = request.uri().path()))]
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let response = self.inner.handle(&request).await.unwrap_or_else(ApiError::into_response);
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Does now what the core does in the background from time to time: makes signing keys that are due, and clears away
    /// keys and sessions that are past use. For tests that move the clock.
    pub async fn run_maintenance(&self) {
        self.inner.maintain(self.inner.now_ms()).await;
    }

    /// Finishes all writes and ends the core's threads. Requests are refused from then on.
    pub async fn shutdown(&self) {
        self.inner.is_shut_down.store(true, Ordering::SeqCst);
        self.maintenance.stop();
        self.inner.passwords.close();
        self.inner.storage.close().await;
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.is_shut_down.load(Ordering::SeqCst)
    }

    async fn handle(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, ApiError> {
        let located = locate(request.uri().path(), &self.config.base_path).ok_or(ApiError::NotFound)?;
        let apps = self.tenancy.apps(self.storage()).await?;
        let app = apps.get(&located.app_id);
        // Without a key nobody learns that an app does not exist.
        let config = app.map_or(&self.config, |app| &app.config);
        let endpoint = located.endpoint;
        if endpoint.demands_api_key && !config.api_keys.is_empty() {
            let given = api_key(request.headers()).ok_or(ApiError::InvalidApiKey)?;
            if !config.api_keys.accept(given) {
                return Err(ApiError::InvalidApiKey);
            }
        }
        let version = requested_version(request.headers(), config)?;
        let method = request.method();
        if !is_known_method(method) {
            return Err(ApiError::NotImplemented);
        }
        let handler = endpoint.handler(method).ok_or(ApiError::MethodNotAllowed)?;
        let request = ApiRequest {
            tenant: TenantKey {
                app_id: app.map_or_else(|| Arc::from(&*located.app_id), |app| app.id.clone()),
                tenant_id: Arc::from(&*located.tenant_id),
            },
            version,
            recipe: recipe(request.headers()),
            query: request.uri().query().unwrap_or_default(),
            body: request.body(),
        };
        handler(&Context { core: self, apps: &apps, request: &request }).await
    }
}

/// What an endpoint works with.
pub(crate) struct Context<'c> {
    pub(crate) core: &'c Inner,
    pub(crate) apps: &'c Apps,
    pub(crate) request: &'c ApiRequest<'c>,
}

impl Context<'_> {
    /// The app of the request's path.
    pub(crate) fn app(&self) -> Result<&Arc<App>, ApiError> {
        let app_id = &self.request.tenant.app_id;
        self.apps
            .get(app_id)
            .ok_or_else(|| ApiError::UnknownTenant(TenantKey { app_id: app_id.clone(), tenant_id: PUBLIC.into() }))
    }

    /// The tenant of the request's path, if it exists.
    pub(crate) fn tenant(&self) -> Result<TenantKey, ApiError> {
        match self.apps.get(&self.request.tenant.app_id) {
            Some(app) => app.known_tenant(&self.request.tenant.tenant_id),
            None => Err(ApiError::UnknownTenant(self.request.tenant.clone())),
        }
    }

    /// The configuration of the tenant of the request's path.
    pub(crate) fn tenant_config(&self) -> Result<&Arc<Config>, ApiError> {
        let TenantKey { app_id, tenant_id } = &self.request.tenant;
        let tenant = self.apps.get(app_id).and_then(|app| app.tenant(tenant_id));
        tenant.map(|tenant| &tenant.config).ok_or_else(|| ApiError::UnknownTenant(self.request.tenant.clone()))
    }

    /// The app of a request that no tenant but `public` may make.
    pub(crate) fn app_of_public_tenant(&self) -> Result<&Arc<App>, ApiError> {
        if &*self.request.tenant.tenant_id != PUBLIC {
            return Err(ApiError::Forbidden("Only public tenantId can call this app specific API"));
        }
        self.app()
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.core.now_ms()
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        self.core.storage()
    }

    /// Notes that a user is active now. It is written in the background, within a minute: nobody waits for it, and no
    /// request pays for a transaction of its own.
    pub(crate) async fn note_active(&self, user_id: &str) -> Result<(), ApiError> {
        let noted = self.storage().note_active(&self.app()?.id, user_id, self.now_ms());
        if noted >= MOST_ACTIVE_USERS_NOTED {
            self.storage().write_activity(ACTIVE_USERS_WRITTEN_AT_ONCE).await?;
        }
        Ok(())
    }
}

/// Whether the interface knows the method at all.
fn is_known_method(method: &Method) -> bool {
    [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS, Method::TRACE]
        .contains(method)
}
