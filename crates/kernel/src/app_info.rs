//! What an application says about itself: its names and addresses.

use std::sync::Arc;

use crate::error::{Error, InitError};
use crate::http::Request;
use crate::url::{NormalisedUrlDomain, NormalisedUrlPath};
use crate::user_context::UserContext;

type OriginFn = Arc<dyn Fn(Option<&Request>, &UserContext) -> String + Send + Sync>;

/// What an application says about itself.
///
/// ```
/// use supertokens_kernel::AppInfo;
///
/// let app_info = AppInfo::new("Acme", "http://localhost:3001", "http://localhost:3000").api_base_path("/auth");
/// # let _ = app_info;
/// ```
#[derive(Clone)]
pub struct AppInfo {
    app_name: String,
    api_domain: String,
    origin: OriginSetting,
    api_base_path: String,
    website_base_path: String,
    api_gateway_path: String,
}

#[derive(Clone)]
enum OriginSetting {
    Fixed(String),
    PerRequest(OriginFn),
}

impl AppInfo {
    /// An application by its name (shown in e-mails), the domain that its API is reached at, and the domain that its
    /// pages come from. Base paths are `/auth` unless said otherwise.
    pub fn new(app_name: impl Into<String>, api_domain: impl Into<String>, website_domain: impl Into<String>) -> Self {
        Self {
            app_name: app_name.into(),
            api_domain: api_domain.into(),
            origin: OriginSetting::Fixed(website_domain.into()),
            api_base_path: "/auth".to_owned(),
            website_base_path: "/auth".to_owned(),
            api_gateway_path: String::new(),
        }
    }

    /// The path below which the API routes lie: `/auth` unless said otherwise.
    #[must_use]
    pub fn api_base_path(mut self, path: impl Into<String>) -> Self {
        self.api_base_path = path.into();
        self
    }

    /// The path below which the front end shows its sign-in pages: `/auth` unless said otherwise.
    #[must_use]
    pub fn website_base_path(mut self, path: impl Into<String>) -> Self {
        self.website_base_path = path.into();
        self
    }

    /// A path that a gateway strips before requests reach this application.
    #[must_use]
    pub fn api_gateway_path(mut self, path: impl Into<String>) -> Self {
        self.api_gateway_path = path.into();
        self
    }

    /// The website's domain as a function of the request, for applications with several. The function should answer
    /// only with domains of its own list, never with what the request says.
    #[must_use]
    pub fn origin(mut self, origin: impl Fn(Option<&Request>, &UserContext) -> String + Send + Sync + 'static) -> Self {
        self.origin = OriginSetting::PerRequest(Arc::new(origin));
        self
    }

    /// Checks and normalises all of it.
    pub fn normalise(self) -> Result<NormalisedAppInfo, InitError> {
        let api_domain = NormalisedUrlDomain::parse("api_domain", &self.api_domain)?;
        let top_level_api_domain = api_domain.top_level_domain().map_err(|problem| {
            InitError::invalid("api_domain", &*self.api_domain, problem, "a domain that cookies can be set for")
        })?;
        let origin = match self.origin {
            OriginSetting::Fixed(domain) => Origin::Fixed(Arc::new(Website::parse(&domain)?)),
            OriginSetting::PerRequest(origin) => Origin::PerRequest(origin),
        };
        let gateway = NormalisedUrlPath::parse("api_gateway_path", &self.api_gateway_path)?;
        let base = NormalisedUrlPath::parse("api_base_path", &self.api_base_path)?;
        Ok(NormalisedAppInfo {
            app_name: self.app_name,
            api_domain,
            top_level_api_domain,
            origin,
            api_base_path: gateway.append(&base),
            route_base_path: base,
            website_base_path: NormalisedUrlPath::parse("website_base_path", &self.website_base_path)?,
        })
    }
}

/// The application's names and addresses, checked.
#[derive(Clone)]
pub struct NormalisedAppInfo {
    /// The application's name.
    pub app_name: String,
    /// The domain that the API is reached at.
    pub api_domain: NormalisedUrlDomain,
    /// The domain under which the API's cookies can be shared.
    pub top_level_api_domain: String,
    /// The path below which the API routes lie, with the gateway's path in front.
    pub api_base_path: NormalisedUrlPath,
    /// The path below which the API routes lie as this application sees it, behind a gateway that strips its own.
    pub route_base_path: NormalisedUrlPath,
    /// The path below which the front end shows its pages.
    pub website_base_path: NormalisedUrlPath,
    origin: Origin,
}

#[derive(Clone)]
enum Origin {
    Fixed(Arc<Website>),
    PerRequest(OriginFn),
}

/// Where an application's pages come from.
#[derive(Clone, Debug)]
pub struct Website {
    /// The origin: scheme, host and port.
    pub domain: NormalisedUrlDomain,
    /// The domain under which its cookies can be shared.
    pub top_level_domain: String,
}

impl Website {
    fn parse(domain: &str) -> Result<Self, InitError> {
        let normalised = NormalisedUrlDomain::parse("website_domain", domain)?;
        let top_level_domain = normalised.top_level_domain().map_err(|problem| {
            InitError::invalid("website_domain", domain, problem, "a domain that cookies can be set for")
        })?;
        Ok(Self { domain: normalised, top_level_domain })
    }
}

impl NormalisedAppInfo {
    /// The website that a request belongs to.
    pub fn website(&self, request: Option<&Request>, context: &UserContext) -> Result<Arc<Website>, Error> {
        match &self.origin {
            Origin::Fixed(website) => Ok(website.clone()),
            Origin::PerRequest(origin) => Website::parse(&origin(request, context))
                .map(Arc::new)
                .map_err(|error| Error::misuse(format!("origin(..): {error}"))),
        }
    }

    /// The website, where it is the same for every request.
    pub fn fixed_website(&self) -> Option<&Website> {
        match &self.origin {
            Origin::Fixed(website) => Some(website),
            Origin::PerRequest(_) => None,
        }
    }

    /// API domain and base path: what the issuer of tokens is called.
    pub fn api_url(&self) -> String {
        format!("{}{}", self.api_domain, self.api_base_path)
    }
}

impl std::fmt::Debug for NormalisedAppInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NormalisedAppInfo")
            .field("app_name", &self.app_name)
            .field("api_domain", &self.api_domain.as_str())
            .field("website", &self.fixed_website().map(|website| website.domain.as_str()))
            .field("api_base_path", &self.api_base_path.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_gateway_path() {
        let info =
            AppInfo::new("Acme", "api.acme.com", "https://acme.com").api_gateway_path("/gw/").normalise().unwrap();
        assert_eq!(info.api_base_path.as_str(), "/gw/auth");
        assert_eq!(info.website_base_path.as_str(), "/auth");
        assert_eq!(info.top_level_api_domain, "acme.com");
        assert_eq!(info.api_url(), "https://api.acme.com/gw/auth");
    }

    #[test]
    fn the_origin_may_depend_on_the_request() {
        let info = AppInfo::new("Acme", "localhost:3001", "unused")
            .origin(|request, _| match request.and_then(|request| request.header("origin")) {
                Some("https://b.com") => "https://b.com".to_owned(),
                _ => "https://a.com".to_owned(),
            })
            .normalise()
            .unwrap();
        let context = UserContext::new();
        assert_eq!(info.website(None, &context).unwrap().domain.as_str(), "https://a.com");
        let request = Request::builder().header("origin", "https://b.com").finish();
        assert_eq!(info.website(Some(&request), &context).unwrap().top_level_domain, "b.com");
    }

    #[test]
    fn an_origin_function_that_gives_no_domain_is_an_error_and_no_panic() {
        let info = AppInfo::new("Acme", "localhost:3001", "unused").origin(|_, _| String::new()).normalise().unwrap();
        let error = info.website(None, &UserContext::new()).unwrap_err();
        assert!(error.to_string().contains("website_domain"), "{error}");
    }
}
