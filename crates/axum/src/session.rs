//! The session of a request as an argument of a handler.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use supertokens_kernel::http::Attachment;
use supertokens_session::{DefaultOptions, SessionContainer, SessionOptions};

use crate::error::Error;

/// The verified session of a request as an argument of a handler, with the access token's payload read into `C`.
///
/// As `VerifiedSession<C>` it has to be there: without one, the handler is not called, and the reply is the one that the
/// official front-end SDKs expect. As `Option<VerifiedSession<C>>` it may be missing; one that is there but not good (it
/// has to be refreshed, it lacks a claim) is answered all the same.
///
/// It is a [`supertokens_session::VerifiedSession`] in all else: `claims` is the payload, and everything that a
/// [`SessionContainer`] can do is a method.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use serde::Deserialize;
/// use supertokens_axum::VerifiedSession;
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
/// async fn greet(session: Option<VerifiedSession>) -> String {
///     match session {
///         Some(session) => format!("Hello {}", session.user_id()),
///         None => "Hello whoever you are".to_owned(),
///     }
/// }
///
/// let router: Router = Router::new().route("/me", get(me)).route("/", get(greet));
/// # let _ = router;
/// ```
///
/// What is demanded of the session is said by the type `O`, see [`SessionOptions`]; or by a
/// [`VerifySessionLayer`](crate::VerifySessionLayer) around the route, whose session is then taken without verifying it
/// again.
///
/// # Why it is a type of this crate
///
/// The traits are axum's and [`supertokens_session::VerifiedSession`] is the session recipe's, so only one of those two
/// crates could join them. The recipe would then know a web framework, and would have to change with each of its major
/// versions; so this is a thin type of the adapter's own, as each framework has one.
pub struct VerifiedSession<C = Value, O = DefaultOptions> {
    session: supertokens_session::VerifiedSession<C>,
    options: PhantomData<fn() -> O>,
}

impl<C, O> VerifiedSession<C, O> {
    /// The session as the recipe's own type.
    pub fn into_inner(self) -> supertokens_session::VerifiedSession<C> {
        self.session
    }
}

impl<S, C, O> FromRequestParts<S> for VerifiedSession<C, O>
where
    S: Send + Sync,
    C: DeserializeOwned,
    O: SessionOptions,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let session = match verified_by_a_layer::<O>(parts)? {
            Some(session) => supertokens_session::VerifiedSession::new(session)?,
            None => supertokens_session::VerifiedSession::from_parts(parts, O::options()).await?,
        };
        Ok(Self::new(session))
    }
}

impl<S, C, O> OptionalFromRequestParts<S> for VerifiedSession<C, O>
where
    S: Send + Sync,
    C: DeserializeOwned,
    O: SessionOptions,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Error> {
        let session = match verified_by_a_layer::<O>(parts)? {
            Some(session) => Some(supertokens_session::VerifiedSession::new(session)?),
            None => supertokens_session::VerifiedSession::from_parts_if_exists(parts, O::options()).await?,
        };
        Ok(session.map(Self::new))
    }
}

fn verified_by_a_layer<O: SessionOptions>(parts: &Parts) -> Result<Option<SessionContainer>, Error> {
    if parts.extensions.get::<Attachment>().is_none() {
        return Err(Error::no_layer());
    }
    Ok(if O::TAKES_VERIFIED { parts.extensions.get::<SessionContainer>().cloned() } else { None })
}

impl<C, O> VerifiedSession<C, O> {
    fn new(session: supertokens_session::VerifiedSession<C>) -> Self {
        Self { session, options: PhantomData }
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

impl<C: Clone, O> Clone for VerifiedSession<C, O> {
    fn clone(&self) -> Self {
        Self::new(self.session.clone())
    }
}

impl<C: std::fmt::Debug, O> std::fmt::Debug for VerifiedSession<C, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.session.fmt(f)
    }
}
