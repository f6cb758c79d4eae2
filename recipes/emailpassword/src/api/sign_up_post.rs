//! `POST /signup`: makes a user and a session.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use supertokens_kernel::auth_flow::{
    AuthFlow, LinkingFailureCodes, PostAuthChecks, PreAuthChecks, PreAuthChecksResponse, reason_with_code,
};
use supertokens_kernel::http::{general_error_response, json_response};
use supertokens_kernel::ports::factor_ids;
use supertokens_kernel::users::auth_reply;
use supertokens_kernel::{AccountInfoWithRecipeId, ApiCall, Error, RecipeId};

use super::{ApiImplementation, LinkTo, Routes, email_password_method, not_allowed, users_of_email};
use crate::apis::{EmailPasswordApis, SignUpPost as Input, SignUpPostResponse as Output};
use crate::error::FormFieldsError;
use crate::form::{EMAIL_FIELD_ID, Form};
use crate::functions::{SignUp, SignUpResponse};
use crate::validators::is_fake_email;

/// The route's path below the API base path.
pub const SIGN_UP_API: &str = "/signup";

const LINKING_FAILURES: LinkingFailureCodes = LinkingFailureCodes::new([13, 14, 15, 16]);

/// Answers a request.
pub(crate) async fn sign_up_post(routes: Arc<Routes>, call: ApiCall) -> Result<Response<Bytes>, Error> {
    let body: Value = call.exchange.request.json()?;
    let LinkTo { session, should_try, tenant_id } = routes.link_to(&call, &body).await?;
    let form_fields = routes.fields.read(Form::SignUp, &body, &tenant_id, &call.user_context).await?;
    let request = call.exchange.request.clone();
    let input = Input::new(form_fields, tenant_id, routes.functions.clone(), call.exchange)
        .session(session)
        .should_try_linking_with_session_user(should_try)
        .user_context(call.user_context);
    match routes.apis.sign_up_post(input).await? {
        Output::Ok { user, session } => json_response(StatusCode::OK, &auth_reply(&request, &user, &*session, None)?),
        Output::EmailAlreadyExists => {
            let error = "This email already exists. Please sign in instead.";
            Err(FormFieldsError::of_field(EMAIL_FIELD_ID, error).into())
        }
        Output::SignUpNotAllowed { reason } => not_allowed("SIGN_UP_NOT_ALLOWED", &reason),
        Output::GeneralError { message } => general_error_response(&message),
    }
}

impl ApiImplementation {
    pub(crate) async fn sign_up_post(&self, input: Input, _top: &EmailPasswordApis) -> Result<Output, Error> {
        let (context, flow) = (input.user_context, AuthFlow::of(&self.ports));
        let email = input.form_fields.email();
        let account_info = AccountInfoWithRecipeId::new(RecipeId::EmailPassword).email(email);
        let factors = [factor_ids::EMAILPASSWORD.to_owned()];
        let checks = PreAuthChecks::new(input.tenant_id.clone(), account_info, factors)
            .is_verified(is_fake_email(email))
            .session(input.session.clone())
            .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
            .user_context(context.clone());
        let is_first_factor = match flow.pre_auth_checks(checks).await? {
            PreAuthChecksResponse::Ok { is_first_factor, .. } => is_first_factor,
            PreAuthChecksResponse::LinkingToSessionUserFailed(failure) => {
                return Ok(Output::SignUpNotAllowed { reason: LINKING_FAILURES.reason(failure) });
            }
            _ => {
                let users = users_of_email(&input.functions, &input.tenant_id, email, &context).await?;
                if email_password_method(&users, &input.tenant_id, email).is_some() {
                    return Ok(Output::EmailAlreadyExists);
                }
                let text = "Cannot sign up due to security reasons. Please try logging in, use a different login \
                            method or contact support.";
                return Ok(Output::SignUpNotAllowed { reason: reason_with_code(text, 7) });
            }
        };
        if is_first_factor && is_fake_email(email) {
            return Ok(Output::EmailAlreadyExists);
        }

        let sign_up = SignUp::new(input.tenant_id.clone(), email, input.form_fields.required_password()?)
            .session(input.session.clone())
            .should_try_linking_with_session_user(input.should_try_linking_with_session_user)
            .user_context(context.clone());
        let (user, recipe_user_id) = match input.functions.sign_up(sign_up).await? {
            SignUpResponse::Ok { user, recipe_user_id } => (user, recipe_user_id),
            SignUpResponse::EmailAlreadyExists => return Ok(Output::EmailAlreadyExists),
            SignUpResponse::LinkingToSessionUserFailed(failure) => {
                return Ok(Output::SignUpNotAllowed { reason: LINKING_FAILURES.reason(failure) });
            }
        };
        let checks = PostAuthChecks::new(
            input.exchange,
            input.tenant_id,
            user.clone(),
            recipe_user_id,
            factor_ids::EMAILPASSWORD,
        );
        let session = flow.post_auth_checks(checks.session(input.session).user_context(context)).await?;
        Ok(Output::Ok { user, session })
    }
}
