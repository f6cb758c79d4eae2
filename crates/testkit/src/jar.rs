//! The cookies that a browser keeps.

use std::time::{Duration, SystemTime};

/// The cookies of one site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    path: String,
    expires_ms: Option<u64>,
}

impl std::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cookie").field("name", &self.name).field("path", &self.path).finish_non_exhaustive()
    }
}

impl Jar {
    /// Does what a `Set-Cookie` header says.
    pub(crate) fn store(&mut self, header: &str, now_ms: u64) {
        let Some(cookie) = Cookie::parse(header) else { return };
        self.cookies
            .retain(|kept| (&kept.name, &kept.domain, &kept.path) != (&cookie.name, &cookie.domain, &cookie.path));
        if !cookie.has_expired(now_ms) {
            self.cookies.push(cookie);
        }
    }

    /// The `Cookie` header for a path; the most specific path comes first (RFC 6265, section 5.4).
    pub(crate) fn header_for(&self, path: &str, now_ms: u64) -> Option<String> {
        let mut sent: Vec<_> =
            self.cookies.iter().filter(|cookie| cookie.is_for(path) && !cookie.has_expired(now_ms)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = sent.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The value of a cookie, whatever its path.
    pub(crate) fn value(&self, name: &str, now_ms: u64) -> Option<&str> {
        let mut named = self.cookies.iter().filter(|cookie| cookie.name == name && !cookie.has_expired(now_ms));
        named.next().map(|cookie| &*cookie.value)
    }
}

impl Cookie {
    fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let (mut domain, mut path, mut expires_ms) = (String::new(), "/".to_owned(), None);
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            match attribute.to_ascii_lowercase().as_str() {
                "domain" => domain = value.trim_start_matches('.').to_ascii_lowercase(),
                "path" => path = value.to_owned(),
                "expires" => expires_ms = httpdate::parse_http_date(value).ok().map(since_1970_ms),
                _ => {}
            }
        }
        Some(Self { name: name.to_owned(), value: value.to_owned(), domain, path, expires_ms })
    }

    fn has_expired(&self, now_ms: u64) -> bool {
        self.expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms)
    }

    /// RFC 6265, section 5.1.4.
    fn is_for(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}

fn since_1970_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 24 * 60 * 60 * 1000;

    #[test]
    fn a_cookie_is_sent_below_its_path_until_it_expires() {
        let mut jar = Jar::default();
        jar.store("a=1; Path=/; HttpOnly", 0);
        jar.store("b=2; Path=/auth/session/refresh; Expires=Fri, 02 Jan 1970 00:00:00 GMT", 0);
        assert_eq!(jar.header_for("/me", 0).as_deref(), Some("a=1"));
        assert_eq!(jar.header_for("/auth/session/refresh", 0).as_deref(), Some("b=2; a=1"));
        assert_eq!(jar.header_for("/auth/session/refreshed", 0).as_deref(), Some("a=1"));
        assert_eq!(jar.header_for("/auth/session/refresh", DAY_MS).as_deref(), Some("a=1"));
        assert_eq!((jar.value("b", 0), jar.value("b", DAY_MS)), (Some("2"), None));
    }

    #[test]
    fn a_cookie_replaces_its_like_and_one_in_the_past_removes_it() {
        let mut jar = Jar::default();
        jar.store("a=1; Path=/", 1);
        jar.store("a=other; Path=/x", 1);
        jar.store("a=2; Path=/", 1);
        assert_eq!(jar.header_for("/", 1).as_deref(), Some("a=2"));
        jar.store("a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 1);
        assert_eq!(jar.header_for("/", 1), None);
        assert_eq!(jar.header_for("/x", 1).as_deref(), Some("a=other"));
    }
}
