//! An application under test on either core, with routes that demand claims.

mod application;
#[path = "../../wire/support/core.rs"]
mod core;

use std::ops::Deref;
use std::sync::Arc;

use serde_json::{Value, json};
use supertokens::kernel::{CoreClient, Ports, Setup};
use supertokens::session::Session;
use supertokens::{AppInfo, InitError, Recipe};
use supertokens_testkit::{Browser, TestApp, TestResponse};

use self::application::application;
use self::core::Running;
pub(crate) use self::core::{TestCore, on_each_core};

/// An application under test, with a core of its own, or an app of its own of the core that all tests share.
pub(crate) struct App {
    kit: TestApp,
    /// Keeps a core that is a program alive.
    _running: Option<Arc<Running>>,
}

impl App {
    /// An application whose website is on another port, with these recipes and sessions.
    pub(crate) async fn start(core: TestCore, mut recipes: Vec<Box<dyn Recipe>>) -> Self {
        if !recipes.iter().any(|recipe| recipe.id() == "session") {
            recipes.push(Session::new().boxed());
        }
        let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000");
        let builder = TestApp::builder(recipes).app_info(app_info);
        let (builder, running) = match core {
            TestCore::InProcess => (builder, None),
            TestCore::Remote => {
                // An app of its own is what a setting of its own brings.
                let (core, running) = core.open(&[("access_token_validity", json!(3600))]).await;
                (builder.core(core), running)
            }
        };
        Self { kit: builder.start().await, _running: running }
    }

    /// Somebody in front of the application.
    pub(crate) fn browser(&self) -> Browser {
        self.kit.browser_of(application)
    }

    /// Somebody who has a session of the tenant `public`.
    pub(crate) async fn signed_in_as(&self, recipe_user_id: &str) -> Browser {
        self.signed_in_to("public", recipe_user_id).await
    }

    /// Somebody who has a session of a tenant.
    pub(crate) async fn signed_in_to(&self, tenant_id: &str, recipe_user_id: &str) -> Browser {
        let browser = self.browser();
        let path = format!("/create?tenant={tenant_id}&user={recipe_user_id}");
        browser.post(&path).send().await.assert_status(200);
        browser
    }
}

impl Deref for App {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.kit
    }
}

impl AsRef<Ports> for App {
    fn as_ref(&self) -> &Ports {
        self.kit.as_ref()
    }
}

/// A recipe as an application could write it, which hands out the core client that recipes get.
#[derive(Clone, Default)]
pub(crate) struct CoreAccess(Option<CoreClient>);

impl CoreAccess {
    /// The core of an application that has this recipe, past the SDK's own.
    pub(crate) fn of(app: &App) -> CoreClient {
        let ports: &Ports = app.as_ref();
        ports.get::<Self>().unwrap().0.clone().unwrap()
    }
}

impl Recipe for CoreAccess {
    fn id(&self) -> &'static str {
        "core-access"
    }

    fn build(&self, setup: &mut Setup) -> Result<(), InitError> {
        let core = setup.core();
        setup.provide(Arc::new(Self(Some(core))))
    }
}

/// Checks that a route was refused for one claim, with this reason.
#[track_caller]
pub(crate) fn assert_refused(response: &TestResponse, claim: &str, reason: &Value) {
    let error = json!({"id": claim, "reason": reason});
    response.assert_status(403).assert_json(&json!({"message": "invalid claim", "claimValidationErrors": [error]}));
}
