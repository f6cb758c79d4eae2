//! Does the application answer at all, and as the one that it should be?

use std::fmt::Display;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

use crate::finding::Finding;
use crate::subject::Subject;

pub(crate) fn unreachable(subject: &Subject, error: &impl Display) -> Finding {
    Finding::new(
        "unreachable",
        format!("Nothing answers at {}: {error}.", subject.address()),
        "Start the application, and give the address that a browser would use.",
    )
}

/// A refresh without a token is refused by the SDK, with a message; anything else comes from somebody else.
pub(crate) fn check_refresh(subject: &Subject, response: &Response<Bytes>) -> Option<Finding> {
    let (status, route) = (response.status(), format!("POST {}/session/refresh", subject.address()));
    let message = json(response).and_then(|body| body.get("message").cloned());
    if status.is_server_error() {
        return Some(Finding::new(
            "auth-routes-fail",
            format!("{route} is answered with {status}."),
            "The application's log says why (target `supertokens`).",
        ));
    }
    if status.is_client_error() && status != StatusCode::METHOD_NOT_ALLOWED && message.is_some() {
        return None;
    }
    Some(Finding::new(
        "auth-routes-not-seen",
        format!("{route} is answered with {status}, and not by SuperTokens: the auth routes do not get to it."),
        format!(
            "Put SuperTokens around the whole application (axum: `.layer(SuperTokensLayer::new(supertokens))` on the \
             outermost Router, after all routes and the fallback; actix-web: `.wrap(..)` on the App, not on a scope; \
             hyper: `supertokens.serve(..)`). If the API is below another path than {}, say so with api_base_path(..), \
             or with api_gateway_path(..) where a gateway strips a part of it.",
            subject.app_info.api_base_path,
        ),
    ))
}

/// The keys that others verify access tokens with.
pub(crate) fn check_keys(subject: &Subject, response: &Response<Bytes>) -> Option<Finding> {
    let has_keys = json(response).is_some_and(|body| body.get("keys").is_some_and(Value::is_array));
    if response.status() == StatusCode::OK && has_keys {
        return None;
    }
    Some(Finding::new(
        "keys-not-published",
        format!("GET {}/jwt/jwks.json is answered with {}, without keys.", subject.address(), response.status()),
        "A status of 500: the core cannot be reached, see the application's log. Else let requests below the API base \
         path through to SuperTokens, GET as well as POST; or, where the route is switched off on purpose, pass over this.",
    ))
}

/// Tokens name the application as their issuer: by the address that it believes to have.
pub(crate) fn check_issuer(subject: &Subject, response: &Response<Bytes>) -> Option<Finding> {
    let body = json(response)?;
    let (issuer, expected) = (body.get("issuer")?.as_str()?, subject.app_info.api_url());
    (issuer != expected).then(|| {
        Finding::new(
            "other-address",
            format!(
                "The application answers at {expected}, but believes to be at {issuer}: the cookies' paths, the issuer of \
                 tokens and links follow from that."
            ),
            "Give AppInfo the address that browsers use (api_domain, api_base_path, api_gateway_path), or use that one.",
        )
    })
}

fn json(response: &Response<Bytes>) -> Option<Value> {
    serde_json::from_slice(response.body()).ok()
}
