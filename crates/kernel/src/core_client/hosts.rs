//! The core's hosts.

use crate::error::InitError;
use crate::url::{NormalisedUrlDomain, NormalisedUrlPath};

/// The core's hosts: each a domain and a base path, such as `https://core.example.com/appid-shop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreHosts {
    urls: Vec<String>,
    leaves_loopback_in_clear: bool,
}

impl CoreHosts {
    /// Reads a connection URI: one host, or several separated by `;`.
    ///
    /// ```
    /// use supertokens_kernel::core_client::CoreHosts;
    ///
    /// # fn main() -> Result<(), supertokens_kernel::InitError> {
    /// let hosts = CoreHosts::parse("http://localhost:3567; https://core.example.com/appid-shop/")?;
    /// assert_eq!(hosts.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn parse(connection_uri: &str) -> Result<Self, InitError> {
        let mut hosts = Self { urls: Vec::new(), leaves_loopback_in_clear: false };
        for uri in connection_uri.split(';').map(str::trim).filter(|uri| !uri.is_empty()) {
            let domain = NormalisedUrlDomain::parse("connection_uri", uri)?;
            // A base path is everything behind the host, which may have been written without a scheme.
            let without_scheme = uri.split_once("://").map_or(uri, |(_, rest)| rest);
            let base = without_scheme.find('/').and_then(|start| without_scheme.get(start..)).unwrap_or_default();
            let base = NormalisedUrlPath::parse("connection_uri", base)?;
            hosts.leaves_loopback_in_clear |= domain.scheme() == "http" && !domain.is_loopback();
            hosts.urls.push(format!("{domain}{base}"));
        }
        if hosts.urls.is_empty() {
            let problem = "names no host";
            return Err(InitError::invalid(
                "connection_uri",
                connection_uri,
                problem,
                "for example http://localhost:3567",
            ));
        }
        Ok(hosts)
    }

    /// The one host of a core inside this process, whose transport looks at paths alone.
    pub fn in_process() -> Self {
        Self { urls: vec!["http://core.invalid".to_owned()], leaves_loopback_in_clear: false }
    }

    /// How many hosts there are; at least one.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.urls.len()
    }

    /// Whether an API key sent to one of these hosts could be read on the way.
    pub fn leaves_loopback_in_clear(&self) -> bool {
        self.leaves_loopback_in_clear
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        self.urls.get(index).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_uri_names_hosts_with_base_paths() {
        let hosts = CoreHosts::parse(" http://localhost:3567/ ;; core.example.com/appid-x/ ").unwrap();
        assert_eq!(hosts.urls, ["http://localhost:3567", "https://core.example.com/appid-x"]);
        assert!(!hosts.leaves_loopback_in_clear());
        assert!(CoreHosts::parse("http://core.example.com").unwrap().leaves_loopback_in_clear());
    }

    #[test]
    fn a_connection_uri_without_a_host_is_an_error() {
        for uri in ["", " ; ", "http://"] {
            assert!(CoreHosts::parse(uri).is_err(), "{uri:?}");
        }
    }
}
