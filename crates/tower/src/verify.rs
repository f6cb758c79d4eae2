//! The layer that lets only requests with a good session through.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response};
use http_body_util::{Either, Full};
use supertokens_app::{AppBody, SuperTokens};
use supertokens_kernel::http::Attachment;
use supertokens_session::{ClaimValidator, Session, SessionContainer, SessionError, VerifySessionOptions};
use tower_layer::Layer;
use tower_service::Service;

use crate::unanswered::internal_server_error;

/// Puts [`VerifySessionService`] around a service. It belongs inside of [`SuperTokensLayer`](crate::SuperTokensLayer).
#[derive(Clone, Debug, Default)]
pub struct VerifySessionLayer {
    options: VerifySessionOptions,
}

impl VerifySessionLayer {
    /// A layer that demands what `options` say.
    pub fn new(options: VerifySessionOptions) -> Self {
        Self { options }
    }
}

impl<S> Layer<S> for VerifySessionLayer {
    type Service = VerifySessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        VerifySessionService::new(self.options.clone(), inner)
    }
}

/// Puts a service around another that lets only sessions with certain claims through, whatever else is demanded. It
/// belongs inside of [`SuperTokensLayer`](crate::SuperTokensLayer).
///
/// Where a [`VerifySessionLayer`] (or another of these) lies around it, that one's session is checked; else the session is
/// verified here, with its defaults.
///
/// ```
/// use supertokens_session::claims::BooleanClaim;
/// use supertokens_tower::RequireClaim;
///
/// let over_18 = BooleanClaim::new("over-18", async |_input| Ok(Some(true)));
/// let adults_only = RequireClaim::new(over_18.is_true(None));
/// # let _ = adults_only;
/// ```
#[derive(Clone, Debug)]
pub struct RequireClaim {
    validator: ClaimValidator,
}

impl RequireClaim {
    /// A layer that demands what this validator does. Several of them demand all that they say.
    pub fn new(validator: ClaimValidator) -> Self {
        Self { validator }
    }
}

impl<S> Layer<S> for RequireClaim {
    type Service = VerifySessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let options = VerifySessionOptions::new();
        VerifySessionService { options, claim: Some(self.validator.clone()), inner }
    }
}

/// Verifies the session of a request before the inner service sees it, and leaves it in the request's extensions as a
/// [`SessionContainer`].
///
/// A request without a good session does not reach the inner service: it is answered as the official front-end SDKs
/// expect. With [`session_required(false)`](VerifySessionOptions::session_required) one without any session does, and
/// so do `OPTIONS` and `TRACE` requests, which carry none; the extension is not there then.
#[derive(Clone, Debug)]
pub struct VerifySessionService<S> {
    options: VerifySessionOptions,
    /// Demanded beside the options; then a session that is verified already is taken.
    claim: Option<ClaimValidator>,
    inner: S,
}

impl<S> VerifySessionService<S> {
    /// Puts the service around another; what [`VerifySessionLayer`] does.
    pub fn new(options: VerifySessionOptions, inner: S) -> Self {
        Self { options, claim: None, inner }
    }
}

/// The response of a [`VerifySessionService`].
pub type VerifySessionFuture<R, E> = Pin<Box<dyn Future<Output = Result<Response<AppBody<R>>, E>> + Send>>;

impl<S, B, R> Service<Request<B>> for VerifySessionService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<AppBody<R>>;
    type Error = S::Error;
    type Future = VerifySessionFuture<R, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service whose readiness was polled is the one to be called; the clone has its turn with the next poll.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let (options, claim) = (self.options.clone(), self.claim.clone());
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let Some((supertokens, attachment)) = attached(&parts) else {
                return Ok(layer_is_missing().map(Either::Left));
            };
            let verified = match claim {
                Some(claim) => verify_claim(&supertokens, &attachment, &parts, options, claim).await,
                None => verify(&supertokens, &attachment, &parts, options).await,
            };
            match verified {
                Ok(session) => {
                    if let Some(session) = session {
                        parts.extensions.insert(session);
                    }
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(response.map(Either::Right))
                }
                Err(error) => {
                    let response = supertokens.reply_to(error.into(), &attachment).await;
                    Ok(response.map(|body| Either::Left(Full::new(body))))
                }
            }
        })
    }
}

fn attached(parts: &Parts) -> Option<(SuperTokens, Attachment)> {
    Some((SuperTokens::from_parts(parts).ok()?, parts.extensions.get::<Attachment>()?.clone()))
}

async fn verify_claim(
    supertokens: &SuperTokens,
    attachment: &Attachment,
    parts: &Parts,
    options: VerifySessionOptions,
    claim: ClaimValidator,
) -> Result<Option<SessionContainer>, SessionError> {
    if let Some(session) = parts.extensions.get::<SessionContainer>() {
        session.assert_claims(vec![claim]).await?;
        return Ok(Some(session.clone()));
    }
    let options = options.override_global_claim_validators(move |mut validators, _, _| {
        validators.push(claim.clone());
        std::future::ready(Ok(validators))
    });
    verify(supertokens, attachment, parts, options).await
}

async fn verify(
    supertokens: &SuperTokens,
    attachment: &Attachment,
    parts: &Parts,
    options: VerifySessionOptions,
) -> Result<Option<SessionContainer>, SessionError> {
    let sessions = Session::of(supertokens)?;
    let exchange = attachment.exchange(parts);
    // Browsers send neither cookies nor headers of the application's with these.
    let carries_none = matches!(parts.method, Method::OPTIONS | Method::TRACE);
    if options.session_required && !carries_none {
        return sessions.get_session(&exchange, options).await.map(Some);
    }
    sessions.get_session_if_exists(&exchange, options).await
}

fn layer_is_missing() -> Response<Full<Bytes>> {
    tracing::error!(
        target: "supertokens",
        "VerifySessionLayer got a request that has not come through SuperTokens: put SuperTokensLayer around it (added \
         after it with axum's `layer`, before it in a tower::ServiceBuilder), or call the service from \
         `supertokens.serve(..)`; the client is told a status of 500"
    );
    internal_server_error().map(Full::new)
}
