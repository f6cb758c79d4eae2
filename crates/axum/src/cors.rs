//! What browsers have to be told where website and API are two origins.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use supertokens_app::SuperTokens;
use supertokens_doctor::{EXPOSED_HEADERS, METHODS};
use supertokens_kernel::http::BodyLimits;
use supertokens_kernel::{Request, UserContext};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Lets the application's website, and nobody else, call the API with cookies: origin, credentials, the request headers
/// that the front-end SDKs send, the response headers that they read.
///
/// It belongs around [`SuperTokensLayer`](crate::SuperTokensLayer), so it is added after it: the auth routes' answers need
/// these headers too. Each of its settings can be changed; a method that sets a list replaces it.
///
/// ```
/// use axum::Router;
/// use supertokens_app::SuperTokens;
/// use supertokens_axum::{SuperTokensLayer, cors};
///
/// fn router(supertokens: SuperTokens) -> Router {
///     let cors = cors(&supertokens);
///     Router::new().layer(SuperTokensLayer::new(supertokens)).layer(cors)
/// }
/// ```
pub fn cors(supertokens: &SuperTokens) -> CorsLayer {
    let allowed = supertokens.all_cors_headers().iter().map(|name| HeaderName::from_static(name));
    CorsLayer::new()
        .allow_origin(allow_origin(supertokens))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers([header::CONTENT_TYPE].into_iter().chain(allowed).collect::<Vec<_>>())
        .expose_headers(EXPOSED_HEADERS.map(HeaderName::from_static))
}

fn allow_origin(supertokens: &SuperTokens) -> AllowOrigin {
    let website = supertokens.app_info().fixed_website();
    match website.and_then(|website| HeaderValue::from_str(website.domain.as_str()).ok()) {
        Some(origin) => AllowOrigin::exact(origin),
        // The website depends on the request, which is asked for each time.
        None => {
            let supertokens = supertokens.clone();
            AllowOrigin::predicate(move |origin, parts| {
                let request = Request::new(parts, Bytes::new(), &BodyLimits::default());
                let context = UserContext::for_request(request.clone());
                let website = supertokens.app_info().website(Some(&request), &context);
                website.is_ok_and(|website| website.domain.as_str().as_bytes() == origin.as_bytes())
            })
        }
    }
}
