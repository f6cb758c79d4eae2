//! The application under test.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use supertokens_app::{Core, SuperTokens};
use supertokens_core::Config;
use supertokens_kernel::delivery::Outbox;
use supertokens_kernel::error::BoxError;
use supertokens_kernel::{AppInfo, Clock, Error, ManualClock, Ports, Recipe};

use crate::browser::{Browser, SendRequest, Site, read};
use crate::core;
use crate::mails::{Mails, TestMail};

/// An application with a core of its own in this process, on nothing but memory, and a clock that only the test moves.
///
/// Any number of them run side by side. See the [crate's page](crate) for an example.
pub struct TestApp {
    supertokens: SuperTokens,
    /// Its own core; nothing where it was given another.
    core: Option<supertokens_core::Core>,
    clock: Arc<ManualClock>,
    mails: Mails,
}

/// What can be said about a [`TestApp`] before it starts.
#[must_use]
pub struct TestAppBuilder {
    app_info: AppInfo,
    recipes: Vec<Box<dyn Recipe>>,
    core: Option<Core>,
    core_config: Config,
    start_ms: u64,
}

impl TestApp {
    /// An application on `http://localhost:3001` with these recipes.
    ///
    /// # Panics
    ///
    /// If the recipes are not a valid configuration; the message is that of `SuperTokens::init`.
    pub async fn start(recipes: Vec<Box<dyn Recipe>>) -> Self {
        Self::builder(recipes).start().await
    }

    /// An application that is to differ from [`start`](Self::start)'s.
    pub fn builder(recipes: Vec<Box<dyn Recipe>>) -> TestAppBuilder {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        TestAppBuilder {
            app_info: AppInfo::new("Test", "http://localhost:3001", "http://localhost:3001"),
            recipes,
            core: None,
            core_config: core::quick_config(),
            start_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The SDK: what the application's own code is given.
    pub fn supertokens(&self) -> &SuperTokens {
        &self.supertokens
    }

    /// The clock of SDK and core.
    pub fn clock(&self) -> &Arc<ManualClock> {
        &self.clock
    }

    /// Lets time pass. What the core does from time to time in the background, it has done when this is ready.
    pub async fn advance(&self, time: Duration) {
        self.clock.advance_ms(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        if let Some(core) = &self.core {
            core.run_maintenance().await;
        }
    }

    /// The e-mails that the recipes sent, oldest first, whatever service they were given: none leaves the test.
    pub async fn mails(&self) -> Vec<TestMail> {
        if let Some(outbox) = self.as_ref().get::<Outbox>() {
            outbox.flush().await;
        }
        self.mails.all()
    }

    /// The newest e-mail to an address.
    ///
    /// # Panics
    ///
    /// If there is none; the message says to whom there are.
    pub async fn last_mail_to(&self, address: &str) -> TestMail {
        let mut mails = self.mails().await;
        let recipients: Vec<_> = mails.iter().map(|mail| mail.to.clone()).collect();
        let last = mails.iter().rposition(|mail| mail.to == address);
        last.map(|index| mails.swap_remove(index))
            .unwrap_or_else(|| panic!("no e-mail was sent to {address}; there are some to {recipients:?}"))
    }

    /// A browser without cookies, in front of an application that has no routes but those of the recipes.
    pub fn browser(&self) -> Browser {
        self.browser_of(async |_request| Ok::<_, Error>(not_found()))
    }

    /// A browser without cookies, in front of the application that `answer` is, behind `SuperTokens::serve`.
    pub fn browser_of<B, E, Fut>(
        &self,
        answer: impl Fn(Request<Full<Bytes>>) -> Fut + Clone + Send + Sync + 'static,
    ) -> Browser
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
        E: Into<Error> + Send,
        Fut: Future<Output = Result<Response<B>, E>> + Send + 'static,
    {
        let supertokens = self.supertokens.clone();
        Browser::new(self.site(Arc::new(move |request| {
            let (supertokens, answer) = (supertokens.clone(), answer.clone());
            Box::pin(async move { read(supertokens.serve(request, answer).await).await })
        })))
    }

    /// A browser without cookies, in front of a tower service that has the SDK's layer already: an axum router, for one.
    pub fn browser_of_service<S, B>(&self, service: S) -> Browser
    where
        S: tower_service::Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        Browser::new(self.site(Arc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match oneshot(service, request).await {
                    Ok(response) => read(response).await,
                    Err(error) => panic!("the service failed: {error}"),
                }
            })
        })))
    }

    fn site(&self, send: SendRequest) -> Site {
        Site { supertokens: self.supertokens.clone(), clock: self.clock.clone(), send }
    }
}

impl TestAppBuilder {
    /// Other names and addresses.
    pub fn app_info(mut self, app_info: AppInfo) -> Self {
        self.app_info = app_info;
        self
    }

    /// Another core than one of the test's own: a remote one, to see that an application works with it as well. What is
    /// in it stays there, and its clock is its own.
    pub fn core(mut self, core: Core) -> Self {
        self.core = Some(core);
        self
    }

    /// Another configuration of the test's own core. Unless said otherwise it is the default one, but for the hashes of
    /// passwords, which are made quickly and protect nothing.
    pub fn core_config(mut self, config: Config) -> Self {
        self.core_config = config;
        self
    }

    /// What the clock shows at first, in milliseconds since 1970; the machine's time otherwise.
    pub fn starting_at_ms(mut self, start_ms: u64) -> Self {
        self.start_ms = start_ms;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    ///
    /// If the recipes or a setting cannot be used; the message is that of `SuperTokens::init`.
    pub async fn start(self) -> TestApp {
        let (clock, mails) = (Arc::new(ManualClock::new(self.start_ms)), Mails::default());
        let (core, own) = match self.core {
            Some(core) => (core, None),
            None => {
                let own = core::open(self.core_config, clock.clone()).await;
                (Core::opened(own.clone()), Some(own))
            }
        };
        let supertokens = SuperTokens::builder(self.app_info)
            .core(core)
            .clock(clock.clone() as Arc<dyn Clock>)
            .email_service(mails.clone())
            .recipes(self.recipes)
            .build()
            .unwrap_or_else(|error| panic!("the application cannot be built: {error}"));
        TestApp { supertokens, core: own, clock, mails }
    }
}

impl AsRef<Ports> for TestApp {
    fn as_ref(&self) -> &Ports {
        self.supertokens.as_ref()
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("supertokens", &self.supertokens).finish_non_exhaustive()
    }
}

async fn oneshot<S, B>(mut service: S, request: Request<Full<Bytes>>) -> Result<Response<B>, BoxError>
where
    S: tower_service::Service<Request<Full<Bytes>>, Response = Response<B>>,
    S::Error: Into<BoxError>,
{
    std::future::poll_fn(|context| service.poll_ready(context)).await.map_err(Into::into)?;
    service.call(request).await.map_err(Into::into)
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"the application has no such route")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
