//! `POST /signout`.

use bytes::Bytes;
use http::{Response, StatusCode};
use supertokens_kernel::http::json_response;
use supertokens_kernel::{ApiCall, Error};

use crate::apis::{SessionApiImplementation, SessionApis, SignOutPost, SignOutPostResponse};
use crate::error::SessionError;
use crate::functions::SessionFunctions;
use crate::in_request;
use crate::shared::Shared;
use crate::types::VerifySessionOptions;

/// The route: ends the session of the request, whatever its claims are.
pub(crate) async fn sign_out_post(
    shared: &Shared,
    functions: &SessionFunctions,
    apis: &SessionApis,
    call: ApiCall,
) -> Result<Response<Bytes>, Error> {
    let ApiCall { exchange, user_context, .. } = call;
    let options = VerifySessionOptions::new().override_global_claim_validators(async |_, _, _| Ok(Vec::new()));
    let session = in_request::get_session(shared, functions, &exchange, options, user_context.clone()).await?;
    let session = session.ok_or_else(|| SessionError::unauthorised("Session does not exist"))?;
    let reply = apis.sign_out_post(SignOutPost { exchange, session, user_context }).await?;
    json_response(StatusCode::OK, &reply)
}

impl SessionApiImplementation {
    pub(crate) async fn sign_out_post(
        &self,
        input: SignOutPost,
        _top: &SessionApis,
    ) -> Result<SignOutPostResponse, SessionError> {
        input.session.revoke_session().await?;
        Ok(SignOutPostResponse::Ok)
    }
}
