//! The middlewares that let only requests with a good session through.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::Method;
use actix_web::{HttpMessage, ResponseError};
use http_body_util::Full;
use supertokens_app::SuperTokens;
use supertokens_kernel::http::Attachment;
use supertokens_session::{ClaimValidator, Session, SessionContainer, SessionError, VerifySessionOptions};

use crate::convert;
use crate::error::Error;

/// Verifies the session of a request before a scope or a resource sees it, by options of a builder. It belongs inside of
/// [`SuperTokensMiddleware`](crate::SuperTokensMiddleware).
///
/// A request without a good session does not reach the handlers: it is answered as the official front-end SDKs expect.
/// With [`session_required(false)`](VerifySessionOptions::session_required) one without any session does, and so do
/// `OPTIONS` and `TRACE` requests, which carry none. Handlers take the session as a
/// [`VerifiedSession`](crate::VerifiedSession), which is not verified again.
///
/// ```
/// use actix_web::{App, web};
/// use supertokens_actix_web::{VerifiedSession, VerifySession};
/// use supertokens_session::VerifySessionOptions;
///
/// async fn delete_account(session: VerifiedSession) -> String {
///     format!("{} is gone", session.user_id())
/// }
///
/// // a revoked session is refused at once, at the price of one call to the core
/// let options = VerifySessionOptions::new().check_database(true);
/// let account = web::scope("/account").route("", web::delete().to(delete_account)).wrap(VerifySession::new(options));
/// let app = App::new().service(account);
/// # let _ = app;
/// ```
#[derive(Clone, Debug, Default)]
pub struct VerifySession {
    options: VerifySessionOptions,
}

impl VerifySession {
    /// A middleware that demands what `options` say.
    pub fn new(options: VerifySessionOptions) -> Self {
        Self { options }
    }
}

/// Lets only sessions with certain claims through to a scope or a resource. It belongs inside of
/// [`SuperTokensMiddleware`](crate::SuperTokensMiddleware).
///
/// Where a [`VerifySession`] (or another of these) lies around it, that one's session is checked; else the session is
/// verified here, with its defaults.
///
/// ```
/// use actix_web::web;
/// use supertokens_actix_web::RequireClaim;
/// use supertokens_session::claims::BooleanClaim;
///
/// let over_18 = BooleanClaim::new("over-18", async |_input| Ok(Some(true)));
/// let bar = web::scope("/bar").wrap(RequireClaim::new(over_18.is_true(None)));
/// # let _ = bar;
/// ```
#[derive(Clone, Debug)]
pub struct RequireClaim {
    validator: ClaimValidator,
}

impl RequireClaim {
    /// A middleware that demands what this validator does. Several of them demand all that they say.
    pub fn new(validator: ClaimValidator) -> Self {
        Self { validator }
    }
}

impl<S, B> Transform<S, ServiceRequest> for VerifySession
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = actix_web::Error;
    type Transform = VerifySessionService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let demand = Demand { options: self.options.clone(), claim: None };
        ready(Ok(VerifySessionService { demand, inner: Rc::new(inner) }))
    }
}

impl<S, B> Transform<S, ServiceRequest> for RequireClaim
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = actix_web::Error;
    type Transform = VerifySessionService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        let demand = Demand { options: VerifySessionOptions::new(), claim: Some(self.validator.clone()) };
        ready(Ok(VerifySessionService { demand, inner: Rc::new(inner) }))
    }
}

/// What [`VerifySession`] and [`RequireClaim`] put around a service.
#[derive(Debug)]
pub struct VerifySessionService<S> {
    demand: Demand,
    inner: Rc<S>,
}

#[derive(Clone, Debug)]
struct Demand {
    options: VerifySessionOptions,
    /// Demanded beside the options; then a session that is verified already is taken.
    claim: Option<ClaimValidator>,
}

/// The response of a [`VerifySessionService`].
pub type VerifySessionFuture<B> =
    Pin<Box<dyn Future<Output = Result<ServiceResponse<EitherBody<B>>, actix_web::Error>>>>;

impl<S, B> Service<ServiceRequest> for VerifySessionService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = actix_web::Error;
    type Future = VerifySessionFuture<B>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (demand, inner) = (self.demand.clone(), self.inner.clone());
        Box::pin(async move {
            let attachment = request.extensions().get::<Attachment>().cloned();
            let Some(attachment) = attachment else {
                let response = Error::no_middleware().error_response().map_into_right_body();
                return Ok(request.into_response(response));
            };
            match demand.verify(&attachment, &request).await {
                Ok(session) => {
                    if let Some(session) = session {
                        request.extensions_mut().insert(session);
                    }
                    Ok(inner.call(request).await?.map_into_left_body())
                }
                Err(error) => {
                    let supertokens = SuperTokens::from_attachment(&attachment).map_err(Error::from)?;
                    let reply = supertokens.reply_to(error.into(), &attachment).await;
                    let response = convert::response(reply.map(Full::new)).await;
                    Ok(request.into_response(response.map_into_right_body()))
                }
            }
        })
    }
}

impl Demand {
    async fn verify(
        self,
        attachment: &Attachment,
        request: &ServiceRequest,
    ) -> Result<Option<SessionContainer>, SessionError> {
        let Self { mut options, claim } = self;
        if let Some(claim) = claim {
            let verified = request.extensions().get::<SessionContainer>().cloned();
            if let Some(session) = verified {
                session.assert_claims(vec![claim]).await?;
                return Ok(Some(session));
            }
            options = options.override_global_claim_validators(move |mut validators, _, _| {
                validators.push(claim.clone());
                ready(Ok(validators))
            });
        }
        let sessions = Session::of(attachment.ports())?;
        let exchange = convert::exchange(attachment, request.request());
        // Browsers send neither cookies nor headers of the application's with these.
        let carries_none = matches!(*request.method(), Method::OPTIONS | Method::TRACE);
        if options.session_required && !carries_none {
            return sessions.get_session(&exchange, options).await.map(Some);
        }
        sessions.get_session_if_exists(&exchange, options).await
    }
}
