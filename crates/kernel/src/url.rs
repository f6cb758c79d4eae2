//! Domains and paths in one form, however they were written.

use url::{Host, Url};

use crate::error::InitError;

/// A scheme, host and perhaps port: `https://api.example.com`, without a path or a trailing slash.
///
/// ```
/// use supertokens_kernel::url::NormalisedUrlDomain;
///
/// # fn main() -> Result<(), supertokens_kernel::InitError> {
/// let domain = NormalisedUrlDomain::parse("api_domain", "API.example.com/some/path")?;
/// assert_eq!(domain.as_str(), "https://api.example.com");
/// let domain = NormalisedUrlDomain::parse("api_domain", "localhost:3001")?;
/// assert_eq!(domain.as_str(), "http://localhost:3001");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormalisedUrlDomain {
    text: String,
    url: Url,
}

impl NormalisedUrlDomain {
    /// Reads a domain as people write it: with or without a scheme, path or port. Without a scheme it is `http` for
    /// `localhost` and IP addresses and `https` for all others. `setting` is what errors call the value.
    pub fn parse(setting: &'static str, input: &str) -> Result<Self, InitError> {
        const EXPECTED: &str = "a domain such as https://api.example.com or http://localhost:3001";
        let trimmed = input.trim();
        // What cannot be read may hold a password all the same.
        let shown = if input.contains('@') { "(withheld)" } else { input };
        let invalid = |problem: String| InitError::invalid(setting, shown, problem, EXPECTED);
        if trimmed.is_empty() {
            return Err(invalid("is empty".to_owned()));
        }
        let with_scheme = if trimmed.contains("://") { trimmed.to_owned() } else { guess_scheme(trimmed) };
        let url = Url::parse(&with_scheme).map_err(|error| invalid(format!("is not a URL ({error})")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(format!("has the scheme `{}`", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("holds a user name or password".to_owned()));
        }
        let Some(host) = url.host_str() else {
            return Err(invalid("has no host".to_owned()));
        };
        let mut text = format!("{}://{host}", url.scheme());
        if let Some(port) = url.port() {
            text.push_str(&format!(":{port}"));
        }
        Ok(Self { text, url })
    }

    /// `scheme://host[:port]`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host without a port.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether the host is `localhost`, a name below it, or a loopback address.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }

    /// The domain under which cookies can be shared: the public suffix and one label. `localhost` for `localhost` and
    /// IPv4 addresses; the whole host below `.local` and where the host is itself a suffix of Amazon's.
    pub fn top_level_domain(&self) -> Result<String, String> {
        top_level_domain(self.host(), matches!(self.url.host(), Some(Host::Ipv4(_))))
    }
}

impl std::fmt::Display for NormalisedUrlDomain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn guess_scheme(input: &str) -> String {
    let is_local = Url::parse(&format!("http://{input}")).is_ok_and(|url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    });
    format!("{}://{input}", if is_local { "http" } else { "https" })
}

fn top_level_domain(host: &str, is_ipv4: bool) -> Result<String, String> {
    if host.starts_with("localhost") || host.ends_with(".localhost") || is_ipv4 {
        return Ok("localhost".to_owned());
    }
    if let Some(domain) = psl::domain_str(host) {
        return Ok(domain.to_owned());
    }
    let is_ipv6 = host.starts_with('[');
    if is_ipv6 || host.ends_with(".amazonaws.com") || host.ends_with(".local") {
        return Ok(host.to_owned());
    }
    Err(format!("`{host}` has no registrable domain"))
}

/// A path: empty, or starting with a slash and without a trailing one. Case is kept.
///
/// ```
/// use supertokens_kernel::url::NormalisedUrlPath;
///
/// # fn main() -> Result<(), supertokens_kernel::InitError> {
/// assert_eq!(NormalisedUrlPath::parse("api_base_path", "Auth/")?.as_str(), "/Auth");
/// assert_eq!(NormalisedUrlPath::parse("api_base_path", "/")?.as_str(), "");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NormalisedUrlPath(String);

impl NormalisedUrlPath {
    /// Reads a path as people write it: with or without slashes at its ends, or a whole URL whose path is meant.
    pub fn parse(setting: &'static str, input: &str) -> Result<Self, InitError> {
        let trimmed = input.trim();
        let path = match trimmed.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |start| rest.get(start..).unwrap_or_default()),
            None => trimmed,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        if path.is_empty() {
            return Ok(Self::default());
        }
        if let Some(wrong) = path.chars().find(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | ';')) {
            let problem = format!("holds the character {wrong:?}");
            return Err(InitError::invalid(setting, input, problem, "a path such as /auth"));
        }
        Ok(Self(format!("/{path}")))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This path with another behind it.
    #[must_use]
    pub fn append(&self, path: &Self) -> Self {
        Self(format!("{}{}", self.0, path.0))
    }
}

impl std::fmt::Display for NormalisedUrlPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(input: &str) -> String {
        NormalisedUrlDomain::parse("api_domain", input)
            .map_or_else(|error| error.to_string(), |domain| domain.as_str().to_owned())
    }

    #[test]
    fn domains_are_read_as_people_write_them() {
        for (input, expected) in [
            ("http://API.example.com", "http://api.example.com"),
            ("https://api.example.com/path?x=1", "https://api.example.com"),
            ("api.example.com:8080/path", "https://api.example.com:8080"),
            ("https://api.example.com:443", "https://api.example.com"),
            ("localhost", "http://localhost"),
            (" localhost:3001/ ", "http://localhost:3001"),
            ("127.0.0.1:9000/x", "http://127.0.0.1:9000"),
            ("[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(domain(input), expected, "{input}");
        }
    }

    #[test]
    fn a_bad_domain_is_an_error_that_says_what_was_expected() {
        for (input, part) in
            [("", "is empty"), ("ftp://x.com", "scheme `ftp`"), ("https://", "not a URL"), ("http://a b", "not a URL")]
        {
            let message = domain(input);
            assert!(message.contains("api_domain") && message.contains(part), "{input}: {message}");
            assert!(message.contains("expected a domain such as"), "{message}");
        }
        let message = domain("https://user:hunter2@example.com");
        assert!(!message.contains("hunter2"), "{message}");
    }

    #[test]
    fn the_top_level_domain_is_what_cookies_can_share() {
        for (host, expected) in [
            ("https://api.example.com", "example.com"),
            ("https://a.b.example.co.uk", "example.co.uk"),
            ("https://me.github.io", "me.github.io"),
            ("http://localhost:3000", "localhost"),
            ("http://192.168.1.4", "localhost"),
            ("https://ec2-1-2-3-4.compute-1.amazonaws.com", "ec2-1-2-3-4.compute-1.amazonaws.com"),
            ("https://laptop.local", "laptop.local"),
        ] {
            let found = NormalisedUrlDomain::parse("api_domain", host).unwrap().top_level_domain();
            assert_eq!(found.as_deref(), Ok(expected), "{host}");
        }
        assert!(NormalisedUrlDomain::parse("api_domain", "https://com").unwrap().top_level_domain().is_err());
    }

    #[test]
    fn paths_lose_slashes_and_keep_case() {
        for (input, expected) in [
            ("auth", "/auth"),
            ("/Auth/", "/Auth"),
            ("", ""),
            ("/", ""),
            ("https://x.com/a/b/?q", "/a/b"),
            ("https://x.com", ""),
        ] {
            assert_eq!(NormalisedUrlPath::parse("api_base_path", input).unwrap().as_str(), expected, "{input}");
        }
        assert!(NormalisedUrlPath::parse("api_base_path", "/a b").is_err());
    }

    #[test]
    fn loopback_is_told_from_names_that_look_like_it() {
        let is_loopback = |input| NormalisedUrlDomain::parse("api_domain", input).unwrap().is_loopback();
        assert!(
            is_loopback("localhost")
                && is_loopback("127.3.2.1")
                && is_loopback("[::1]")
                && is_loopback("app.localhost")
        );
        assert!(!is_loopback("localhost.example.com") && !is_loopback("192.168.0.1"));
    }
}
