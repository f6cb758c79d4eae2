//! `GET /emailpassword/email/exists?email=`: whether an address has a user.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::{ApiCall, Error};

use super::{ApiImplementation, Routes, email_password_method, users_of_email};
use crate::apis::{EmailExistsGet as Input, EmailExistsGetResponse as Output, EmailPasswordApis};

/// The route's path below the API base path.
pub const EMAIL_EXISTS_API: &str = "/emailpassword/email/exists";
/// The same route as older front ends call it; `passwordless` has one of the same path.
pub const EMAIL_EXISTS_API_OLD: &str = "/signup/email/exists";

/// Answers a request.
pub(crate) async fn email_exists_get(routes: Arc<Routes>, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let Some(email) = call.exchange.request.query("email") else {
        return Err(Error::bad_input("Please provide the email as a GET param"));
    };
    let input = Input::new(email, call.tenant_id, routes.functions.clone(), call.exchange);
    match routes.apis.email_exists_get(input.user_context(call.user_context)).await? {
        Output::Ok { exists } => json_response(StatusCode::OK, &json!({"status": "OK", "exists": exists})),
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn email_exists_get(&self, input: Input, _top: &EmailPasswordApis) -> Result<Output, Error> {
        let users = users_of_email(&input.functions, &input.tenant_id, &input.email, &input.user_context).await?;
        let exists = email_password_method(&users, &input.tenant_id, &input.email).is_some();
        Ok(Output::Ok { exists })
    }
}
