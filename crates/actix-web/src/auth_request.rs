//! The SDK and the request's exchange as an argument of a handler.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use supertokens_app::SuperTokens;
use supertokens_kernel::http::Attachment;
use supertokens_kernel::{Exchange, Ports};

use crate::convert;
use crate::error::Error;

/// The application and the request as the SDK's functions want them: for handlers that sign people in.
///
/// ```
/// use supertokens_actix_web::{AuthRequest, Error};
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

impl FromRequest for AuthRequest {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(found_in(request))
    }
}

fn found_in(request: &HttpRequest) -> Result<AuthRequest, Error> {
    let extensions = request.extensions();
    let attachment = extensions.get::<Attachment>().ok_or_else(Error::no_middleware)?;
    let supertokens = SuperTokens::from_attachment(attachment)?;
    Ok(AuthRequest { supertokens, exchange: convert::exchange(attachment, request) })
}
