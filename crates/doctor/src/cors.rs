//! Do browsers accept what the application says to another origin?

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
};
use http::{HeaderMap, HeaderName, Response};

use crate::finding::Finding;
use crate::subject::Subject;

/// Browsers take no `*` for any of these headers on a request with cookies.
const ANYTHING: &str = "*";
const USE_THE_HELPER: &str = "Use the adapter's helper, `.layer(cors(&supertokens))` in axum and `.wrap(cors(&supertokens))` in \
                              actix-web, added last, so that it lies around SuperTokens.";

/// The preflight of the website, and the answer to its request.
pub(crate) fn check(
    subject: &Subject,
    origin: &str,
    preflight: Option<&Response<Bytes>>,
    answer: &Response<Bytes>,
) -> Vec<Finding> {
    let Some(preflight) = preflight.filter(|preflight| allowed_origin(preflight).is_some()) else {
        return vec![Finding::new(
            "cors-missing",
            format!(
                "A browser that asks whether {origin} may call the API gets no answer: it will not send the request."
            ),
            USE_THE_HELPER,
        )];
    };
    let mut findings = check_origin(origin, preflight);
    let lacking = lacking_headers(subject, preflight);
    if !lacking.is_empty() {
        findings.push(Finding::new(
            "cors-headers",
            format!("The website may not send the headers {}: browsers will not send the request.", lacking.join(", ")),
            format!("Allow them: `supertokens.all_cors_headers()` lists them. {USE_THE_HELPER}"),
        ));
    }
    if findings.is_empty() {
        findings.extend(check_answer(origin, answer));
    }
    findings
}

/// Any site that is answered like the website could act for the people who are signed in.
pub(crate) fn check_stranger(stranger: &str, preflight: &Response<Bytes>) -> Option<Finding> {
    (allowed_origin(preflight) == Some(stranger) && allows_credentials(preflight)).then(|| {
        Finding::new(
            "cors-any-origin",
            "Every origin is allowed to call the API with cookies: any site can act for the people who are signed in.",
            format!("Allow the website's origin alone. {USE_THE_HELPER}"),
        )
    })
}

fn check_origin(origin: &str, preflight: &Response<Bytes>) -> Vec<Finding> {
    let allowed = allowed_origin(preflight).unwrap_or_default();
    let mut findings = Vec::new();
    if allowed == ANYTHING {
        findings.push(Finding::new(
            "cors-wildcard",
            "`Access-Control-Allow-Origin: *`: browsers refuse it for requests with cookies, which the session needs.",
            format!("Name the website, {origin}. {USE_THE_HELPER}"),
        ));
    } else if allowed != origin {
        findings.push(Finding::new(
            "cors-other-origin",
            format!("The API may be called by {allowed}, and not by the website {origin}."),
            format!("Allow {origin}, without a slash at its end. {USE_THE_HELPER}"),
        ));
    }
    if !allows_credentials(preflight) {
        findings.push(Finding::new(
            "cors-credentials",
            "`Access-Control-Allow-Credentials: true` is missing: browsers send and keep no cookies.",
            format!("Allow credentials. {USE_THE_HELPER}"),
        ));
    }
    findings
}

fn check_answer(origin: &str, answer: &Response<Bytes>) -> Vec<Finding> {
    if allowed_origin(answer) != Some(origin) || !allows_credentials(answer) {
        return vec![Finding::new(
            "cors-inside",
            "Preflights are answered well, but the auth routes' answers have no CORS headers: the website cannot read them.",
            format!("CORS lies inside of SuperTokens. {USE_THE_HELPER}"),
        )];
    }
    let exposed = list(answer.headers(), ACCESS_CONTROL_EXPOSE_HEADERS);
    let sent = crate::EXPOSED_HEADERS.into_iter().filter(|name| answer.headers().contains_key(*name));
    let hidden: Vec<_> = sent.filter(|name| !exposed.iter().any(|exposed| exposed == name)).collect();
    if hidden.is_empty() {
        return Vec::new();
    }
    vec![Finding::new(
        "cors-exposed",
        format!("The website cannot read the response headers {}: they hold its session's tokens.", hidden.join(", ")),
        format!("Another list of exposed headers replaces that of SuperTokens; add them to it. {USE_THE_HELPER}"),
    )]
}

fn lacking_headers(subject: &Subject, preflight: &Response<Bytes>) -> Vec<&'static str> {
    let allowed = list(preflight.headers(), ACCESS_CONTROL_ALLOW_HEADERS);
    let is_allowed = |name: &&&str| allowed.iter().any(|allowed| allowed == **name);
    let needed = ["content-type"].iter().chain(&subject.headers);
    needed.filter(|name| !is_allowed(name)).copied().collect()
}

fn allowed_origin(response: &Response<Bytes>) -> Option<&str> {
    response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN)?.to_str().ok()
}

fn allows_credentials(response: &Response<Bytes>) -> bool {
    response.headers().get(ACCESS_CONTROL_ALLOW_CREDENTIALS).is_some_and(|value| value == "true")
}

fn list(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}
