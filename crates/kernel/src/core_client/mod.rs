//! Calls to the SuperTokens core, over any transport.

pub(crate) mod cache;
mod error;
mod hosts;
#[cfg(feature = "remote")]
mod remote;
mod request;
mod transport;
mod version;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

pub use error::CoreError;
pub use hosts::CoreHosts;
#[cfg(feature = "remote")]
pub use remote::{RemoteTimeouts, RemoteTransport};
pub use request::{CorePath, CoreRequest, NetworkInterceptor};
pub use transport::{CoreTransport, TransportError};
pub use version::SUPPORTED_CORE_INTERFACES;

use crate::app_info::NormalisedAppInfo;
use crate::user_context::UserContext;

const MAX_RATE_LIMIT_RETRIES: u32 = 5;
const RID: HeaderName = HeaderName::from_static("rid");
const CDI_VERSION: HeaderName = HeaderName::from_static("cdi-version");
const API_KEY: HeaderName = HeaderName::from_static("api-key");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// Where the core is and how it is called.
pub struct CoreConfig {
    /// The core's hosts.
    pub hosts: CoreHosts,
    /// What carries the calls.
    pub transport: Arc<dyn CoreTransport>,
    /// What the core demands in the `api-key` header.
    pub api_key: Option<SecretString>,
    /// Sees every call, and may change it.
    pub interceptor: Option<NetworkInterceptor>,
    /// Turns off the cache that a [`UserContext`] keeps of the core's answers.
    pub disable_core_call_cache: bool,
}

/// Calls the core: several hosts in turn with fail-over, back-off where it says that it is busy, the newest interface
/// version that both sides speak, and a cache of `GET` answers in the request's [`UserContext`].
#[derive(Clone)]
pub struct CoreClient {
    shared: Arc<Shared>,
    recipe: Option<&'static str>,
}

struct Shared {
    config: CoreConfig,
    api_key: Option<HeaderValue>,
    /// Told to the core when versions are negotiated.
    domains: String,
    next_host: AtomicUsize,
    version: OnceCell<HeaderValue>,
    /// Counts calls that may have changed something; a cached answer from before the last one is stale.
    writes: AtomicU64,
}

impl CoreClient {
    /// A client of the core that `config` names. Contacts nothing yet.
    pub fn new(config: CoreConfig, app_info: &NormalisedAppInfo) -> Result<Self, crate::InitError> {
        let api_key = config.api_key.as_ref().map(api_key_header).transpose()?;
        let website = app_info.fixed_website().map_or("", |website| website.domain.as_str());
        let domains = request::query_string(&[("apiDomain", app_info.api_domain.as_str()), ("websiteDomain", website)]);
        let (next_host, writes) = (AtomicUsize::new(0), AtomicU64::new(0));
        let shared = Shared { config, api_key, domains, next_host, version: OnceCell::new(), writes };
        Ok(Self { shared: Arc::new(shared), recipe: None })
    }

    /// The same client, its calls marked as those of a recipe.
    pub fn for_recipe(&self, recipe: &'static str) -> Self {
        Self { shared: self.shared.clone(), recipe: Some(recipe) }
    }

    /// `GET`, with query parameters. An answer that this context has had before, with no change since, is not asked
    /// for again.
    pub async fn get<R: DeserializeOwned>(
        &self,
        path: CorePath<'_>,
        query: &[(&str, &str)],
        context: &UserContext,
    ) -> Result<R, CoreError> {
        let query = request::query_string(query);
        let key = format!("{path}?{query}");
        let writes = self.shared.writes.load(Ordering::Acquire);
        let cached = context.with_core_call_cache(|cache| cache.get(&key, writes, context.keeps_cache_alive()));
        let body = match cached {
            Some(body) => body,
            None => {
                let answer = self.call(Method::GET, &path, &query, Bytes::new(), context).await?;
                if !self.shared.config.disable_core_call_cache {
                    context.with_core_call_cache(|cache| cache.put(key, answer.body.clone(), writes));
                }
                answer.body
            }
        };
        error::parse(&Method::GET, &path, &body)
    }

    /// `GET`, past the cache, with the answer's headers.
    pub async fn get_with_headers<R: DeserializeOwned>(
        &self,
        path: CorePath<'_>,
        context: &UserContext,
    ) -> Result<(R, HeaderMap), CoreError> {
        let answer = self.call(Method::GET, &path, "", Bytes::new(), context).await?;
        Ok((error::parse(&Method::GET, &path, &answer.body)?, answer.headers))
    }

    /// `POST` of a JSON body.
    pub async fn post<B: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        path: CorePath<'_>,
        body: &B,
        context: &UserContext,
    ) -> Result<R, CoreError> {
        self.write(Method::POST, path, body, context).await
    }

    /// `PUT` of a JSON body.
    pub async fn put<B: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        path: CorePath<'_>,
        body: &B,
        context: &UserContext,
    ) -> Result<R, CoreError> {
        self.write(Method::PUT, path, body, context).await
    }

    /// `DELETE`, with query parameters.
    pub async fn delete<R: DeserializeOwned>(
        &self,
        path: CorePath<'_>,
        query: &[(&str, &str)],
        context: &UserContext,
    ) -> Result<R, CoreError> {
        self.forget_cached(context);
        let query = request::query_string(query);
        let answer = self.call(Method::DELETE, &path, &query, Bytes::new(), context).await;
        self.forget_cached(context);
        error::parse(&Method::DELETE, &path, &answer?.body)
    }

    /// The keys that the core publishes, from the first host whose answer `read` can use. Needs no version negotiation.
    pub async fn fetch_jwks<K, E: std::fmt::Display>(
        &self,
        read: impl Fn(&Bytes) -> Result<K, E>,
    ) -> Result<K, CoreError> {
        let path = CorePath::app("/.well-known/jwks.json");
        let context = UserContext::new();
        let mut last = CoreError::NoHost;
        for host in 0..self.shared.config.hosts.len() {
            let request = self.build(host, Method::GET, &path, "", Bytes::new(), None, &context)?;
            match self.shared.config.transport.send(request).await {
                Ok(response) if response.status().is_success() => match read(response.body()) {
                    Ok(keys) => return Ok(keys),
                    Err(error) => {
                        last = CoreError::unexpected_answer(Method::GET, path.to_string(), error.to_string());
                    }
                },
                Ok(response) => last = CoreError::status(&Method::GET, &path, &response),
                Err(failure) => last = failure.into(),
            }
        }
        Err(last)
    }

    async fn write<B: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        method: Method,
        path: CorePath<'_>,
        body: &B,
        context: &UserContext,
    ) -> Result<R, CoreError> {
        let body = serde_json::to_vec(body).map_err(|source| CoreError::UnreadableRequest { source })?;
        self.forget_cached(context);
        let answer = self.call(method.clone(), &path, "", body.into(), context).await;
        // Again, for what was read while the change was made.
        self.forget_cached(context);
        error::parse(&method, &path, &answer?.body)
    }

    fn forget_cached(&self, context: &UserContext) {
        self.shared.writes.fetch_add(1, Ordering::AcqRel);
        context.with_core_call_cache(cache::CoreCallCache::clear);
    }

    async fn call(
        &self,
        method: Method,
        path: &CorePath<'_>,
        query: &str,
        body: Bytes,
        context: &UserContext,
    ) -> Result<Answer, CoreError> {
        let version = self.version(context).await?;
        self.try_hosts(method, path, query, body, Some(version), context).await
    }

    /// Asks one host after another until one can be reached, beginning with the next in turn.
    async fn try_hosts(
        &self,
        method: Method,
        path: &CorePath<'_>,
        query: &str,
        body: Bytes,
        version: Option<&HeaderValue>,
        context: &UserContext,
    ) -> Result<Answer, CoreError> {
        let hosts = self.shared.config.hosts.len();
        let (mut unreachable, mut rate_limited) = (0, vec![0; hosts]);
        let mut failure = CoreError::NoHost;
        while unreachable < hosts {
            let host = self.shared.next_host.fetch_add(1, Ordering::Relaxed) % hosts;
            let request = self.build(host, method.clone(), path, query, body.clone(), version, context)?;
            match self.shared.config.transport.send(request).await {
                Err(TransportError::Unreachable(source)) => {
                    tracing::debug!(target: "supertokens", host, "the core's host cannot be reached");
                    unreachable += 1;
                    failure = CoreError::Unreachable { source };
                }
                Err(other) => return Err(other.into()),
                Ok(response) => {
                    let retries = rate_limited.get_mut(host);
                    if let Some(retries) = retries.filter(|n| response.status() == 429 && **n < MAX_RATE_LIMIT_RETRIES)
                    {
                        tokio::time::sleep(Duration::from_millis(10 + 250 * u64::from(*retries))).await;
                        *retries += 1;
                        continue;
                    }
                    if !response.status().is_success() {
                        return Err(CoreError::status(&method, path, &response));
                    }
                    let (parts, body) = response.into_parts();
                    return Ok(Answer { headers: parts.headers, body });
                }
            }
        }
        Err(failure)
    }

    #[allow(clippy::too_many_arguments)]
    fn build(
        &self,
        host: usize,
        method: Method,
        path: &CorePath<'_>,
        query: &str,
        body: Bytes,
        version: Option<&HeaderValue>,
        context: &UserContext,
    ) -> Result<http::Request<Bytes>, CoreError> {
        path.check()?;
        let host = self.shared.config.hosts.get(host).ok_or(CoreError::NoHost)?;
        let mut headers = HeaderMap::with_capacity(4);
        if let Some(version) = version {
            headers.insert(CDI_VERSION, version.clone());
        }
        if !matches!(method, Method::GET | Method::DELETE) {
            headers.insert(header::CONTENT_TYPE, JSON);
        }
        if let Some(api_key) = &self.shared.api_key {
            headers.insert(API_KEY, api_key.clone());
        }
        if let Some(recipe) = self.recipe.filter(|_| path.belongs_to_a_recipe()) {
            headers.insert(RID, HeaderValue::from_static(recipe));
        }
        let url = format!("{host}{path}");
        let request = CoreRequest { method, url, query: query.to_owned(), headers, body };
        match &self.shared.config.interceptor {
            Some(intercept) => intercept(request, context).into_http(),
            None => request.into_http(),
        }
    }
}

impl std::fmt::Debug for CoreClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CoreClient").field("hosts", &self.shared.config.hosts).finish_non_exhaustive()
    }
}

struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

fn api_key_header(key: &SecretString) -> Result<HeaderValue, crate::InitError> {
    let invalid = || {
        let problem = "cannot be sent as a header, or is empty";
        crate::InitError::invalid("api_key", "(withheld)", problem, "printable ASCII characters")
    };
    let text = key.expose_secret().trim();
    if text.is_empty() {
        return Err(invalid());
    }
    let mut value = HeaderValue::from_str(text).map_err(|_| invalid())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
