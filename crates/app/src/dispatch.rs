//! How a request is answered: by a route of a recipe, or by the application with sessions attached.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::{Either, Full};
use serde::Serialize;
use supertokens_kernel::error::BoxError;
use supertokens_kernel::http::{Attachment, Exchange, collect, json_response};
use supertokens_kernel::ports::Tenants;
use supertokens_kernel::route::{self, Match};
use supertokens_kernel::{ApiCall, CoreError, Error, Request as SdkRequest, UserContext};

use crate::supertokens::{Inner, SuperTokens};

/// A body that the SDK or the application wrote.
pub type AppBody<B> = Either<Full<Bytes>, B>;

/// What became of a request.
#[derive(Debug)]
pub enum Handled<B> {
    /// It was for the SDK; this is the reply.
    Response(Response<Full<Bytes>>),
    /// It is the application's own, untouched.
    Passed(Request<B>),
}

impl SuperTokens {
    /// Answers a request for one of the recipes' routes, or hands it back untouched.
    ///
    /// The body is read only if the request is for a route. Errors are replies here: what the client may know as the
    /// wire says, all else a status of 500 and an event in the log.
    pub async fn handle<B>(&self, request: Request<B>) -> Handled<B>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let Some(found) = self.find(request.method(), request.uri().path(), request.headers()) else {
            return Handled::Passed(request);
        };
        let (parts, body) = request.into_parts();
        let body = match refuse_encoded(&parts.headers) {
            Ok(()) => collect(body, &self.inner.limits).await,
            Err(error) => Err(error),
        };
        let (body, unreadable) = match body {
            Ok(body) => (body, None),
            Err(error) => (Bytes::new(), Some(error)),
        };
        let exchange = Exchange::new(SdkRequest::new(&parts, body, &self.inner.limits));
        let context = UserContext::for_request(exchange.request.clone());
        let reply = match unreadable {
            None => self.call(found, &exchange, &context).await,
            Some(error) => Err(error),
        };
        let mut response = match reply {
            Ok(response) => response,
            Err(error) => self.error_response(error, &exchange, &context).await,
        };
        exchange.response.apply(response.headers_mut());
        Handled::Response(response.map(Full::new))
    }

    /// Whether [`handle`](Self::handle) would answer a request. For adapters to frameworks, which then need no boxed
    /// future for the application's own requests.
    pub fn handles<B>(&self, request: &Request<B>) -> bool {
        self.handles_path(request.method(), request.uri().path())
    }

    /// Whether [`handle`](Self::handle) would answer a request with this method and path.
    pub fn handles_path(&self, method: &Method, path: &str) -> bool {
        // The `rid` header chooses between routes; it takes none away.
        route::below(self.inner.app_info.route_base_path.as_str(), path)
            .is_some_and(|path| route::find(&self.inner.parts.routes, method, path, &[]).is_some())
    }

    /// Answers the recipes' routes and gives all other requests to `app`, with sessions attached: extractors find the
    /// SDK in the request, tokens that change while `app` runs reach its response, and errors of the SDK become the
    /// replies that the front end expects.
    ///
    /// ```
    /// # use supertokens_app::SuperTokens;
    /// # use supertokens_kernel::Error;
    /// # use http::{Request, Response};
    /// # use http_body_util::Full;
    /// # use bytes::Bytes;
    /// # async fn example(supertokens: SuperTokens, request: Request<Full<Bytes>>) {
    /// let response = supertokens
    ///     .serve(request, async |request| {
    ///         let hello = format!("Hello from {}", request.uri().path());
    ///         Ok::<_, Error>(Response::new(Full::new(Bytes::from(hello))))
    ///     })
    ///     .await;
    /// # let _ = response;
    /// # }
    /// ```
    pub async fn serve<B, R, E, Fut>(
        &self,
        request: Request<B>,
        app: impl FnOnce(Request<B>) -> Fut,
    ) -> Response<AppBody<R>>
    where
        B: Body,
        B::Error: Into<BoxError>,
        E: Into<Error>,
        Fut: Future<Output = Result<Response<R>, E>>,
    {
        let mut request = match self.handle(request).await {
            Handled::Response(response) => return response.map(Either::Left),
            Handled::Passed(request) => request,
        };
        let attachment = self.attach(&mut request);
        let mut response = match app(request).await {
            Ok(response) => response.map(Either::Right),
            Err(error) => self.reply_to(error.into(), &attachment).await.map(|body| Either::Left(Full::new(body))),
        };
        self.finish(attachment, response.headers_mut());
        response
    }

    /// Leaves in a request's extensions what extractors look for, with this application in it. What comes back holds
    /// the changes to be applied to the response. For adapters to frameworks.
    pub fn attach<B>(&self, request: &mut Request<B>) -> Attachment {
        let attachment = self.attachment();
        request.extensions_mut().insert(attachment.clone());
        attachment
    }

    /// What extractors look for, for one request. For adapters to frameworks with types of their own.
    pub fn attachment(&self) -> Attachment {
        Attachment::new(self.as_ref().clone(), self.inner.spare.take()).with_application(self.inner.clone())
    }

    /// Makes the changes that were asked for on the finished response's headers. The last that is done for a request.
    /// For adapters to frameworks.
    pub fn finish(&self, attachment: Attachment, headers: &mut HeaderMap) {
        attachment.response().apply(headers);
        self.inner.spare.put(attachment.into_response());
    }

    /// The application that a request has come through.
    ///
    /// # Errors
    ///
    /// If it has not come through any; the message says how it would.
    pub fn from_parts(parts: &Parts) -> Result<Self, Error> {
        Self::from_attachment(Attachment::of(parts)?)
    }

    /// The application that has made an attachment. For adapters to frameworks with types of their own.
    ///
    /// # Errors
    ///
    /// If it was none.
    pub fn from_attachment(attachment: &Attachment) -> Result<Self, Error> {
        let inner = attachment.application::<Inner>();
        inner.map(|inner| Self { inner }).ok_or_else(|| Error::misuse("the request's attachment names no application"))
    }

    /// The reply to an error that came up while the application answered a request. For adapters to frameworks; the
    /// changes are still to be applied.
    pub async fn reply_to(&self, error: Error, attachment: &Attachment) -> Response<Bytes> {
        let exchange = attachment.seen_exchange();
        let context = UserContext::for_request(exchange.request.clone());
        self.error_response(error, &exchange, &context).await
    }

    fn find(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Match<'_>> {
        let path = route::below(self.inner.app_info.route_base_path.as_str(), path)?;
        // Old front ends send this on every call, to show that they are one.
        let rid = headers.get("rid").and_then(|rid| rid.to_str().ok()).filter(|rid| *rid != "anti-csrf");
        let preferred = rid.map(|rid| self.inner.parts.recipes_of_rid(rid)).unwrap_or_default();
        route::find(&self.inner.parts.routes, method, path, &preferred)
    }

    async fn call(
        &self,
        found: Match<'_>,
        exchange: &Exchange,
        context: &UserContext,
    ) -> Result<Response<Bytes>, Error> {
        let tenant_id = match self.as_ref().get::<dyn Tenants>() {
            Some(tenants) => tenants.tenant_id_of(found.tenant_id, context.clone()).await?,
            None => found.tenant_id,
        };
        let call = ApiCall { exchange: exchange.clone(), tenant_id, user_context: context.clone() };
        found.route.call(call).await
    }

    async fn error_response(&self, error: Error, exchange: &Exchange, context: &UserContext) -> Response<Bytes> {
        let known = match error {
            Error::BadInput { .. } => message(StatusCode::BAD_REQUEST, &error.to_string()),
            Error::BodyTooLarge { .. } => message(StatusCode::PAYLOAD_TOO_LARGE, &error.to_string()),
            Error::Core(error) if error.retry_after_s().is_some() => come_back_later(&error),
            other => self.inner.parts.reply_to_error(other, exchange, context).await,
        };
        known.unwrap_or_else(|error| {
            log(&error);
            let mut response = Response::new(Bytes::from_static(br#"{"message":"Internal server error"}"#));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            let json = header::HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            response
        })
    }
}

#[derive(Serialize)]
struct Message<'a> {
    message: &'a str,
}

fn message(status: StatusCode, message: &str) -> Result<Response<Bytes>, Error> {
    json_response(status, &Message { message })
}

/// The reply where the core has too much to do.
fn come_back_later(error: &CoreError) -> Result<Response<Bytes>, Error> {
    tracing::warn!(target: "supertokens", %error, "the core has too much to do; the client is told to come back");
    let text = "Too many requests at the moment. Please try again later.";
    let mut response = message(StatusCode::SERVICE_UNAVAILABLE, text)?;
    if let Some(seconds) = error.retry_after_s() {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
    Ok(response)
}

fn refuse_encoded(headers: &HeaderMap) -> Result<(), Error> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            Err(Error::bad_input("the request's body is compressed; send it without a content-encoding"))
        }
        _ => Ok(()),
    }
}

fn log(error: &Error) {
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    tracing::error!(target: "supertokens", %error, ?causes, "a request failed; the client is told a status of 500");
}
