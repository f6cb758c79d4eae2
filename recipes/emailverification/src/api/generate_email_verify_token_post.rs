//! `POST /user/email/verify/token`: sends a link to the address of the session's login method.

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, Error};

use super::{ApiImplementation, Routes};
use crate::apis::{
    EmailVerificationApis, GenerateEmailVerifyTokenPost as Input, GenerateEmailVerifyTokenPostResponse as Output,
};
use crate::claims::{EmailVerificationClaim, unknown_user};
use crate::email::{EmailVerificationEmail, EmailVerificationUser};
use crate::session_update::update_session_if_required;
use crate::types::{CreateEmailVerificationTokenResponse, EmailVerificationToken, GetEmailForRecipeUserIdResponse};

/// The route.
pub(crate) async fn generate_email_verify_token_post(routes: Routes, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let (session, verifications) = (routes.session_of(&call).await?, routes.verifications_of(&call));
    let ApiCall { exchange, user_context, .. } = call;
    let input = Input { session, verifications, exchange, user_context };
    json_response(StatusCode::OK, &routes.apis.generate_email_verify_token_post(input).await?)
}

impl ApiImplementation {
    pub(crate) async fn generate_email_verify_token_post(
        &self,
        input: Input,
        _top: &EmailVerificationApis,
    ) -> Result<Output, Error> {
        let Some((email, token)) = self.email_to_verify(&input).await? else {
            let Input { session, exchange, user_context, .. } = input;
            let verified = session.recipe_user_id();
            let new_session =
                update_session_if_required(&self.ports, &exchange, Some(&session), verified, &user_context).await?;
            return Ok(Output::EmailAlreadyVerified { new_session });
        };
        let Input { session, verifications, user_context, .. } = input;
        // The address may have been made an unverified one while the session was elsewhere.
        if session.claim_value(&EmailVerificationClaim) != Some(false) {
            session.fetch_and_set_claim(&EmailVerificationClaim).await?;
        }
        let tenant_id = session.tenant_id();
        let user = EmailVerificationUser::new(session.user_id(), session.recipe_user_id().clone(), email);
        let email = EmailVerificationEmail::new(user, verifications.link(&token, tenant_id)?, tenant_id.clone());
        // A mail server that is down fails no request: the person can ask again.
        verifications.sender().send_later(email.user_context(user_context));
        Ok(Output::Ok)
    }

    /// The address of the session's login method with a token for it; nothing if there is nothing to verify.
    async fn email_to_verify(&self, input: &Input) -> Result<Option<(String, EmailVerificationToken)>, Error> {
        let (session, verifications) = (&input.session, &input.verifications);
        let recipe_user_id = session.recipe_user_id();
        let email = match verifications.emails().of(recipe_user_id, &input.user_context).await? {
            GetEmailForRecipeUserIdResponse::Ok { email } => email,
            GetEmailForRecipeUserIdResponse::EmailDoesNotExist => return Ok(None),
            GetEmailForRecipeUserIdResponse::UnknownUserId => return Err(unknown_user().into()),
        };
        Ok(match verifications.create_token(session.tenant_id(), recipe_user_id, &email).await? {
            CreateEmailVerificationTokenResponse::Ok { token } => Some((email, token)),
            CreateEmailVerificationTokenResponse::EmailAlreadyVerified => None,
        })
    }
}
