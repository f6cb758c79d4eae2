//! Verified addresses for recipes that meet this one at the kernel's ports only.

use std::sync::Arc;

use supertokens_kernel::ports::{
    ActiveSession, EmailVerification, IsEmailVerified, VerifyEmailWithoutSending, VerifyEmailWithoutSendingResponse,
};
use supertokens_kernel::{BoxFuture, Error, UserContext};
use supertokens_session::SessionContainer;

use crate::claims::EmailVerificationClaim;
use crate::functions::{CreateEmailVerificationToken, VerifyEmailUsingToken};
use crate::types::{CreateEmailVerificationTokenResponse, VerifyEmailUsingTokenResponse};
use crate::verifications::EmailVerifications;

impl EmailVerification for EmailVerifications {
    fn is_email_verified(&self, input: IsEmailVerified) -> BoxFuture<Result<bool, Error>> {
        self.functions().is_email_verified(input)
    }

    fn verify_email_without_sending(
        &self,
        input: VerifyEmailWithoutSending,
    ) -> BoxFuture<Result<VerifyEmailWithoutSendingResponse, Error>> {
        let functions = self.functions().clone();
        Box::pin(async move {
            let VerifyEmailWithoutSending {
                tenant_id,
                recipe_user_id,
                email,
                attempt_account_linking,
                user_context,
                ..
            } = input;
            let create = CreateEmailVerificationToken::new(tenant_id.clone(), recipe_user_id, email);
            let token =
                match functions.create_email_verification_token(create.user_context(user_context.clone())).await? {
                    CreateEmailVerificationTokenResponse::Ok { token } => token,
                    CreateEmailVerificationTokenResponse::EmailAlreadyVerified => {
                        return Ok(VerifyEmailWithoutSendingResponse::EmailAlreadyVerified);
                    }
                };
            let verify = VerifyEmailUsingToken::new(tenant_id, token).attempt_account_linking(attempt_account_linking);
            Ok(match functions.verify_email_using_token(verify.user_context(user_context)).await? {
                VerifyEmailUsingTokenResponse::Ok { .. } => VerifyEmailWithoutSendingResponse::Ok,
                VerifyEmailUsingTokenResponse::EmailVerificationInvalidToken => {
                    VerifyEmailWithoutSendingResponse::EmailVerificationInvalidToken
                }
            })
        })
    }

    fn assert_session_email_is_verified(
        &self,
        session: Arc<dyn ActiveSession>,
        _context: UserContext,
    ) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move {
            let Some(session) = SessionContainer::from_active(&*session) else {
                return Err(Error::misuse("the session was not made by the session recipe of this SDK"));
            };
            if session.claim_value(&EmailVerificationClaim) != Some(false) {
                session.set_claim_value(&EmailVerificationClaim, &false).await?;
            }
            Ok(session.assert_claims(vec![EmailVerificationClaim::validators().is_verified()]).await?)
        })
    }
}
