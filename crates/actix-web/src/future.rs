//! The future of [`SuperTokensService`](crate::SuperTokensService): boxed only where the SDK itself answers.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BoxBody, EitherBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use http_body_util::Full;
use pin_project_lite::pin_project;
use supertokens_app::{Handled, SuperTokens};
use supertokens_kernel::http::Attachment;

use crate::convert;
use crate::error::Error;

type Reply<B> = Pin<Box<dyn Future<Output = Result<ServiceResponse<B>, actix_web::Error>>>>;

pin_project! {
    /// The response of a [`SuperTokensService`](crate::SuperTokensService).
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        /// The application's own request.
        Passing { supertokens: SuperTokens, attachment: Option<Attachment>, #[pin] inner: F },
        /// A request or an error that is the SDK's.
        Answering { reply: Reply<BoxBody> },
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) fn passing(supertokens: SuperTokens, attachment: Attachment, inner: F) -> Self {
        Self { state: State::Passing { supertokens, attachment: Some(attachment), inner } }
    }

    pub(crate) fn answering(supertokens: SuperTokens, request: ServiceRequest) -> Self {
        let reply = Box::pin(async move {
            let (request, payload) = request.into_parts();
            let converted = convert::request(request.head(), convert::body(payload));
            let response = match supertokens.handle(converted).await {
                Handled::Response(response) => convert::response(response).await,
                // The service asked before; routes do not change while an application runs.
                Handled::Passed(_) => HttpResponse::NotFound().finish(),
            };
            Ok(ServiceResponse::new(request, response))
        });
        Self { state: State::Answering { reply } }
    }
}

impl<F, B> Future for ResponseFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, actix_web::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let reply = match state.as_mut().project() {
                StateProjection::Answering { reply } => {
                    let reply = ready!(reply.as_mut().poll(context));
                    return Poll::Ready(reply.map(ServiceResponse::map_into_right_body));
                }
                StateProjection::Passing { supertokens, attachment, inner } => {
                    let result = ready!(inner.poll(context));
                    // Only a future that is polled once more after its end comes here a second time.
                    let attachment = attachment.take().unwrap_or_else(|| supertokens.attachment());
                    match result {
                        Ok(mut response) => match response.response().error().and_then(sdk_error) {
                            Some(error) => {
                                let (request, response) = response.into_parts();
                                reply_in_place_of(response, request, error, supertokens.clone(), attachment)
                            }
                            None => {
                                convert::finish(supertokens, attachment, response.headers_mut());
                                return Poll::Ready(Ok(response.map_into_left_body()));
                            }
                        },
                        Err(error) => match sdk_error(&error) {
                            Some(error) => fail_with_reply(error, supertokens.clone(), attachment),
                            None => return Poll::Ready(Err(error)),
                        },
                    }
                }
            };
            state.set(State::Answering { reply });
        }
    }
}

/// The error of the SDK that a handler, an extractor or a service has failed with, unless it has been answered.
fn sdk_error(error: &actix_web::Error) -> Option<supertokens_kernel::Error> {
    error.as_error::<Error>()?.take()
}

/// The reply to the error that a handler's response stands for. Headers that services inside of this one have added
/// stay; those that describe the body go with it.
fn reply_in_place_of<B>(
    response: HttpResponse<B>,
    request: HttpRequest,
    error: supertokens_kernel::Error,
    supertokens: SuperTokens,
    attachment: Attachment,
) -> Reply<BoxBody> {
    let mut headers = response.headers().clone();
    let of_the_body =
        [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING, header::CONTENT_TYPE];
    for name in of_the_body {
        headers.remove(name);
    }
    Box::pin(async move {
        let mut response = reply(error, &supertokens, &attachment).await;
        for (name, value) in headers {
            if !response.headers().contains_key(&name) {
                response.headers_mut().append(name, value);
            }
        }
        convert::finish(&supertokens, attachment, response.headers_mut());
        Ok(ServiceResponse::new(request, response))
    })
}

/// A service that fails keeps the request, so there is no response to be had of it, only another error.
fn fail_with_reply(
    error: supertokens_kernel::Error,
    supertokens: SuperTokens,
    attachment: Attachment,
) -> Reply<BoxBody> {
    Box::pin(async move {
        let message = error.to_string();
        let mut response = reply(error, &supertokens, &attachment).await;
        convert::finish(&supertokens, attachment, response.headers_mut());
        Err(InternalError::from_response(message, response).into())
    })
}

async fn reply(
    error: supertokens_kernel::Error,
    supertokens: &SuperTokens,
    attachment: &Attachment,
) -> HttpResponse<BoxBody> {
    convert::response(supertokens.reply_to(error, attachment).await.map(Full::new)).await
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
