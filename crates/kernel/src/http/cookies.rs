//! Cookies: read as the reference SDK reads them, and written so that its bytes and ours are the same.
//!
//! The order of the attributes and the encoding are those of the npm package `cookie`, which the official Node SDK
//! writes with; browsers, proxies and tests of other people see no difference.

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What JavaScript's `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The last second of the year 9999: the year of a date in HTTP has four digits.
const LAST_DATE_S: u64 = 253_402_300_799;

/// When a browser sends a cookie along with requests that come from other sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// With navigation only.
    Lax,
    /// Always; browsers demand `Secure` with it.
    None,
}

impl SameSite {
    /// As it is written in the cookie.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// A cookie to be set.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie {
    /// The name.
    pub name: String,
    /// The value, not encoded yet.
    pub value: String,
    /// The `Domain` attribute; without it the cookie belongs to the answering host alone.
    pub domain: Option<String>,
    /// The `Path` attribute.
    pub path: String,
    /// When it expires, in milliseconds since the Unix epoch; 0 clears it.
    pub expires_ms: u64,
    /// Whether it is sent over https only.
    pub secure: bool,
    /// The `SameSite` attribute.
    pub same_site: SameSite,
}

impl Cookie {
    /// The value of the `Set-Cookie` header. Always `HttpOnly`.
    pub fn to_header_value(&self) -> String {
        let mut text = format!("{}={}", self.name, utf8_percent_encode(&self.value, COMPONENT));
        if let Some(domain) = &self.domain {
            text.push_str("; Domain=");
            text.push_str(domain);
        }
        text.push_str("; Path=");
        text.push_str(&self.path);
        text.push_str("; Expires=");
        let expires_s = (self.expires_ms / 1000).min(LAST_DATE_S);
        text.push_str(&httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(expires_s)));
        text.push_str("; HttpOnly");
        if self.secure {
            text.push_str("; Secure");
        }
        text.push_str("; SameSite=");
        text.push_str(self.same_site.as_str());
        text
    }

    /// Whether a browser would keep only one of the two: the same name, domain and path.
    pub fn replaces(&self, other: &Self) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }
}

impl std::fmt::Debug for Cookie {
    // The value is a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cookie").field("name", &self.name).field("path", &self.path).finish_non_exhaustive()
    }
}

/// The decoded value of the first cookie called `name` in a `Cookie` header.
pub fn value<'h>(header: &'h str, name: &str) -> Option<Cow<'h, str>> {
    pairs(header).find(|(key, _)| *key == name).map(|(_, value)| decode_value(value))
}

/// How many cookies called `name` a `Cookie` header carries.
pub fn count(header: &str, name: &str) -> usize {
    let names = header.split(';').map(|pair| pair.split('=').next().unwrap_or_default().trim());
    names.filter(|key| decode(key) == name).count()
}

fn pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(';').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.trim(), value.trim()))
}

fn decode_value(value: &str) -> Cow<'_, str> {
    let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let decoded = decode(unquoted);
    // Express marks JSON in cookies so; a JSON string is what it stands for.
    let json = decoded.strip_prefix("j:").and_then(|json| serde_json::from_str::<serde_json::Value>(json).ok());
    match json {
        Some(serde_json::Value::String(text)) => Cow::Owned(text),
        Some(other) => Cow::Owned(other.to_string()),
        None => decoded,
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    // What is not percent-encoded UTF-8 is taken as it stands.
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie() -> Cookie {
        Cookie {
            name: "sAccessToken".to_owned(),
            value: "a+b/c=;\u{fc}".to_owned(),
            domain: None,
            path: "/".to_owned(),
            expires_ms: 1_800_000_000_000,
            secure: false,
            same_site: SameSite::Lax,
        }
    }

    #[test]
    fn attributes_come_in_the_reference_order() {
        assert_eq!(
            cookie().to_header_value(),
            "sAccessToken=a%2Bb%2Fc%3D%3B%C3%BC; Path=/; Expires=Fri, 15 Jan 2027 08:00:00 GMT; HttpOnly; SameSite=Lax"
        );
        let cleared = Cookie {
            value: String::new(),
            domain: Some(".example.com".to_owned()),
            expires_ms: 0,
            secure: true,
            same_site: SameSite::None,
            ..cookie()
        };
        assert_eq!(
            cleared.to_header_value(),
            "sAccessToken=; Domain=.example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None"
        );
    }

    #[test]
    fn a_date_beyond_what_can_be_written_is_the_last_one_that_can() {
        for expires_ms in [253_402_300_799_999, 253_402_300_800_000, u64::MAX] {
            let text = Cookie { expires_ms, ..cookie() }.to_header_value();
            assert!(text.contains("Expires=Fri, 31 Dec 9999 23:59:59 GMT"), "{text}");
        }
    }

    #[test]
    fn values_are_read_leniently() {
        let header = "a=1; b=%22x%22; c=\"q\"; a=2; d=%zz; e = f ; g=j:\"t\"; h=a=b";
        let read = |name| value(header, name).map(Cow::into_owned);
        assert_eq!(read("a").as_deref(), Some("1"), "the first one counts");
        assert_eq!(read("b").as_deref(), Some("\"x\""));
        assert_eq!(read("c").as_deref(), Some("q"));
        assert_eq!(read("d").as_deref(), Some("%zz"));
        assert_eq!(read("e").as_deref(), Some("f"));
        assert_eq!(read("g").as_deref(), Some("t"));
        assert_eq!(read("h").as_deref(), Some("a=b"));
        assert_eq!(read("x"), None);
        assert_eq!(count(header, "a"), 2);
        assert_eq!(count(header, "e"), 1, "spaces around the name are no part of it");
        assert_eq!(count(header, "x"), 0);
    }

    #[test]
    fn a_cookie_of_another_domain_or_path_is_another_cookie() {
        let other_domain = Cookie { domain: Some("x.com".to_owned()), ..cookie() };
        let other_path = Cookie { path: "/auth".to_owned(), ..cookie() };
        let other_value = Cookie { value: "new".to_owned(), ..cookie() };
        assert!(other_value.replaces(&cookie()));
        assert!(!other_domain.replaces(&cookie()) && !other_path.replaces(&cookie()));
    }
}
