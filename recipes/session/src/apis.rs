//! The HTTP APIs of the recipe, each of which an application may override or switch off.

use std::sync::Arc;

use serde::Serialize;
use supertokens_kernel::{Exchange, UserContext, overridable};

use crate::container::SessionContainer;
use crate::error::SessionError;
use crate::functions::SessionFunctions;
use crate::shared::Shared;
use crate::types::VerifySessionOptions;

overridable! {
    /// The HTTP APIs of the session recipe.
    pub SessionApis, SessionApisBuilder, SessionApisOverride, SessionApisLayer, SessionApi,
    recipe "session", original SessionApiImplementation, error SessionError;

    /// `POST /session/refresh`: new tokens for a refresh token. Replies `{}`.
    async fn refresh_post(RefreshPost) -> SessionContainer, route;
    /// `POST /signout`: ends the session of the request.
    async fn sign_out_post(SignOutPost) -> SignOutPostResponse, route;
    /// Verifies the session of a request to one of the application's own routes.
    async fn verify_session(VerifySession) -> Option<SessionContainer>;
}

/// Input of [`refresh_post`](SessionApis::refresh_post).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshPost {
    /// The request and its response.
    pub exchange: Exchange,
    /// The request's context.
    pub user_context: UserContext,
}

/// Input of [`sign_out_post`](SessionApis::sign_out_post).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignOutPost {
    /// The request and its response.
    pub exchange: Exchange,
    /// The session that is to end.
    pub session: SessionContainer,
    /// The request's context.
    pub user_context: UserContext,
}

/// Input of [`verify_session`](SessionApis::verify_session).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifySession {
    /// The request and its response.
    pub exchange: Exchange,
    /// What is demanded.
    pub options: VerifySessionOptions,
    /// The request's context.
    pub user_context: UserContext,
}

impl VerifySession {
    /// Verifies the session of an exchange.
    pub fn new(exchange: Exchange, options: VerifySessionOptions, user_context: UserContext) -> Self {
        Self { exchange, options, user_context }
    }
}

/// Reply of [`sign_out_post`](SessionApis::sign_out_post).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status")]
#[non_exhaustive]
pub enum SignOutPostResponse {
    /// The session has ended.
    #[serde(rename = "OK")]
    Ok,
    /// A message for the person.
    #[serde(rename = "GENERAL_ERROR")]
    GeneralError {
        /// The message.
        message: String,
    },
}

/// What the APIs do unless overridden.
pub struct SessionApiImplementation {
    pub(crate) shared: Arc<Shared>,
    pub(crate) functions: SessionFunctions,
}
