//! For the unit tests of recipes: an application of recipes alone, whose core is a function.

#![allow(dead_code)] // no recipe needs all of it

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Value, json};
use supertokens_kernel::core_client::{CoreConfig, CoreHosts, TransportError};
use supertokens_kernel::route::find;
use supertokens_kernel::setup::Parts;
use supertokens_kernel::{
    ApiCall, AppInfo, BoxFuture, CoreClient, CoreTransport, Error, Exchange, InitError, ManualClock, Ports, PortsOwner,
    Recipe, Request, Setup, UserContext,
};

/// A call of the core: method with path and query, and the body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CoreCall {
    /// `GET /recipe/roles?x=y`.
    pub(crate) what: String,
    /// The body as JSON; null if there is none.
    pub(crate) body: Value,
}

impl CoreCall {
    /// Whether the call's method and path (without a query) are these.
    pub(crate) fn is(&self, what: &str) -> bool {
        self.what.split('?').next() == Some(what)
    }
}

/// An application of these recipes, without an HTTP server and with a core that is a function.
pub(crate) struct RecipeApp {
    pub(crate) ports: PortsOwner,
    pub(crate) parts: Parts,
    pub(crate) clock: Arc<ManualClock>,
    core: CoreDouble,
}

impl RecipeApp {
    /// An application whose core answers so.
    pub(crate) fn new(
        recipes: Vec<Box<dyn Recipe>>,
        answer: impl Fn(&CoreCall) -> Value + Send + Sync + 'static,
    ) -> Self {
        Self::try_new(recipes, answer).unwrap()
    }

    /// As [`new`](Self::new), for recipes that may be configured wrongly.
    pub(crate) fn try_new(
        recipes: Vec<Box<dyn Recipe>>,
        answer: impl Fn(&CoreCall) -> Value + Send + Sync + 'static,
    ) -> Result<Self, InitError> {
        let core = CoreDouble { answer: Arc::new(answer), asked: Arc::default() };
        let config = CoreConfig {
            hosts: CoreHosts::in_process(),
            transport: Arc::new(core.clone()),
            api_key: None,
            interceptor: None,
            disable_core_call_cache: false,
        };
        let app_info = AppInfo::new("Acme", "https://api.acme.com", "https://acme.com").normalise()?;
        let client = CoreClient::new(config, &app_info)?;
        let clock = Arc::new(ManualClock::new(1_700_000_000_000));
        let (ports, parts) = Setup::new(Arc::new(app_info), client, clock.clone()).build(recipes)?;
        Ok(Self { ports, parts, clock, core })
    }

    /// What the core was asked, but for the version of its interface.
    pub(crate) fn asked(&self) -> Vec<CoreCall> {
        self.core.asked.lock().unwrap().clone()
    }

    /// Sends a request to the route of this path below the API base path.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> Result<Response<Bytes>, Error> {
        let route = path.split('?').next().unwrap();
        let found = find(&self.parts.routes, &method, route, &[]).expect("a route of this path");
        let builder = Request::builder().method(method).uri(format!("/auth{path}").parse().unwrap());
        let request = builder.header("content-type", "application/json").body(body.to_string()).finish();
        let user_context = UserContext::for_request(request.clone());
        found.route.call(ApiCall { exchange: Exchange::new(request), tenant_id: found.tenant_id, user_context }).await
    }
}

impl AsRef<Ports> for RecipeApp {
    fn as_ref(&self) -> &Ports {
        self.ports.as_ref()
    }
}

#[derive(Clone)]
struct CoreDouble {
    answer: Arc<dyn Fn(&CoreCall) -> Value + Send + Sync>,
    asked: Arc<Mutex<Vec<CoreCall>>>,
}

impl CoreTransport for CoreDouble {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<Result<Response<Bytes>, TransportError>> {
        let body = if request.uri().path() == "/apiversion" {
            json!({"versions": ["5.4"]})
        } else {
            let path = request.uri().path_and_query().map_or("", |path| path.as_str());
            let body = serde_json::from_slice(request.body()).unwrap_or_default();
            let call = CoreCall { what: format!("{} {path}", request.method()), body };
            let answer = (self.answer)(&call);
            self.asked.lock().unwrap().push(call);
            answer
        };
        let response = Response::builder().body(body.to_string().into()).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }
}
