//! Will browsers keep the session's cookies, and send them back?

use bytes::Bytes;
use http::Response;
use http::header::SET_COOKIE;

use crate::addresses::is_cross_site;
use crate::finding::Finding;
use crate::subject::Subject;

/// What a `Set-Cookie` header says, in the parts that decide.
#[derive(Default)]
struct SetCookie {
    name: String,
    secure: bool,
    same_site: String,
    domain: Option<String>,
    path: String,
}

/// What is wrong with the cookies that an answer sets or removes; nothing, if it does neither.
pub(crate) fn check(subject: &Subject, response: &Response<Bytes>) -> Vec<Finding> {
    let values = response.headers().get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<_> = values.map(SetCookie::parse).collect();
    let mut findings: Vec<Finding> = Vec::new();
    for cookie in &cookies {
        for finding in check_cookie(subject, cookie) {
            // Both cookies have the same attributes, and one mistake.
            if findings.iter().all(|known| known.id != finding.id) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn check_cookie(subject: &Subject, cookie: &SetCookie) -> Vec<Finding> {
    let (api, name) = (&subject.app_info.api_domain, &cookie.name);
    let website = subject.app_info.fixed_website();
    let cross_site = website.is_some_and(|website| is_cross_site(&subject.app_info, website));
    let mut findings = Vec::new();
    if cookie.same_site == "none" && !cookie.secure {
        findings.push(Finding::new(
            "cookie-none-not-secure",
            format!("The cookie {name} says `SameSite=None` without `Secure`: browsers drop it."),
            "Serve the API over https and say so in api_domain, and leave out cookie_secure(false).",
        ));
    }
    if cookie.secure && api.scheme() != "https" && !api.is_loopback() {
        findings.push(Finding::new(
            "cookie-secure-on-http",
            format!("The cookie {name} says `Secure`, and the API ({api}) has no https: browsers drop it."),
            "Serve the API over https, or leave out cookie_secure(true).",
        ));
    }
    if cross_site && cookie.same_site != "none" {
        findings.push(Finding::new(
            "cookie-same-site",
            format!(
                "The cookie {name} says `SameSite={}`, and the website is another site than the API: browsers do not send \
                 it along.",
                cookie.same_site
            ),
            "Leave out cookie_same_site(..), and give AppInfo the addresses that browsers use: it follows from them.",
        ));
    }
    if let Some(domain) = cookie.domain.as_deref().filter(|domain| !is_within(api.host(), domain)) {
        findings.push(Finding::new(
            "cookie-domain",
            format!(
                "The cookie {name} is for the domain {domain}, which {} is not part of: browsers drop it.",
                api.host()
            ),
            "Give cookie_domain(..) a domain that the API's host is part of, or leave it out.",
        ));
    }
    let refresh_path = format!("{}/session/refresh", subject.app_info.api_base_path);
    if name == "sRefreshToken" && !is_below(&refresh_path, &cookie.path) {
        findings.push(Finding::new(
            "cookie-path",
            format!(
                "The cookie {name} is for the path {}, and sessions are refreshed at {refresh_path}: browsers do not send it \
                 there.",
                cookie.path
            ),
            "Give AppInfo the path that browsers use: api_base_path(..), and api_gateway_path(..) where a gateway strips a \
             part of it.",
        ));
    }
    findings
}

/// Whether a host may set cookies for a domain (RFC 6265, 5.1.3).
fn is_within(host: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.');
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a cookie of a path is sent to another (RFC 6265, 5.1.4).
fn is_below(path: &str, cookie_path: &str) -> bool {
    let rest = path.strip_prefix(cookie_path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

impl SetCookie {
    fn parse(header: &str) -> Self {
        let mut parts = header.split(';').map(str::trim);
        let name = parts.next().and_then(|pair| pair.split_once('=')).map_or("", |(name, _)| name);
        let mut cookie = Self { name: name.to_owned(), ..Self::default() };
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.to_ascii_lowercase().as_str() {
                "secure" => cookie.secure = true,
                "samesite" => cookie.same_site = value.to_ascii_lowercase(),
                "domain" => cookie.domain = Some(value.to_ascii_lowercase()),
                "path" => value.clone_into(&mut cookie.path),
                _ => {}
            }
        }
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_paths_are_matched_as_browsers_do() {
        assert!(is_within("api.acme.com", ".acme.com") && is_within("acme.com", "acme.com"));
        assert!(!is_within("notacme.com", "acme.com") && !is_within("acme.com", "api.acme.com"));
        assert!(is_below("/auth/session/refresh", "/auth") && is_below("/auth/session/refresh", "/"));
        assert!(!is_below("/auth/session/refresh", "/au") && !is_below("/auth", "/auth/session"));
    }
}
