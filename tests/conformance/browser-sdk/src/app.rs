//! The application on one port, which tests set up anew again and again.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use http::header::InvalidHeaderValue;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;
use supertokens::kernel::core_client::{RemoteTimeouts, RemoteTransport};
use supertokens::kernel::http::json_response;
use supertokens::session::{AllowedTransferMethod, AntiCsrf, RefreshPost, Session};
use supertokens::{AppInfo, Core, InitError, Recipe, SuperTokens};
use tokio::sync::RwLock;

use crate::options::Options;

/// The application on one port. It never touches the SDK's global instance.
pub(crate) struct App {
    pub(crate) port: u16,
    pub(crate) options: Arc<Options>,
    pub(crate) website_header: HeaderValue,
    pub(crate) transport: RemoteTransport,
    pub(crate) instance: RwLock<Arc<Instance>>,
    pub(crate) counters: Counters,
    website: String,
}

/// What the tests count.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) refresh_attempted: AtomicU32,
    pub(crate) refresh_called: AtomicU32,
    pub(crate) get_session_called: AtomicU32,
}

/// An instance of the SDK and what it was made from.
pub(crate) struct Instance {
    pub(crate) supertokens: SuperTokens,
    pub(crate) settings: Settings,
}

/// What a test chooses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Settings {
    /// The core's address, with the path of an app.
    pub(crate) core_url: Option<String>,
    pub(crate) enable_anti_csrf: bool,
    /// Whether scripts see the access token where cookies carry it, and find a claim in it.
    #[serde(rename = "enableJWT")]
    pub(crate) enable_jwt: bool,
}

/// Why an application cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetUpError {
    #[error("the website's address cannot be sent in a header: {0}")]
    Website(#[from] InvalidHeaderValue),
    #[error("the SDK cannot be set up: {0}")]
    Init(#[from] InitError),
}

impl App {
    /// An application that uses the core of the command line until a test says otherwise.
    pub(crate) fn new(options: Arc<Options>, port: u16, website: String) -> Result<Self, SetUpError> {
        let settings = Settings { enable_anti_csrf: true, ..Settings::default() };
        let instance = Instance::new(&options, port, &website, settings)?;
        Ok(Self {
            port,
            options,
            website_header: HeaderValue::from_str(&website)?,
            transport: RemoteTransport::new(RemoteTimeouts::default())?,
            instance: RwLock::new(Arc::new(instance)),
            counters: Counters::default(),
            website,
        })
    }

    /// Another instance of the SDK.
    pub(crate) fn build(&self, settings: Settings) -> Result<Instance, SetUpError> {
        Instance::new(&self.options, self.port, &self.website, settings)
    }
}

impl Instance {
    fn new(options: &Options, port: u16, website: &str, settings: Settings) -> Result<Self, SetUpError> {
        let core = Core::remote(settings.core_url.as_ref().unwrap_or(&options.core));
        let app_info = AppInfo::new("SuperTokens", format!("0.0.0.0:{port}"), website);
        let supertokens =
            SuperTokens::builder(app_info).core(core).recipes(vec![session(options, &settings).boxed()]).build()?;
        Ok(Self { supertokens, settings })
    }

    /// The core's address, with the path of an app.
    pub(crate) fn core_url<'a>(&'a self, app: &'a App) -> &'a str {
        self.settings.core_url.as_deref().unwrap_or(&app.options.core)
    }
}

fn session(options: &Options, settings: &Settings) -> Session {
    let mut session = Session::new()
        .anti_csrf(if settings.enable_anti_csrf { AntiCsrf::ViaToken } else { AntiCsrf::None })
        .on_unauthorised(async |_, _, _| json_response(StatusCode::UNAUTHORIZED, &json!({})))
        // The application has a route of its own there, which counts.
        .override_apis(|apis| apis.disable::<RefreshPost>());
    if let Some(method) = options.transfer_method {
        session = session.get_token_transfer_method(move |_, _, _| AllowedTransferMethod::Only(method.into()));
    }
    if !settings.enable_jwt {
        return session;
    }
    session.expose_access_token_to_frontend_in_cookie_based_auth(true).override_functions(|functions| {
        functions.create_new_session(async move |mut input, original| {
            input.jwt_payload.insert("customClaim", "customValue")?;
            original.create_new_session(input).await
        })
    })
}
