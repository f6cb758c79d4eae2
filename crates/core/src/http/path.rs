//! Which endpoint, app and tenant a path names: `[/appid-<app>][/<tenant>]/<endpoint>`.

use std::borrow::Cow;

use crate::{
    endpoints::{self, Endpoint},
    storage::PUBLIC,
};

/// First segments that are never a tenant.
pub(crate) const NO_TENANT_IDS: [&str; 4] = ["recipe", "config", "users", "hello"];

/// What a path names.
pub(crate) struct Located<'p> {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) app_id: Cow<'p, str>,
    pub(crate) tenant_id: Cow<'p, str>,
}

/// Finds the endpoint. Case does not matter, and one slash at the end is fine.
pub(crate) fn locate<'p>(path: &'p str, base_path: &str) -> Option<Located<'p>> {
    let path = lower_case(without_base(path, base_path)?);
    let path = match path {
        Cow::Borrowed(path) => Cow::Borrowed(path.strip_suffix('/').unwrap_or(path)),
        Cow::Owned(path) => Cow::Owned(path.strip_suffix('/').map_or_else(|| path.clone(), str::to_owned)),
    };
    match path {
        Cow::Borrowed(path) => locate_in(path),
        Cow::Owned(path) => locate_in(&path).map(|located| Located {
            endpoint: located.endpoint,
            app_id: Cow::Owned(located.app_id.into_owned()),
            tenant_id: Cow::Owned(located.tenant_id.into_owned()),
        }),
    }
}

fn locate_in(path: &str) -> Option<Located<'_>> {
    let (app_id, path) = match path.strip_prefix("/appid-") {
        Some(rest) => {
            let (app_id, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (app_id, path)
        }
        None => (PUBLIC, path),
    };
    let found = |endpoint, tenant_id| {
        Some(Located { endpoint, app_id: Cow::Borrowed(app_id), tenant_id: Cow::Borrowed(tenant_id) })
    };
    if !app_id.bytes().all(is_id_byte) {
        return None;
    }
    if let Some(endpoint) = endpoints::at(path) {
        return found(endpoint, PUBLIC);
    }
    let rest = path.strip_prefix('/')?;
    let (tenant_id, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if tenant_id.is_empty() || !tenant_id.bytes().all(is_id_byte) || NO_TENANT_IDS.contains(&tenant_id) {
        return None;
    }
    found(endpoints::at(path)?, tenant_id)
}

/// Ids of apps and tenants are letters, digits and hyphens.
pub(crate) fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

fn without_base<'p>(path: &'p str, base_path: &str) -> Option<&'p str> {
    let base_path = base_path.trim_matches('/');
    if base_path.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix('/')?;
    let (start, rest) = rest.split_at_checked(base_path.len())?;
    (start.eq_ignore_ascii_case(base_path) && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

fn lower_case(path: &str) -> Cow<'_, str> {
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(path.to_ascii_lowercase())
    } else {
        Cow::Borrowed(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Option<(&'static str, String, String)> {
        locate(path, "").map(|l| (l.endpoint.path, l.app_id.into_owned(), l.tenant_id.into_owned()))
    }

    fn found(endpoint: &'static str, app_id: &str, tenant_id: &str) -> Option<(&'static str, String, String)> {
        Some((endpoint, app_id.to_owned(), tenant_id.to_owned()))
    }

    #[test]
    fn a_path_names_app_tenant_and_endpoint() {
        assert_eq!(names("/recipe/session"), found("/recipe/session", "public", "public"));
        assert_eq!(names("/t1/recipe/session"), found("/recipe/session", "public", "t1"));
        assert_eq!(names("/appid-a/recipe/session"), found("/recipe/session", "a", "public"));
        assert_eq!(names("/appid-a/t1/recipe/session/"), found("/recipe/session", "a", "t1"));
        assert_eq!(names("/APPID-A/T1/Recipe/SESSION"), found("/recipe/session", "a", "t1"));
        assert_eq!(names("/appid-a/.well-known/jwks.json"), found("/.well-known/jwks.json", "a", "public"));
        for root in ["/", "", "/public", "/appid-public", "/appid-public/public/"] {
            assert_eq!(names(root), found("", "public", "public"), "{root}");
        }
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in [
            "/recipe/nosuch",
            "/t1/t2/recipe/session",
            "/under_score/recipe/session",
            "/recipe/recipe/session",
            "/users/recipe/session",
            "/appid-a_b/hello",
            "//recipe/session",
            "/recipe/session//",
            "/recipe/session/x",
            "/hello/hello",
        ] {
            assert_eq!(names(path), None, "{path}");
        }
    }

    #[test]
    fn a_base_path_must_come_first() {
        let endpoint = |path: &str| locate(path, "/core/").map(|located| located.endpoint.path);
        assert_eq!(endpoint("/core/hello"), Some("/hello"));
        assert_eq!(endpoint("/Core"), Some(""));
        assert_eq!(endpoint("/hello"), None);
        assert_eq!(endpoint("/corehello"), None);
    }
}
