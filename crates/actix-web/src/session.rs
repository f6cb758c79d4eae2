//! The session of a request as an argument of a handler.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;
use supertokens_kernel::Exchange;
use supertokens_kernel::http::Attachment;
use supertokens_session::{DefaultOptions, Session, SessionContainer, SessionError, SessionOptions, Sessions};

use crate::convert;
use crate::error::Error;

/// The verified session of a request as an argument of a handler, with the access token's payload read into `C`.
///
/// It has to be there: without one, the handler is not called, and the reply is the one that the official front-end SDKs
/// expect. Where it may be missing, the argument is an [`OptionalSession`]; never an `Option<VerifiedSession>`, see there.
///
/// It is a [`supertokens_session::VerifiedSession`] in all else: `claims` is the payload, and everything that a
/// [`SessionContainer`] can do is a method.
///
/// ```
/// use actix_web::{App, web};
/// use serde::Deserialize;
/// use supertokens_actix_web::VerifiedSession;
///
/// #[derive(Deserialize)]
/// struct MyClaims {
///     role: String,
/// }
///
/// async fn me(session: VerifiedSession<MyClaims>) -> String {
///     format!("{} is {}", session.user_id(), session.claims.role)
/// }
///
/// let app = App::new().route("/me", web::get().to(me));
/// # let _ = app;
/// ```
///
/// What is demanded of the session is said by the type `O`, see [`SessionOptions`]; or by a
/// [`VerifySession`](crate::VerifySession) around the scope, whose session is then taken without verifying it again.
///
/// # Why it is a type of this crate
///
/// The trait is actix-web's and [`supertokens_session::VerifiedSession`] is the session recipe's, so only one of those
/// two crates could join them. The recipe would then know a web framework, and would have to change with each of its
/// major versions; so this is a thin type of the adapter's own, as each framework has one.
pub struct VerifiedSession<C = Value, O = DefaultOptions> {
    session: supertokens_session::VerifiedSession<C>,
    options: PhantomData<fn() -> O>,
}

/// As [`VerifiedSession`], of a request that may have none. It is an `Option` to look at, and
/// [`into_inner`](Self::into_inner) gives it.
///
/// A session that is there but not good (it has to be refreshed, it lacks a claim) is answered all the same: the front
/// end has to know. actix-web's own `Option<VerifiedSession>` would make all of those a `None`, so that somebody whose
/// token has expired looks signed out; it cannot be forbidden, but it is never right.
///
/// ```
/// use supertokens_actix_web::OptionalSession;
///
/// async fn greet(session: OptionalSession) -> String {
///     match session.as_ref() {
///         Some(session) => format!("Hello {}", session.user_id()),
///         None => "Hello whoever you are".to_owned(),
///     }
/// }
/// # let _ = greet;
/// ```
pub struct OptionalSession<C = Value, O = DefaultOptions> {
    session: Option<supertokens_session::VerifiedSession<C>>,
    options: PhantomData<fn() -> O>,
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl<C: DeserializeOwned + 'static, O: SessionOptions> FromRequest for VerifiedSession<C, O> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = Found::in_request::<O>(request);
        Box::pin(async move {
            let session = match found? {
                Found::Verified(session) => session,
                Found::Request(sessions, exchange) => sessions.get_session(&exchange, O::options()).await?,
            };
            Ok(Self { session: supertokens_session::VerifiedSession::new(session)?, options: PhantomData })
        })
    }
}

impl<C: DeserializeOwned + 'static, O: SessionOptions> FromRequest for OptionalSession<C, O> {
    type Error = Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = Found::in_request::<O>(request);
        Box::pin(async move {
            let session = match found? {
                Found::Verified(session) => Some(session),
                Found::Request(sessions, exchange) => sessions.get_session_if_exists(&exchange, O::options()).await?,
            };
            let session = session.map(supertokens_session::VerifiedSession::new).transpose()?;
            Ok(Self { session, options: PhantomData })
        })
    }
}

/// What there is of a session before it is looked at.
enum Found {
    /// A middleware has verified it.
    Verified(SessionContainer),
    /// It is in the request, or not.
    Request(Sessions, Exchange),
}

impl Found {
    fn in_request<O: SessionOptions>(request: &HttpRequest) -> Result<Self, Error> {
        let extensions = request.extensions();
        let attachment = extensions.get::<Attachment>().ok_or_else(Error::no_middleware)?;
        if O::TAKES_VERIFIED
            && let Some(session) = extensions.get::<SessionContainer>()
        {
            return Ok(Self::Verified(session.clone()));
        }
        let sessions = Session::of(attachment.ports()).map_err(SessionError::from)?;
        Ok(Self::Request(sessions, convert::exchange(attachment, request)))
    }
}

impl<C, O> VerifiedSession<C, O> {
    /// The session as the recipe's own type.
    pub fn into_inner(self) -> supertokens_session::VerifiedSession<C> {
        self.session
    }
}

impl<C, O> OptionalSession<C, O> {
    /// The session as the recipe's own type.
    pub fn into_inner(self) -> Option<supertokens_session::VerifiedSession<C>> {
        self.session
    }
}

impl<C, O> Deref for VerifiedSession<C, O> {
    type Target = supertokens_session::VerifiedSession<C>;

    fn deref(&self) -> &Self::Target {
        &self.session
    }
}

impl<C, O> DerefMut for VerifiedSession<C, O> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.session
    }
}

impl<C, O> Deref for OptionalSession<C, O> {
    type Target = Option<supertokens_session::VerifiedSession<C>>;

    fn deref(&self) -> &Self::Target {
        &self.session
    }
}

impl<C: Clone, O> Clone for VerifiedSession<C, O> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone(), options: PhantomData }
    }
}

impl<C: std::fmt::Debug, O> std::fmt::Debug for VerifiedSession<C, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.session.fmt(f)
    }
}

impl<C: std::fmt::Debug, O> std::fmt::Debug for OptionalSession<C, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.session.fmt(f)
    }
}
