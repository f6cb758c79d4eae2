//! The SDK and the request's exchange as an argument of a handler.

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use supertokens_app::SuperTokens;
use supertokens_kernel::http::Attachment;
use supertokens_kernel::{Exchange, Ports};

use crate::error::Error;

/// The application and the request as the SDK's functions want them: for handlers that sign people in.
///
/// ```
/// use supertokens_axum::{AuthRequest, Error};
/// use supertokens_session::{CreateNewSession, Session};
///
/// async fn sign_in(auth: AuthRequest, user_id: String) -> Result<String, Error> {
///     let new = CreateNewSession::new("public", user_id);
///     let session = Session::of(&auth)?.create_new_session(&auth.exchange, new).await?;
///     Ok(format!("Hello {}", session.user_id()))
/// }
/// # let _ = sign_in;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthRequest {
    /// The application that the request has come through.
    pub supertokens: SuperTokens,
    /// The request, and what is to be changed on its response: tokens, cookies.
    pub exchange: Exchange,
}

impl AsRef<Ports> for AuthRequest {
    fn as_ref(&self) -> &Ports {
        self.supertokens.as_ref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AuthRequest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let attachment = parts.extensions.get::<Attachment>().ok_or_else(Error::no_layer)?;
        let supertokens = SuperTokens::from_attachment(attachment)?;
        Ok(Self { supertokens, exchange: attachment.exchange(parts) })
    }
}
