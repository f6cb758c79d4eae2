//! Mistakes in what an application says about itself.

use supertokens_kernel::NormalisedAppInfo;
use supertokens_kernel::app_info::Website;

use crate::finding::Finding;

/// What is wrong with an application's addresses; nothing, where its website depends on the request.
pub fn check_addresses(app_info: &NormalisedAppInfo) -> Vec<Finding> {
    let Some(website) = app_info.fixed_website() else { return Vec::new() };
    let (api, site) = (&app_info.api_domain, &website.domain);
    let mut findings = Vec::new();
    if api.is_loopback() && site.is_loopback() {
        if api.host() != site.host() {
            findings.push(Finding::new(
                "localhost-mixed",
                format!(
                    "The API is at {api} and the website at {site}: for a browser `localhost` and `127.0.0.1` are two \
                     sites, and it sends no session cookies from one to the other."
                ),
                "Use the same name in both, in the code and in the browser's address bar.",
            ));
        }
        return findings;
    }
    if is_cross_site(app_info, website) && api.scheme() != "https" {
        findings.push(Finding::new(
            "cross-site-without-https",
            format!(
                "The API ({api}) and the website ({site}) are two sites, and the API has no https: browsers keep cookies \
                 from another site only with `Secure`, which needs https."
            ),
            "Serve the API over https and say so in api_domain, or put both under one domain.",
        ));
    }
    findings
}

/// Whether a browser takes API and website for two sites; the scheme counts.
pub(crate) fn is_cross_site(app_info: &NormalisedAppInfo, website: &Website) -> bool {
    app_info.top_level_api_domain != website.top_level_domain || app_info.api_domain.scheme() != website.domain.scheme()
}

#[cfg(test)]
mod tests {
    use supertokens_kernel::AppInfo;

    use super::*;

    fn ids(api: &str, website: &str) -> Vec<&'static str> {
        let app_info = AppInfo::new("Acme", api, website).normalise().unwrap();
        check_addresses(&app_info).iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn two_sites_need_https() {
        assert_eq!(ids("http://api.acme.com", "http://acme.org"), ["cross-site-without-https"]);
        assert_eq!(ids("http://api.acme.com", "https://acme.com"), ["cross-site-without-https"], "the scheme counts");
        assert_eq!(ids("https://api.acme.com", "https://acme.org"), [""; 0]);
        assert_eq!(ids("http://api.acme.com", "http://acme.com"), [""; 0]);
        assert_eq!(ids("http://api.acme.com", "http://localhost:3000"), ["cross-site-without-https"]);
    }

    #[test]
    fn localhost_and_its_number_are_two_sites() {
        assert_eq!(ids("http://127.0.0.1:3001", "http://localhost:3000"), ["localhost-mixed"]);
        assert_eq!(ids("http://localhost:3001", "http://127.0.0.1:3000"), ["localhost-mixed"]);
        assert_eq!(ids("http://localhost:3001", "http://localhost:3000"), [""; 0]);
        assert_eq!(ids("http://127.0.0.1:3001", "http://127.0.0.1:3000"), [""; 0]);
    }

    #[test]
    fn a_website_that_depends_on_the_request_is_not_looked_at() {
        let app_info = AppInfo::new("Acme", "http://api.acme.com", "").origin(|_, _| "http://acme.org".to_owned());
        assert_eq!(check_addresses(&app_info.normalise().unwrap()), []);
    }
}
