//! The future of [`SuperTokensService`](crate::SuperTokensService): boxed only where the SDK itself answers.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::{Either, Full};
use pin_project_lite::pin_project;
use supertokens_app::{AppBody, Handled, SuperTokens};
use supertokens_kernel::http::Attachment;
use supertokens_kernel::{BoxError, BoxFuture, Error};
use supertokens_session::SessionError;

use crate::unanswered::Unanswered;

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
        Answering { reply: BoxFuture<Response<Full<Bytes>>> },
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) fn passing(supertokens: SuperTokens, attachment: Attachment, inner: F) -> Self {
        Self { state: State::Passing { supertokens, attachment: Some(attachment), inner } }
    }

    pub(crate) fn answering<B>(supertokens: SuperTokens, request: Request<B>) -> Self
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let reply = Box::pin(async move {
            match supertokens.handle(request).await {
                Handled::Response(response) => response,
                // The service asked before; routes do not change while an application runs.
                Handled::Passed(_) => {
                    let mut response = Response::default();
                    *response.status_mut() = StatusCode::NOT_FOUND;
                    response
                }
            }
        });
        Self { state: State::Answering { reply } }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    E: 'static,
{
    type Output = Result<Response<AppBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let reply = match state.as_mut().project() {
                StateProjection::Answering { reply } => {
                    return reply.as_mut().poll(context).map(|response| Ok(response.map(Either::Left)));
                }
                StateProjection::Passing { supertokens, attachment, inner } => {
                    let result = ready!(inner.poll(context));
                    // Only a future that is polled once more after its end comes here a second time.
                    let attachment = attachment.take().unwrap_or_else(|| supertokens.attachment());
                    match result {
                        Ok(mut response) => match response.extensions_mut().remove::<Unanswered>() {
                            Some(error) => reply_in_place_of(response, error, supertokens.clone(), attachment),
                            None => {
                                supertokens.finish(attachment, response.headers_mut());
                                return Poll::Ready(Ok(response.map(Either::Right)));
                            }
                        },
                        Err(error) => {
                            reply_to(as_sdk_error(error)?, Response::new(()), supertokens.clone(), attachment)
                        }
                    }
                }
            };
            state.set(State::Answering { reply });
        }
    }
}

/// The reply to the error that a handler's response stands for. Headers that services inside of this one have added
/// stay; those that describe the body go with it.
fn reply_in_place_of<R>(
    response: Response<R>,
    unanswered: Unanswered,
    supertokens: SuperTokens,
    attachment: Attachment,
) -> BoxFuture<Response<Full<Bytes>>> {
    let mut response = response.map(|_| ());
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    // Somebody may have cloned the response, and the other one has been answered.
    let answered_twice = || Error::misuse("an error of the SDK was answered twice; answer each response once");
    reply_to(unanswered.take().unwrap_or_else(answered_twice), response, supertokens, attachment)
}

fn reply_to(
    error: Error,
    mut response: Response<()>,
    supertokens: SuperTokens,
    attachment: Attachment,
) -> BoxFuture<Response<Full<Bytes>>> {
    Box::pin(async move {
        let (parts, body) = supertokens.reply_to(error, &attachment).await.into_parts();
        *response.status_mut() = parts.status;
        response.headers_mut().extend(parts.headers);
        supertokens.finish(attachment, response.headers_mut());
        response.map(|()| Full::new(body))
    })
}

/// The error as one that the SDK answers, or as it is.
fn as_sdk_error<E: 'static>(error: E) -> Result<Error, E> {
    // Once per failed request; services that cannot fail never come here.
    let error: Box<dyn Any> = Box::new(error);
    let error = match error.downcast::<SessionError>() {
        Ok(error) => return Ok((*error).into()),
        Err(error) => error,
    };
    let error = match error.downcast::<Error>() {
        Ok(error) => return Ok(*error),
        Err(error) => error,
    };
    let error = match error.downcast::<BoxError>() {
        Ok(error) => match sdk_error_in(*error) {
            Ok(error) => return Ok(error),
            Err(error) => Box::new(error) as Box<dyn Any>,
        },
        Err(error) => error,
    };
    match error.downcast::<E>() {
        Ok(error) => Err(*error),
        // Its type is still E.
        Err(_) => Ok(Error::misuse("an error changed its type")),
    }
}

fn sdk_error_in(error: BoxError) -> Result<Error, BoxError> {
    match error.downcast::<SessionError>() {
        Ok(error) => Ok((*error).into()),
        Err(error) => error.downcast::<Error>().map(|error| *error),
    }
}

impl<F> std::fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
