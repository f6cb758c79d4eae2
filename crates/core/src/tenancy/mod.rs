//! Apps and tenants: held in memory, because each request asks for one, and written through.

mod provider;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

pub(crate) use self::provider::{Provider, ProviderClient, UserInfoKeys, UserInfoMap};
use crate::{
    config::{Config, ConfigError},
    http::ApiError,
    keys::AppKeys,
    storage::{PUBLIC, Storage, StoredTenant, TenantKey},
};

/// What is stored about a tenant.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TenantSettings {
    /// `None`: all that the SDK offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_factors: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) required_secondary_factors: Option<Vec<String>>,
    /// No two of one id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) providers: Vec<Provider>,
    /// The tenant's own values of the configuration; of the tenant `public`, its app's.
    pub(crate) core_config: Map<String, Value>,
}

/// A tenant of an app.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) id: Arc<str>,
    /// The app's configuration with the tenant's own over it.
    pub(crate) config: Arc<Config>,
    pub(crate) settings: TenantSettings,
}

/// An app with its tenants, oldest first.
pub(crate) struct App {
    pub(crate) id: Arc<str>,
    /// The core's configuration with the app's own over it.
    pub(crate) config: Arc<Config>,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) keys: Arc<AppKeys>,
}

impl App {
    pub(crate) fn tenant(&self, tenant_id: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| &*tenant.id == tenant_id)
    }

    /// The tenant, or the refusal that it does not exist.
    pub(crate) fn known_tenant(&self, tenant_id: &str) -> Result<TenantKey, ApiError> {
        match self.tenant(tenant_id) {
            Some(tenant) => Ok(TenantKey { app_id: self.id.clone(), tenant_id: tenant.id.clone() }),
            None => Err(ApiError::UnknownTenant(TenantKey { app_id: self.id.clone(), tenant_id: tenant_id.into() })),
        }
    }
}

/// All apps at one moment, oldest first.
#[derive(Default)]
pub(crate) struct Apps {
    apps: Vec<Arc<App>>,
}

impl Apps {
    pub(crate) fn get(&self, app_id: &str) -> Option<&Arc<App>> {
        self.apps.iter().find(|app| &*app.id == app_id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<App>> {
        self.apps.iter()
    }
}

/// The apps of a core.
pub(crate) struct Tenancy {
    base_config: Arc<Config>,
    loaded: RwLock<Loaded>,
    /// Held while a tenant is added, changed or removed.
    changing: Mutex<()>,
}

/// What was last read from the storage.
#[derive(Default)]
struct Loaded {
    apps: Arc<Apps>,
    freshness: Freshness,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Freshness {
    #[default]
    NeverLoaded,
    Current,
    /// Somebody who changed a tenant did not wait for the end, which may be still to come.
    Unknown,
}

/// A change of a tenant that is under way. Unless it is finished, nobody knows any more whether what is loaded is current.
struct Change<'t>(&'t Tenancy);

impl Change<'_> {
    fn finish(self) {
        std::mem::forget(self);
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.0.loaded.write().unwrap_or_else(PoisonError::into_inner).freshness = Freshness::Unknown;
    }
}

impl Tenancy {
    pub(crate) fn new(base_config: Arc<Config>) -> Self {
        Self { base_config, loaded: RwLock::default(), changing: Mutex::default() }
    }

    /// All apps, loaded on first use.
    pub(crate) async fn apps(&self, storage: &dyn Storage) -> Result<Arc<Apps>, ApiError> {
        if let Some(apps) = self.cached() {
            return Ok(apps);
        }
        let _changing = self.changing.lock().await;
        self.current(storage).await
    }

    /// Adds or changes a tenant. `change` gets its settings, if it exists, and gives the new ones. Returns whether the
    /// tenant is new.
    pub(crate) async fn put(
        &self,
        storage: &dyn Storage,
        key: TenantKey,
        change: impl FnOnce(Option<&TenantSettings>) -> Result<TenantSettings, ApiError> + Send,
    ) -> Result<bool, ApiError> {
        let _changing = self.changing.lock().await;
        let apps = self.current(storage).await?;
        let app = apps.get(&key.app_id);
        let tenant = app.and_then(|app| app.tenant(&key.tenant_id));
        let settings = change(tenant.map(|tenant| &tenant.settings))?;
        if tenant.is_some_and(|tenant| tenant.settings == settings) {
            return Ok(false);
        }
        self.check(&key, app.map(|app| &*app.config), &settings.core_config)?;
        let is_new = tenant.is_none();
        let settings = serde_json::to_string(&settings).map_err(|error| ApiError::internal(&error))?;
        let change = Change(self);
        storage.put_tenant(StoredTenant { key, settings }).await?;
        self.load(storage).await?;
        change.finish();
        Ok(is_new)
    }

    /// Removes a tenant, and with the tenant `public` its app. Returns whether it existed.
    pub(crate) async fn remove(&self, storage: &dyn Storage, key: TenantKey) -> Result<bool, ApiError> {
        let _changing = self.changing.lock().await;
        let apps = self.current(storage).await?;
        if apps.get(&key.app_id).and_then(|app| app.tenant(&key.tenant_id)).is_none() {
            return Ok(false);
        }
        let change = Change(self);
        storage.remove_tenant(key).await?;
        self.load(storage).await?;
        change.finish();
        Ok(true)
    }

    /// Whether a tenant may have this configuration.
    fn check(
        &self,
        key: &TenantKey,
        app_config: Option<&Config>,
        core_config: &Map<String, Value>,
    ) -> Result<(), ApiError> {
        let is_base = &*key.app_id == PUBLIC && &*key.tenant_id == PUBLIC;
        if is_base && !core_config.is_empty() {
            return Err(ApiError::bad_request("Cannot modify base config"));
        }
        let base = if &*key.tenant_id == PUBLIC { &*self.base_config } else { app_config.unwrap_or(&self.base_config) };
        base.check_core_config(&key.tenant_id, core_config)
            .map_err(|error| ApiError::bad_request(format!("Invalid core config: {error}")))
    }

    fn loaded(&self) -> RwLockReadGuard<'_, Loaded> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self) -> Option<Arc<Apps>> {
        let loaded = self.loaded();
        (loaded.freshness == Freshness::Current).then(|| loaded.apps.clone())
    }

    /// All apps, for whoever holds `changing`.
    async fn current(&self, storage: &dyn Storage) -> Result<Arc<Apps>, ApiError> {
        let freshness = self.loaded().freshness;
        match freshness {
            Freshness::Current => return Ok(self.loaded().apps.clone()),
            Freshness::NeverLoaded => {}
            // A write that nobody waits for comes before one that is asked for after it. If this one fails, that one is
            // past as well.
            Freshness::Unknown => drop(storage.change_users(|_| Ok(())).await),
        }
        self.load(storage).await
    }

    async fn load(&self, storage: &dyn Storage) -> Result<Arc<Apps>, ApiError> {
        let before = self.loaded().apps.clone();
        let mut apps: Vec<App> = Vec::new();
        for stored in storage.tenants().await? {
            let TenantKey { app_id, tenant_id } = stored.key;
            let settings = serde_json::from_str(&stored.settings).map_err(|error| ApiError::internal(&error))?;
            let known = apps.iter_mut().find(|app| app.id == app_id);
            let base = known.as_ref().map_or(&self.base_config, |app| &app.config);
            let config = overlaid(base, &app_id, &tenant_id, &settings);
            let tenant = Tenant { id: tenant_id, config: config.clone(), settings };
            match known {
                Some(app) => app.tenants.push(tenant),
                // An app's tenant `public` is its oldest.
                None => apps.push(App {
                    config,
                    // Keys outlive a change of the app's settings.
                    keys: before
                        .get(&app_id)
                        .map_or_else(|| Arc::new(AppKeys::new(app_id.clone())), |app| app.keys.clone()),
                    id: app_id,
                    tenants: vec![tenant],
                }),
            }
        }
        let apps = Arc::new(Apps { apps: apps.into_iter().map(Arc::new).collect() });
        let loaded = Loaded { apps: apps.clone(), freshness: Freshness::Current };
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(apps)
    }
}

/// A tenant's values were checked when they were set. If they do not fit those below them of today, these count.
fn overlaid(base: &Arc<Config>, app_id: &str, tenant_id: &str, settings: &TenantSettings) -> Arc<Config> {
    if settings.core_config.is_empty() {
        return base.clone();
    }
    match base.overlaid(&settings.core_config) {
        Ok(config) => Arc::new(config),
        Err(error) => {
            warn_about_config(app_id, tenant_id, &error);
            base.clone()
        }
    }
}

fn warn_about_config(app_id: &str, tenant_id: &str, error: &ConfigError) {
    tracing::warn!(
        app = app_id,
        tenant = tenant_id,
        %error,
        "the config of an app or a tenant does not fit the one below it: that one is used for it"
    );
}
