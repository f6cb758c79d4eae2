//! The running application.

use std::sync::Arc;
use std::time::Duration;

use supertokens_kernel::delivery::Outbox;
use supertokens_kernel::http::BodyLimits;
use supertokens_kernel::setup::Parts;
use supertokens_kernel::{AppInfo, CoreTransport, Error, InitError, NormalisedAppInfo, Ports, PortsOwner, Recipe};

use crate::builder::Builder;
use crate::global;
use crate::spare::SpareResponses;

/// How long [`SuperTokens::shutdown`] waits for e-mails.
const OUTBOX_LIMIT: Duration = Duration::from_secs(10);

/// A running application: its recipes, its core, its routes. Cheap to clone.
///
/// [`init`](Self::init) makes the one that [`global`](Self::global) finds again; [`new`](Self::new) makes one that
/// nothing else knows of, so that two applications in one process, or tests side by side, do not meet.
#[derive(Clone)]
pub struct SuperTokens {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) app_info: Arc<NormalisedAppInfo>,
    pub(crate) ports: PortsOwner,
    pub(crate) parts: Parts,
    pub(crate) limits: BodyLimits,
    pub(crate) spare: SpareResponses,
    pub(crate) transport: Arc<dyn CoreTransport>,
}

impl SuperTokens {
    /// Builds the application and makes it the global one. The core is the one that the environment names
    /// (`SUPERTOKENS_CONNECTION_URI`), or the embedded one; [`builder`](Self::builder) says more.
    ///
    /// Needs no runtime and never contacts a remote core: the first call reports one that is away.
    ///
    /// # Errors
    ///
    /// [`InitError`]: an unusable setting, a recipe given twice, a second `init`, a database that cannot be opened.
    pub fn init(app_info: AppInfo, recipes: Vec<Box<dyn Recipe>>) -> Result<Self, InitError> {
        Self::builder(app_info).recipes(recipes).init()
    }

    /// Builds an application without touching the global one.
    ///
    /// # Errors
    ///
    /// As [`init`](Self::init), and never because there is another application.
    pub fn new(app_info: AppInfo, recipes: Vec<Box<dyn Recipe>>) -> Result<Self, InitError> {
        Self::builder(app_info).recipes(recipes).build()
    }

    /// Everything that can be said about an application; ends in [`Builder::init`] or [`Builder::build`].
    pub fn builder(app_info: AppInfo) -> Builder {
        Builder::new(app_info)
    }

    /// The application that [`init`](Self::init) made.
    ///
    /// # Errors
    ///
    /// [`Error::NotInitialised`] before `init`.
    pub fn global() -> Result<&'static Self, Error> {
        global::get()
    }

    /// The application's names and addresses.
    pub fn app_info(&self) -> &NormalisedAppInfo {
        &self.inner.app_info
    }

    /// The request headers that a browser must be allowed to send, for `Access-Control-Allow-Headers`.
    pub fn all_cors_headers(&self) -> &[&'static str] {
        &self.inner.parts.cors_headers
    }

    /// Whether the application has a recipe.
    pub fn is_recipe_initialized(&self, recipe_id: &str) -> bool {
        self.inner.parts.recipes.contains(&recipe_id)
    }

    /// Sends the e-mails that are waiting (for ten seconds at most), finishes the core's writes and ends its threads.
    /// Calls after this fail.
    pub async fn shutdown(&self) {
        if let Some(outbox) = self.as_ref().get::<Outbox>() {
            outbox.flush_within(OUTBOX_LIMIT).await;
        }
        self.inner.transport.shutdown().await;
    }
}

impl AsRef<Ports> for SuperTokens {
    fn as_ref(&self) -> &Ports {
        self.inner.ports.as_ref()
    }
}

impl std::fmt::Debug for SuperTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SuperTokens")
            .field("app_info", &self.inner.app_info)
            .field("recipes", &self.inner.parts.recipes)
            .finish_non_exhaustive()
    }
}
