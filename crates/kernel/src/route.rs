//! HTTP routes of recipes, and how a request finds one.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use crate::error::Error;
use crate::http::Exchange;
use crate::overrides::BoxFuture;
use crate::tenant::TenantId;
use crate::user_context::UserContext;

/// What a route's handler gets.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// The request, and what is to be changed on the response.
    pub exchange: Exchange,
    /// The tenant of the request's path, or `public`.
    pub tenant_id: TenantId,
    /// The request's context.
    pub user_context: UserContext,
}

type Handler = Arc<dyn Fn(ApiCall) -> BoxFuture<Result<http::Response<Bytes>, Error>> + Send + Sync>;

/// One HTTP route of a recipe, below the API base path.
#[derive(Clone)]
pub struct Route {
    recipe: &'static str,
    method: Method,
    path: &'static str,
    disabled: bool,
    handler: Handler,
}

impl Route {
    /// A route such as `POST /session/refresh` (the path is written without the API base path).
    pub fn new<F, Fut>(method: Method, path: &'static str, handler: F) -> Self
    where
        F: Fn(ApiCall) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<http::Response<Bytes>, Error>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |call| Box::pin(handler(call)));
        Self { recipe: "", method, path, disabled: false, handler }
    }

    /// The same route, not matched when `disabled`: requests for it go back to the application.
    #[must_use]
    pub fn disabled_if(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Runs the handler.
    pub fn call(&self, call: ApiCall) -> BoxFuture<Result<http::Response<Bytes>, Error>> {
        (self.handler)(call)
    }

    pub(crate) fn of_recipe(mut self, recipe: &'static str) -> Self {
        self.recipe = recipe;
        self
    }

    fn answers(&self, method: &Method, path: &str) -> bool {
        !self.disabled && self.path == path && self.method == *method
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("recipe", &self.recipe)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("disabled", &self.disabled)
            .finish()
    }
}

/// A route that answers a request, and the tenant that the request's path names.
#[derive(Debug)]
pub struct Match<'r> {
    /// The route.
    pub route: &'r Route,
    /// The tenant: `public` unless the path names one.
    pub tenant_id: TenantId,
}

/// Finds the route for a request whose path below the API base path is `path` (`""`, or starting with a slash and
/// without a trailing one).
///
/// A path without a tenant is preferred to one with. The recipes in `preferred` (those that the request's `rid` header
/// names) come first, as front ends expect where two recipes have the same path.
pub fn find<'r>(routes: &'r [Route], method: &Method, path: &str, preferred: &[&str]) -> Option<Match<'r>> {
    if *method == Method::HEAD || *method == Method::OPTIONS {
        return None;
    }
    let of_preferred = |route: &&Route| preferred.contains(&route.recipe);
    find_among(|| routes.iter().filter(of_preferred), method, path)
        .or_else(|| find_among(|| routes.iter(), method, path))
}

fn find_among<'r, I: Iterator<Item = &'r Route>>(
    routes: impl Fn() -> I,
    method: &Method,
    path: &str,
) -> Option<Match<'r>> {
    if let Some(route) = routes().find(|route| route.answers(method, path)) {
        return Some(Match { route, tenant_id: TenantId::default() });
    }
    let (tenant_id, rest) = split_tenant(path)?;
    let tenant_id = TenantId::new(tenant_id);
    if tenant_id.names_an_app() {
        return None;
    }
    let route = routes().find(|route| route.answers(method, rest))?;
    Some(Match { route, tenant_id })
}

/// `/customer1/session/refresh` is the route `/session/refresh` of the tenant `customer1`.
fn split_tenant(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix('/')?;
    let end = rest.find('/')?;
    let (tenant_id, rest) = rest.split_at(end);
    let valid = !tenant_id.is_empty() && tenant_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    valid.then_some((tenant_id, rest))
}

/// The part of `path` below `base`, at a segment boundary: `/auth` holds `/auth` and `/auth/signin`, not `/authors`.
pub fn below<'p>(base: &str, path: &'p str) -> Option<&'p str> {
    let rest = path.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.strip_suffix('/').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(recipe: &'static str, path: &'static str) -> Route {
        let reply = |_| async { Ok(http::Response::new(Bytes::new())) };
        Route::new(Method::POST, path, reply).of_recipe(recipe)
    }

    fn found(routes: &[Route], path: &str, preferred: &[&str]) -> Option<(String, String)> {
        find(routes, &Method::POST, path, preferred)
            .map(|found| (found.route.recipe.to_owned(), found.tenant_id.to_string()))
    }

    #[test]
    fn a_path_without_a_tenant_is_preferred_to_one_with() {
        let routes = [route("a", "/refresh"), route("b", "/session/refresh")];
        assert_eq!(found(&routes, "/session/refresh", &[]), Some(("b".into(), "public".into())));
        assert_eq!(found(&routes, "/t1/refresh", &[]), Some(("a".into(), "t1".into())));
        assert_eq!(found(&routes, "/t1/session/refresh", &[]), Some(("b".into(), "t1".into())));
        assert_eq!(found(&routes, "/t_1/refresh", &[]), None, "underscores are not part of a tenant's id");
        assert_eq!(found(&routes, "/T1/refresh", &[]), Some(("a".into(), "t1".into())), "as the core has it");
        assert_eq!(found(&routes, "/appid-b/refresh", &[]), None, "a core would take it for another app");
        assert_eq!(found(&routes, "/AppId-b/refresh", &[]), None);
        assert_eq!(found(&routes, "/nothing", &[]), None);
    }

    #[test]
    fn the_rid_header_chooses_between_recipes_with_the_same_path_and_nothing_else() {
        let routes = [route("a", "/exists"), route("b", "/exists"), route("c", "/other")];
        assert_eq!(found(&routes, "/exists", &[]), Some(("a".into(), "public".into())));
        assert_eq!(found(&routes, "/exists", &["b"]), Some(("b".into(), "public".into())));
        assert_eq!(found(&routes, "/other", &["b"]), Some(("c".into(), "public".into())));
    }

    #[test]
    fn disabled_routes_other_methods_head_and_options_are_not_matched() {
        let routes = [route("a", "/off").disabled_if(true), route("a", "/on")];
        assert_eq!(found(&routes, "/off", &[]), None);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(find(&routes, &method, "/on", &[]).is_none());
        }
    }

    #[test]
    fn the_base_path_ends_at_a_segment_boundary() {
        assert_eq!(below("/auth", "/auth/signin/"), Some("/signin"));
        assert_eq!(below("/auth", "/auth"), Some(""));
        assert_eq!(below("/auth", "/authors/signin"), None);
        assert_eq!(below("", "/signin"), Some("/signin"));
    }
}
