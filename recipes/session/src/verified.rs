//! The session of a request as an argument of a handler.

use std::ops::Deref;

use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use supertokens_kernel::UserContext;
use supertokens_kernel::http::Attachment;

use crate::apis::VerifySession;
use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::recipe::Session;
use crate::types::VerifySessionOptions;

/// A session that has been verified, with the access token's payload read into a type of the application's.
///
/// It is a [`SessionContainer`] in all else.
///
/// ```
/// use serde::Deserialize;
/// use supertokens_session::{SessionError, VerifiedSession, VerifySessionOptions};
///
/// #[derive(Deserialize)]
/// struct MyClaims {
///     role: String,
/// }
///
/// async fn me<B>(request: http::Request<B>) -> Result<String, SessionError> {
///     let (parts, _body) = request.into_parts();
///     let session: VerifiedSession<MyClaims> =
///         VerifiedSession::from_parts(&parts, VerifySessionOptions::new()).await?;
///     Ok(format!("{} is {}", session.user_id(), session.claims.role))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct VerifiedSession<C = Value> {
    /// The access token's payload, of which `C` takes what it needs.
    pub claims: C,
    container: SessionContainer,
}

impl<C: DeserializeOwned> VerifiedSession<C> {
    /// The session of a request, which has to have one.
    ///
    /// # Errors
    ///
    /// [`SessionError`], which the SDK answers where the handler returns it; a payload that is not a `C` is a 500.
    pub async fn from_parts(parts: &Parts, options: VerifySessionOptions) -> Result<Self, SessionError> {
        let session = verify(parts, options.session_required(true)).await?;
        let session = session.ok_or_else(|| SessionError::Unauthorised {
            message: "Session does not exist".to_owned(),
            clear_tokens: false,
        })?;
        Self::new(session)
    }

    /// The session of a request, if it has one.
    ///
    /// # Errors
    ///
    /// As [`from_parts`](Self::from_parts), where there is one that is not good.
    pub async fn from_parts_if_exists(
        parts: &Parts,
        options: VerifySessionOptions,
    ) -> Result<Option<Self>, SessionError> {
        verify(parts, options.session_required(false)).await?.map(Self::new).transpose()
    }

    /// A verified session with its payload read.
    ///
    /// # Errors
    ///
    /// If the payload is not a `C`.
    pub fn new(container: SessionContainer) -> Result<Self, SessionError> {
        Ok(Self { claims: container.claims()?, container })
    }

    /// The session without the typed payload.
    pub fn into_container(self) -> SessionContainer {
        self.container
    }
}

impl<C> Deref for VerifiedSession<C> {
    type Target = SessionContainer;

    fn deref(&self) -> &SessionContainer {
        &self.container
    }
}

async fn verify(parts: &Parts, options: VerifySessionOptions) -> Result<Option<SessionContainer>, SessionError> {
    let attachment = Attachment::of(parts)?;
    let exchange = attachment.exchange(parts);
    let context = UserContext::for_request(exchange.request.clone());
    let sessions = Session::of(attachment.ports())?;
    sessions.apis.verify_session(VerifySession::new(exchange, options, context)).await
}
