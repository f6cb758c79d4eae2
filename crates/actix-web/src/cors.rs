//! What browsers have to be told where website and API are two origins.

use actix_cors::Cors;
use actix_web::http::header;
use supertokens_app::SuperTokens;
use supertokens_doctor::{EXPOSED_HEADERS, METHODS};
use supertokens_kernel::UserContext;

use crate::convert;

/// Lets the application's website, and nobody else, call the API with cookies: origin, credentials, the request headers
/// that the front-end SDKs send, the response headers that they read.
///
/// It belongs around [`SuperTokensMiddleware`](crate::SuperTokensMiddleware), so it is wrapped after it: the auth routes'
/// answers need these headers too.
///
/// ```
/// use actix_web::App;
/// use supertokens_actix_web::{SuperTokensMiddleware, cors};
/// # fn example(supertokens: supertokens_app::SuperTokens) {
/// let app = App::new().wrap(SuperTokensMiddleware::new(supertokens.clone())).wrap(cors(&supertokens));
/// # let _ = app;
/// # }
/// ```
pub fn cors(supertokens: &SuperTokens) -> Cors {
    let cors = match supertokens.app_info().fixed_website() {
        Some(website) => Cors::default().allowed_origin(website.domain.as_str()),
        // The website depends on the request, which is asked for each time.
        None => {
            let supertokens = supertokens.clone();
            Cors::default().allowed_origin_fn(move |origin, head| {
                let request = convert::sdk_request(head);
                let context = UserContext::for_request(request.clone());
                let website = supertokens.app_info().website(Some(&request), &context);
                website.is_ok_and(|website| website.domain.as_str().as_bytes() == origin.as_bytes())
            })
        }
    };
    cors.supports_credentials()
        .allowed_methods(METHODS.iter().map(http::Method::as_str))
        .allowed_headers(supertokens.all_cors_headers().iter().copied())
        .allowed_header(header::CONTENT_TYPE)
        .expose_headers(EXPOSED_HEADERS)
}
