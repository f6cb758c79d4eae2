//! What a browser would send first, and what is wrong with the answers.

use std::fmt::Display;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};

use crate::finding::Finding;
use crate::subject::Subject;
use crate::{addresses, answers, cookies, cors};

/// An origin that no application lists.
const STRANGER: &str = "https://doctor.invalid";

/// Sends what a browser would send first, by `send`, and says what is wrong with the answers.
///
/// Nothing that it sends changes anything in the application: a refresh without a token, preflights, the published keys
/// and the discovery document.
pub async fn check_application<F, Fut, E>(subject: &Subject, send: F) -> Vec<Finding>
where
    F: Fn(Request<Bytes>) -> Fut,
    Fut: Future<Output = Result<Response<Bytes>, E>>,
    E: Display,
{
    let mut findings = addresses::check_addresses(&subject.app_info);
    let refresh = match send(refresh(subject)).await {
        Ok(response) => response,
        Err(error) => {
            findings.push(answers::unreachable(subject, &error));
            return findings;
        }
    };
    if let Some(finding) = answers::check_refresh(subject, &refresh) {
        // What follows would say the same once more.
        findings.push(finding);
        return findings;
    }
    findings.extend(cookies::check(subject, &refresh));
    if let Some(origin) = subject.other_origin() {
        let preflight = async |origin| send(preflight(subject, origin)).await.ok();
        let asked = preflight(origin).await;
        let asked_by_a_stranger = preflight(STRANGER).await;
        findings.extend(cors::check(subject, origin, asked.as_ref(), &refresh));
        findings.extend(asked_by_a_stranger.and_then(|response| cors::check_stranger(STRANGER, &response)));
    }
    if let Ok(response) = send(get(subject, "/jwt/jwks.json")).await {
        findings.extend(answers::check_keys(subject, &response));
    }
    if let Ok(response) = send(get(subject, "/.well-known/openid-configuration")).await {
        findings.extend(answers::check_issuer(subject, &response));
    }
    findings
}

/// A refresh without a token: it is refused, and the refusal removes cookies, which shows what cookies look like.
fn refresh(subject: &Subject) -> Request<Bytes> {
    let mut request = request(Method::POST, subject, "/session/refresh");
    let headers = request.headers_mut();
    headers.insert("rid", HeaderValue::from_static("anti-csrf"));
    headers.insert("st-auth-mode", HeaderValue::from_static("cookie"));
    if let Some(origin) = subject.other_origin().and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ORIGIN, origin);
    }
    request
}

fn preflight(subject: &Subject, origin: &str) -> Request<Bytes> {
    let mut request = request(Method::OPTIONS, subject, "/session/refresh");
    let asked_for = format!("content-type,{}", subject.headers.join(","));
    let headers: [(HeaderName, &str); 3] = [
        (header::ORIGIN, origin),
        (header::ACCESS_CONTROL_REQUEST_METHOD, "POST"),
        (header::ACCESS_CONTROL_REQUEST_HEADERS, &asked_for),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}

fn get(subject: &Subject, path: &str) -> Request<Bytes> {
    request(Method::GET, subject, path)
}

fn request(method: Method, subject: &Subject, path: &str) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method;
    // Checked when the addresses were normalised.
    *request.uri_mut() = format!("{}{path}", subject.sent_below).parse().unwrap_or_default();
    request
}
