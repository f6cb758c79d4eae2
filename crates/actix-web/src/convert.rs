//! Requests and responses between actix-web, which has http 0.2, and the SDK, which has http 1.

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, RequestHead};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap as ActixHeaders, HeaderName as ActixName, HeaderValue as ActixValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt, Full, StreamBody};
use supertokens_app::SuperTokens;
use supertokens_kernel::http::{Attachment, BodyLimits};
use supertokens_kernel::{Exchange, Request};

pub(crate) fn method(method: &actix_web::http::Method) -> Method {
    // Both know the same tokens.
    Method::from_bytes(method.as_str().as_bytes()).unwrap_or_default()
}

/// A request as recipes see it. Its body stays with the application.
pub(crate) fn sdk_request(head: &RequestHead) -> Request {
    let (parts, ()) = request(head, ()).into_parts();
    Request::new(&parts, Bytes::new(), &BodyLimits::default())
}

/// The exchange of a request; what it takes is done for requests alone that somebody looks at.
pub(crate) fn exchange(attachment: &Attachment, request: &HttpRequest) -> Exchange {
    attachment.exchange_of(|| sdk_request(request.head()))
}

/// A request for one of the recipes' routes.
pub(crate) fn request<B>(head: &RequestHead, body: B) -> http::Request<B> {
    let mut request = http::Request::new(body);
    *request.method_mut() = method(&head.method);
    *request.uri_mut() = head.uri.path_and_query().and_then(|path| path.as_str().parse().ok()).unwrap_or_default();
    *request.headers_mut() = headers(head.headers());
    request
}

pub(crate) fn body(payload: Payload) -> StreamBody<impl Stream<Item = Result<http_body::Frame<Bytes>, PayloadError>>> {
    StreamBody::new(payload.map_ok(http_body::Frame::data))
}

pub(crate) async fn response(response: http::Response<Full<Bytes>>) -> HttpResponse<BoxBody> {
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await;
    let mut response = HttpResponse::with_body(status(parts.status), BoxBody::new(body.to_bytes()));
    append(response.headers_mut(), &parts.headers);
    response
}

pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    StatusCode::from_u16(status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Makes the changes that were asked for on the finished response's headers.
pub(crate) fn finish(supertokens: &SuperTokens, attachment: Attachment, response_headers: &mut ActixHeaders) {
    if attachment.response().is_empty() {
        return supertokens.finish(attachment, &mut HeaderMap::new());
    }
    let mut changed = headers(response_headers);
    supertokens.finish(attachment, &mut changed);
    response_headers.clear();
    append(response_headers, &changed);
}

pub(crate) fn append(headers: &mut ActixHeaders, more: &HeaderMap) {
    for (name, value) in more {
        let (name, value) = (ActixName::from_bytes(name.as_ref()), ActixValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
}

pub(crate) fn headers(headers: &ActixHeaders) -> HeaderMap {
    let mut converted = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let (name, value) = (HeaderName::from_bytes(name.as_ref()), HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = (name, value) {
            converted.append(name, value);
        }
    }
    converted
}
