//! Which application is looked at, and what is known of it.

use supertokens_kernel::{AppInfo, InitError, NormalisedAppInfo};

/// What the session recipe and the front-end SDKs send, where nobody has said more.
const USUAL_HEADERS: [&str; 5] = ["rid", "fdi-version", "anti-csrf", "authorization", "st-auth-mode"];

/// Which application is looked at, and what is known of it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub(crate) app_info: NormalisedAppInfo,
    /// Below what the requests are sent: what a gateway strips is part of it only from outside.
    pub(crate) sent_below: String,
    /// The request headers that a browser must be allowed to send.
    pub(crate) headers: Vec<&'static str>,
}

impl Subject {
    /// The application itself, in its own process.
    pub fn of(app_info: &NormalisedAppInfo, cors_headers: &[&'static str]) -> Self {
        Self {
            app_info: app_info.clone(),
            sent_below: format!("{}{}", app_info.api_domain, app_info.route_base_path),
            headers: cors_headers.to_vec(),
        }
    }

    /// An application seen from outside: the address of its API, the base path below it, and its website, if that is
    /// another one.
    ///
    /// # Errors
    ///
    /// If one of them is no address.
    pub fn from_outside(api: &str, api_base_path: &str, website: Option<&str>) -> Result<Self, InitError> {
        let app_info = AppInfo::new("", api, website.unwrap_or(api)).api_base_path(api_base_path).normalise()?;
        Ok(Self { sent_below: app_info.api_url(), app_info, headers: USUAL_HEADERS.to_vec() })
    }

    /// What is looked at, for people.
    pub fn address(&self) -> &str {
        &self.sent_below
    }

    /// The website's origin, where it is another than the API's: browsers then ask before they send.
    pub(crate) fn other_origin(&self) -> Option<&str> {
        let website = self.app_info.fixed_website()?.domain.as_str();
        (website != self.app_info.api_domain.as_str()).then_some(website)
    }
}
