//! `POST /user/email/verify`: verifies an address by the token of a link.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, Error, Request};

use super::{ApiImplementation, Routes};
use crate::apis::{EmailVerificationApis, VerifyEmailPost as Input, VerifyEmailPostResponse as Output};
use crate::functions::VerifyEmailUsingToken;
use crate::session_update::update_session_if_required;
use crate::types::{EmailVerificationToken, VerifyEmailUsingTokenResponse};

/// The route. Works without a session too: the link may be opened in another browser.
pub(crate) async fn verify_email_post(routes: Routes, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let token = token_of(&call.exchange.request)?;
    let (session, verifications) = (routes.session_if_exists(&call).await?, routes.verifications_of(&call));
    let ApiCall { exchange, tenant_id, user_context } = call;
    let input = Input { token, tenant_id, session, verifications, exchange, user_context };
    json_response(StatusCode::OK, &routes.apis.verify_email_post(input).await?)
}

fn token_of(request: &Request) -> Result<EmailVerificationToken, Error> {
    let body: Value = request.json()?;
    match body.get("token") {
        None | Some(Value::Null) => Err(Error::bad_input("Please provide the email verification token")),
        Some(Value::String(token)) => Ok(token.as_str().into()),
        Some(_) => Err(Error::bad_input("The email verification token must be a string")),
    }
}

impl ApiImplementation {
    pub(crate) async fn verify_email_post(&self, input: Input, _top: &EmailVerificationApis) -> Result<Output, Error> {
        let Input { token, tenant_id, session, verifications, exchange, user_context } = input;
        let verify = VerifyEmailUsingToken::new(tenant_id, token).user_context(user_context.clone());
        let user = match verifications.functions().verify_email_using_token(verify).await? {
            VerifyEmailUsingTokenResponse::Ok { user } => user,
            VerifyEmailUsingTokenResponse::EmailVerificationInvalidToken => {
                return Ok(Output::EmailVerificationInvalidToken);
            }
        };
        let verified = &user.recipe_user_id;
        let new_session =
            update_session_if_required(&self.ports, &exchange, session.as_ref(), verified, &user_context).await?;
        Ok(Output::Ok { user, new_session })
    }
}
