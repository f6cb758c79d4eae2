//! `GET /user/email/verify`: whether the address of the session's login method is verified.

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, Error};

use super::{ApiImplementation, Routes};
use crate::apis::{EmailVerificationApis, IsEmailVerifiedGet as Input, IsEmailVerifiedGetResponse as Output};
use crate::claims::{EmailVerificationClaim, unknown_user};
use crate::functions::IsEmailVerified;
use crate::session_update::update_session_if_required;
use crate::types::GetEmailForRecipeUserIdResponse;

/// The route. Front ends ask it while the person looks for the e-mail, perhaps in another browser.
pub(crate) async fn is_email_verified_get(routes: Routes, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let (session, verifications) = (routes.session_of(&call).await?, routes.verifications_of(&call));
    let ApiCall { exchange, user_context, .. } = call;
    let input = Input { session, verifications, exchange, user_context };
    json_response(StatusCode::OK, &routes.apis.is_email_verified_get(input).await?)
}

impl ApiImplementation {
    pub(crate) async fn is_email_verified_get(
        &self,
        input: Input,
        _top: &EmailVerificationApis,
    ) -> Result<Output, Error> {
        let Input { session, verifications, exchange, user_context } = input;
        let recipe_user_id = session.recipe_user_id();
        let email = match verifications.emails().of(recipe_user_id, &user_context).await? {
            GetEmailForRecipeUserIdResponse::Ok { email } => email,
            GetEmailForRecipeUserIdResponse::EmailDoesNotExist => {
                return Ok(Output::Ok { is_verified: true, new_session: None });
            }
            GetEmailForRecipeUserIdResponse::UnknownUserId => return Err(unknown_user().into()),
        };
        let is_verified = IsEmailVerified::new(recipe_user_id.clone(), email).user_context(user_context.clone());
        if !verifications.functions().is_email_verified(is_verified).await? {
            session.set_claim_value(&EmailVerificationClaim, &false).await?;
            return Ok(Output::Ok { is_verified: false, new_session: None });
        }
        let new_session =
            update_session_if_required(&self.ports, &exchange, Some(&session), recipe_user_id, &user_context).await?;
        Ok(Output::Ok { is_verified: true, new_session })
    }
}
