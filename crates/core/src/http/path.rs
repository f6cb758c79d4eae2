//! Which endpoint, app and tenant a path names: `[/appid-<app>][/<tenant>]/<endpoint>`.

use std::borrow::Cow;

use http::Method;

use crate::storage::PUBLIC;

/// An endpoint of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Root,
    Hello,
    ApiVersion,
    PublicKeySet,
    KeySet,
    SignJwt,
    UserById,
    Session,
    VerifySession,
    RefreshSession,
    RegenerateSession,
    RemoveSessions,
    SessionsOfUser,
    SessionData,
    JwtData,
    Tenant,
    Tenants,
    RemoveTenant,
    App,
    Apps,
    RemoveApp,
}

const ROUTES: &[(&str, Route)] = &[
    ("", Route::Root),
    ("/hello", Route::Hello),
    ("/apiversion", Route::ApiVersion),
    ("/.well-known/jwks.json", Route::PublicKeySet),
    ("/recipe/jwt/jwks", Route::KeySet),
    ("/recipe/jwt", Route::SignJwt),
    ("/user/id", Route::UserById),
    ("/recipe/session", Route::Session),
    ("/recipe/session/verify", Route::VerifySession),
    ("/recipe/session/refresh", Route::RefreshSession),
    ("/recipe/session/regenerate", Route::RegenerateSession),
    ("/recipe/session/remove", Route::RemoveSessions),
    ("/recipe/session/user", Route::SessionsOfUser),
    ("/recipe/session/data", Route::SessionData),
    ("/recipe/jwt/data", Route::JwtData),
    ("/recipe/multitenancy/tenant/v2", Route::Tenant),
    ("/recipe/multitenancy/tenant/list/v2", Route::Tenants),
    ("/recipe/multitenancy/tenant/remove", Route::RemoveTenant),
    ("/recipe/multitenancy/app/v2", Route::App),
    ("/recipe/multitenancy/app/list/v2", Route::Apps),
    ("/recipe/multitenancy/app/remove", Route::RemoveApp),
];

/// First segments that are never a tenant.
pub(crate) const NO_TENANT_IDS: [&str; 4] = ["recipe", "config", "users", "hello"];

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Located<'p> {
    pub(crate) route: Route,
    pub(crate) app_id: Cow<'p, str>,
    pub(crate) tenant_id: Cow<'p, str>,
}

impl Route {
    /// Whether a request must carry one of the API keys, if there are any.
    pub(crate) fn demands_api_key(self) -> bool {
        !matches!(self, Self::Root | Self::Hello | Self::PublicKeySet)
    }

    /// Whether the endpoint answers this method.
    pub(crate) fn answers(self, method: &Method) -> bool {
        let methods: &[Method] = match self {
            Self::Root | Self::Hello => &[Method::GET, Method::POST, Method::PUT, Method::DELETE],
            Self::ApiVersion
            | Self::PublicKeySet
            | Self::KeySet
            | Self::UserById
            | Self::SessionsOfUser
            | Self::Tenants
            | Self::Apps => &[Method::GET],
            Self::SignJwt
            | Self::VerifySession
            | Self::RefreshSession
            | Self::RegenerateSession
            | Self::RemoveSessions
            | Self::RemoveTenant
            | Self::RemoveApp => &[Method::POST],
            Self::Session => &[Method::GET, Method::POST],
            Self::SessionData | Self::JwtData | Self::Tenant => &[Method::GET, Method::PUT],
            Self::App => &[Method::PUT],
        };
        methods.contains(method)
    }
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
            route: located.route,
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
    let found =
        |route, tenant_id| Some(Located { route, app_id: Cow::Borrowed(app_id), tenant_id: Cow::Borrowed(tenant_id) });
    if !app_id.bytes().all(is_id_byte) {
        return None;
    }
    if let Some(route) = endpoint(path) {
        return found(route, PUBLIC);
    }
    let rest = path.strip_prefix('/')?;
    let (tenant_id, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if tenant_id.is_empty() || !tenant_id.bytes().all(is_id_byte) || NO_TENANT_IDS.contains(&tenant_id) {
        return None;
    }
    found(endpoint(path)?, tenant_id)
}

fn endpoint(path: &str) -> Option<Route> {
    ROUTES.iter().find(|(endpoint, _)| *endpoint == path).map(|(_, route)| *route)
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

    fn names(path: &str) -> Option<(Route, String, String)> {
        locate(path, "").map(|l| (l.route, l.app_id.into_owned(), l.tenant_id.into_owned()))
    }

    fn found(route: Route, app_id: &str, tenant_id: &str) -> Option<(Route, String, String)> {
        Some((route, app_id.to_owned(), tenant_id.to_owned()))
    }

    #[test]
    fn a_path_names_app_tenant_and_endpoint() {
        assert_eq!(names("/recipe/session"), found(Route::Session, "public", "public"));
        assert_eq!(names("/t1/recipe/session"), found(Route::Session, "public", "t1"));
        assert_eq!(names("/appid-a/recipe/session"), found(Route::Session, "a", "public"));
        assert_eq!(names("/appid-a/t1/recipe/session/"), found(Route::Session, "a", "t1"));
        assert_eq!(names("/APPID-A/T1/Recipe/SESSION"), found(Route::Session, "a", "t1"));
        assert_eq!(names("/appid-a/.well-known/jwks.json"), found(Route::PublicKeySet, "a", "public"));
        for root in ["/", "", "/public", "/appid-public", "/appid-public/public/"] {
            assert_eq!(names(root), found(Route::Root, "public", "public"), "{root}");
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
        let route = |path: &str| locate(path, "/core/").map(|located| located.route);
        assert_eq!(route("/core/hello"), Some(Route::Hello));
        assert_eq!(route("/Core"), Some(Route::Root));
        assert_eq!(route("/hello"), None);
        assert_eq!(route("/corehello"), None);
    }
}
