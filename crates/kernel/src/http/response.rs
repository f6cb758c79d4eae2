//! What the SDK changes on a response that the application, or a route, writes.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::http::cookies::Cookie;
use crate::http::request::Request;

/// What the SDK changes on a response that may not exist yet. Clones belong to the same response.
///
/// ```
/// use supertokens_kernel::ResponseChanges;
///
/// # fn main() -> Result<(), supertokens_kernel::Error> {
/// let changes = ResponseChanges::default();
/// changes.set_header("front-token", "remove")?;
/// let mut response = http::Response::new("the application's body");
/// changes.apply(response.headers_mut());
/// assert_eq!(response.headers()["front-token"], "remove");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResponseChanges {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    changes: Mutex<Changes>,
    /// The request that the response answers, once somebody has looked at it.
    request: OnceLock<Request>,
}

#[derive(Debug, Default)]
struct Changes {
    /// A header without a value is to be removed.
    headers: Vec<(HeaderName, Option<HeaderValue>)>,
    cookies: Vec<Cookie>,
    exposed: Vec<HeaderName>,
}

impl ResponseChanges {
    /// Sets a header, in place of any other value.
    pub fn set_header(&self, name: &str, value: &str) -> Result<(), Error> {
        let (name, mut value) = (header_name(name)?, header_value(name, value)?);
        value.set_sensitive(true);
        self.put_header(name, Some(value));
        Ok(())
    }

    /// Sets a header and lets scripts of other origins read it.
    pub fn set_exposed_header(&self, name: &str, value: &str) -> Result<(), Error> {
        self.set_header(name, value)?;
        let name = header_name(name)?;
        let mut changes = self.lock();
        if !changes.exposed.contains(&name) {
            changes.exposed.push(name);
        }
        Ok(())
    }

    /// Removes a header that was set here or that the response brings.
    pub fn remove_header(&self, name: &str) -> Result<(), Error> {
        self.put_header(header_name(name)?, None);
        Ok(())
    }

    /// Sets a cookie, in place of one with the same name, domain and path.
    pub fn set_cookie(&self, cookie: Cookie) -> Result<(), Error> {
        // Checked now, so that applying cannot fail.
        header_value("set-cookie", &cookie.to_header_value())?;
        let mut changes = self.lock();
        changes.cookies.retain(|queued| !cookie.replaces(queued));
        changes.cookies.push(cookie);
        Ok(())
    }

    /// Whether there is anything to apply.
    pub fn is_empty(&self) -> bool {
        let changes = self.lock();
        changes.headers.is_empty() && changes.cookies.is_empty()
    }

    /// Makes the changes on a response's headers, and forgets them. A response that sets cookies or headers here holds
    /// tokens, so it is marked as not to be stored, whatever the application says.
    pub fn apply(&self, headers: &mut HeaderMap) {
        let changes = std::mem::take(&mut *self.lock());
        if changes.headers.is_empty() && changes.cookies.is_empty() {
            return;
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in changes.headers {
            match value {
                Some(value) => headers.insert(name, value),
                None => headers.remove(name),
            };
        }
        for cookie in changes.cookies {
            if let Ok(mut value) = HeaderValue::from_str(&cookie.to_header_value()) {
                value.set_sensitive(true);
                headers.append(SET_COOKIE, value);
            }
        }
        expose(headers, &changes.exposed);
    }

    /// The same memory for another response; nothing, if anybody still holds these changes. What they were, and the
    /// request that they belonged to, is gone.
    #[must_use]
    pub fn into_unused(mut self) -> Option<Self> {
        *Arc::get_mut(&mut self.inner)? = Inner::default();
        Some(self)
    }

    pub(crate) fn request_or_insert(&self, make: impl FnOnce() -> Request) -> Request {
        self.inner.request.get_or_init(make).clone()
    }

    fn put_header(&self, name: HeaderName, value: Option<HeaderValue>) {
        let mut changes = self.lock();
        changes.headers.retain(|(queued, _)| *queued != name);
        changes.headers.push((name, value));
    }

    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.inner.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds names to `Access-Control-Expose-Headers`, each once.
fn expose(headers: &mut HeaderMap, names: &[HeaderName]) {
    if names.is_empty() {
        return;
    }
    let present: Vec<String> = headers
        .get_all(ACCESS_CONTROL_EXPOSE_HEADERS)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let new = names
        .iter()
        .map(HeaderName::as_str)
        .filter(|name| !present.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let all: Vec<&str> = present.iter().map(String::as_str).chain(new).collect();
    if let Ok(value) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, value);
    }
}

fn header_name(name: &str) -> Result<HeaderName, Error> {
    name.parse().map_err(|_| Error::misuse(format!("`{name}` cannot be a header's name")))
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::misuse(format!("the value for the header `{name}` holds a character that headers cannot")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::cookies::SameSite;

    fn cookie(value: &str, domain: Option<&str>) -> Cookie {
        Cookie {
            name: "sAccessToken".to_owned(),
            value: value.to_owned(),
            domain: domain.map(str::to_owned),
            path: "/".to_owned(),
            expires_ms: 0,
            secure: false,
            same_site: SameSite::Lax,
        }
    }

    #[test]
    fn a_later_cookie_replaces_an_earlier_one_of_the_same_name_domain_and_path_only() {
        let changes = ResponseChanges::default();
        changes.set_cookie(cookie("one", None)).unwrap();
        changes.set_cookie(cookie("older-domain", Some("x.com"))).unwrap();
        changes.set_cookie(cookie("two", None)).unwrap();
        let mut headers = HeaderMap::new();
        changes.apply(&mut headers);
        let set: Vec<_> = headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(set.len(), 2);
        assert!(set[0].starts_with("sAccessToken=older-domain; Domain=x.com"), "{set:?}");
        assert!(set[1].starts_with("sAccessToken=two; Path=/"), "{set:?}");
        assert_eq!(headers[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn exposed_headers_are_added_to_the_applications_own_each_once() {
        let changes = ResponseChanges::default();
        changes.set_exposed_header("front-token", "a").unwrap();
        changes.set_exposed_header("front-token", "b").unwrap();
        changes.set_exposed_header("anti-csrf", "c").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("X-Mine, Front-Token"));
        changes.apply(&mut headers);
        assert_eq!(headers[ACCESS_CONTROL_EXPOSE_HEADERS], "X-Mine, Front-Token, anti-csrf");
        assert_eq!(headers["front-token"], "b");
    }

    #[test]
    fn memory_that_is_used_again_holds_nothing_of_what_it_held() {
        let changes = ResponseChanges::default();
        changes.set_exposed_header("front-token", "a").unwrap();
        changes.set_cookie(cookie("one", None)).unwrap();
        changes.request_or_insert(|| Request::builder().header("cookie", "a=b").finish());
        let held_elsewhere = changes.clone();
        assert!(changes.into_unused().is_none());
        let unused = held_elsewhere.into_unused().unwrap();
        assert!(unused.is_empty() && unused.lock().exposed.is_empty());
        assert_eq!(unused.request_or_insert(Request::default).header("cookie"), None);
    }

    #[test]
    fn no_changes_leave_a_response_as_it_is() {
        let mut headers = HeaderMap::new();
        ResponseChanges::default().apply(&mut headers);
        assert!(headers.is_empty());
    }

    #[test]
    fn a_value_that_would_split_the_response_is_refused() {
        let changes = ResponseChanges::default();
        assert!(changes.set_header("x", "a\r\nset-cookie: b").is_err());
        assert!(changes.set_cookie(Cookie { path: "/\r\nx: y".to_owned(), ..cookie("a", None) }).is_err());
        assert!(changes.is_empty());
    }
}
